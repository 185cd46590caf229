"""One scenario with its steps, requests, answers and findings, cut to what a page can bear."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.render import evidence
from conformance.render.text import duration, shown
from conformance.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from conformance.events import ScenarioRun
    from conformance.render.evidence import Limits, Talk
    from conformance.render.story import Story

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_STAGED = ("step", "exchange", "finding", "not-reached")
_PURPOSES: Mapping[str, str] = {
    "given": "Given",
    "discover": "Discovered",
    "support": "Read beside it",
    "clean": "Cleaned up",
    "doctor": "Before the run",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One step as it was recorded, or what went on before and after the steps; `number` is 0 there."""

    number: int
    title: str
    place: str
    note: str
    exchanges: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part as a page shows it; `held` are rules and how often they held."""

    title: str
    anchor: str
    place: str
    note: str
    talks: tuple[Talk, ...]
    held: tuple[tuple[str, int], ...]
    findings: tuple[tuple[str, Story], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One scenario."""

    name: str
    anchor: str
    verdict: str
    sentence: str
    file: str
    rules: tuple[str, ...]
    seconds: float
    text: str
    aside: tuple[Story, ...]
    stages: tuple[Stage, ...]
    leftovers: tuple[str, ...]


def detail(
    scenario: ScenarioRun, anchor: str, limits: Limits, told: Sequence[Story], spots: Mapping[int, str]
) -> Detail:
    """Return everything that is shown of one scenario; `told` did not pass, and stands at `spots`."""
    event = scenario.event
    spent = (float(one.get("seconds") or 0) for each in scenario.exchanges for one in each["attempts"])
    return Detail(
        name=scenario.name,
        anchor=anchor,
        verdict=scenario.verdict,
        sentence=str(event.get("sentence") or ""),
        file=str(event.get("file") or ""),
        rules=tuple(str(rule) for rule in event.get("requirements") or ()),
        seconds=sum(spent),
        text=str(event.get("text") or ""),
        aside=tuple(story for story in told if not story.number),
        stages=tuple(_stages(scenario, anchor, limits, told, spots)),
        leftovers=tuple(shown(one.get("reference") or one.get("tag") or "") for one in scenario.leftover),
    )


def spots(anchor: str, scenario: ScenarioRun) -> dict[int, str]:
    """Return an anchor for each finding that is told, by its number: scenario, step, rule."""
    found: dict[int, str] = {}
    times: Counter[str] = Counter()
    for number, finding in enumerate(scenario.findings, 1):
        if finding.get("result") == "held":
            continue
        rule = _UNSAFE.sub("-", str(finding.get("requirement", "")))
        spot = f"{_step_anchor(anchor, int(finding.get('step') or 0))}--{rule}"
        times[spot] += 1
        found[number] = spot if times[spot] == 1 else f"{spot}--{times[spot]}"
    return found


def _step_anchor(anchor: str, step: int) -> str:
    return f"{anchor}--step-{step}"


def _stages(
    scenario: ScenarioRun, anchor: str, limits: Limits, told: Sequence[Story], spots: Mapping[int, str]
) -> Iterable[Stage]:
    talks = _talks(scenario, limits)
    for part in parts(scenario):
        yield Stage(
            title=part.title,
            anchor=_step_anchor(anchor, part.number) if part.number else "",
            place=part.place,
            note=part.note,
            talks=tuple(talks[_seq(exchange)] for exchange in part.exchanges),
            held=_held(part),
            findings=tuple(_findings(told, part.number, spots)) if part.findings else (),
        )


def parts(scenario: ScenarioRun) -> Iterable[Part]:
    """Give the parts of a scenario in order, each with what was asked and what was found in it."""
    steps = {int(step.get("step") or 0): step for step in scenario.steps}
    notes = _notes(scenario)
    for key, exchanges in _by_stage(scenario).items():
        number, purpose = key
        step = steps.get(number, {})
        found = (one for one in scenario.findings if int(one.get("step") or 0) == number)
        yield Part(
            number=number,
            title=_title(key, step),
            place=f"line {step['line']}" if step.get("line") else "",
            note=notes.get(number, ""),
            exchanges=tuple(exchanges),
            findings=() if purpose else tuple(found),
        )


def _talks(scenario: ScenarioRun, limits: Limits) -> dict[int, Talk]:
    """Return the exchanges by number; where all held, what removed the data is told by its outcome."""
    named = evidence.showing(scenario)
    seen: dict[str, int] = {}
    return {_seq(one): _talk(scenario, one, named, limits, seen) for one in scenario.exchanges}


def _talk(
    scenario: ScenarioRun,
    exchange: Mapping[str, Any],
    named: Collection[int],
    limits: Limits,
    seen: dict[str, int],
) -> Talk:
    kind = evidence.kind(scenario, exchange, named)
    if kind == "held" and evidence.cleaned(exchange):
        return evidence.outcome(exchange)
    return evidence.talk(exchange, getattr(limits, kind), seen)


def _held(part: Part) -> tuple[tuple[str, int], ...]:
    rules = (str(one.get("requirement", "")) for one in part.findings if one.get("result") == "held")
    return tuple(Counter(rules).items())


def _findings(told: Iterable[Story], step: int, spots: Mapping[int, str]) -> Iterable[tuple[str, Story]]:
    return ((spots[story.number], story) for story in told if story.number and story.step == step)


def _notes(scenario: ScenarioRun) -> dict[int, str]:
    """Return by step how long was waited for it, or why it was not reached."""
    notes = {}
    for event in scenario.events:
        step = int(event.get("step") or 0)
        if event.get("event") == "clock":
            waited = duration(float(event.get("waited") or 0) / 1000)
            notes[step] = f"waited {waited}, asked {plural(int(event.get('polls') or 0), 'time')}"
        elif event.get("event") == "not-reached":
            notes[step] = (
                f"not reached: {shown(event.get('because') or 'an earlier step ended the scenario')}"
            )
    return notes


def _by_stage(scenario: ScenarioRun) -> dict[tuple[int, str], list[Mapping[str, Any]]]:
    """Group by step, what served the setting by its purpose; a step without request keeps its place."""
    stages: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
    shown_events = (event for event in scenario.events if event.get("event") in _STAGED)
    for event in sorted(shown_events, key=_seq):
        number = int(event.get("step") or 0)
        purpose = str(event.get("purpose") or "") if not number else ""
        exchanges = stages.setdefault((number, purpose), [])
        if "request" in event:
            exchanges.append(event)
    return stages


def _seq(event: Mapping[str, Any]) -> int:
    return int(event.get("seq") or 0)


def _title(key: tuple[int, str], step: Mapping[str, Any]) -> str:
    number, purpose = key
    if number:
        return f"Step {number}  {shown(step.get('label') or step.get('verb') or '')}".rstrip()
    return _PURPOSES.get(purpose, "Around the steps")
