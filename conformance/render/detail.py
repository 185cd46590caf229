"""One scenario with its steps, requests, answers and findings, cut to what a page can bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.render import again, block
from conformance.render.story import Story, finding_story, problem_story, skip_story
from conformance.render.text import duration, pretty, shown
from conformance.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.events import Run, ScenarioRun

LONGEST_BODY = 20_000
_SHORTEST_BODY = 1_000
_ALL_BODIES = 12_000_000

_STAGED = ("step", "exchange", "finding", "not-reached")
_PURPOSES: Mapping[str, str] = {
    "given": "Given",
    "discover": "Discovered",
    "support": "Read beside it",
    "clean": "Cleaned up",
    "doctor": "Before the run",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as far as it is shown, and what a reader should know of the rest."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One side of an exchange."""

    headers: tuple[tuple[str, str], ...]
    body: Body | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One request with every answer to it."""

    seq: int
    anchor: str
    method: str
    url: str
    answer: str
    error: bool
    request: Message
    answers: tuple[tuple[str, Message], ...]
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step, or what went on before and after the steps."""

    title: str
    place: str
    note: str
    talks: tuple[Talk, ...]
    findings: tuple[Story, ...]


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


def body_limit(run: Run) -> int:
    """Return how much of each body is shown, so that a long run still opens in a browser."""
    bodies = 2 * sum(len(scenario.exchanges) for scenario in run.scenarios) or 1
    return max(_SHORTEST_BODY, min(LONGEST_BODY, _ALL_BODIES // bodies))


def detail(scenario: ScenarioRun, anchor: str, limit: int) -> Detail:
    """Return everything that is shown of one scenario."""
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
        aside=_aside(scenario),
        stages=tuple(_stages(scenario, limit)),
        leftovers=tuple(shown(one.get("reference") or one.get("tag") or "") for one in scenario.leftover),
    )


def _aside(scenario: ScenarioRun) -> tuple[Story, ...]:
    problems = [problem_story(problem, scenario) for problem in scenario.problems]
    return (*problems, *([skip_story(scenario.skipped, scenario)] if scenario.skipped else []))


def _stages(scenario: ScenarioRun, limit: int) -> Iterable[Stage]:
    exchanges = {exchange["seq"]: exchange for exchange in scenario.exchanges}
    steps = {int(step.get("step") or 0): step for step in scenario.steps}
    notes = _notes(scenario)
    findings: dict[int, list[Story]] = {}
    for finding in scenario.findings:
        story = finding_story(finding, scenario, exchanges)
        findings.setdefault(story.step, []).append(story)
    for key, talks in _by_stage(scenario).items():
        step = steps.get(key[0], {})
        yield Stage(
            title=_title(key, step),
            place=f"line {step['line']}" if step.get("line") else "",
            note=notes.get(key[0], ""),
            talks=tuple(talk(exchange, limit) for exchange in talks),
            findings=tuple(findings.get(key[0], ())) if not key[1] else (),
        )


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
        talks = stages.setdefault((number, purpose), [])
        if "request" in event:
            talks.append(event)
    return stages


def _seq(event: Mapping[str, Any]) -> int:
    return int(event.get("seq") or 0)


def _title(key: tuple[int, str], step: Mapping[str, Any]) -> str:
    number, purpose = key
    if number:
        return f"Step {number}  {shown(step.get('label') or step.get('verb') or '')}".rstrip()
    return _PURPOSES.get(purpose, "Around the steps")


def talk(exchange: Mapping[str, Any], limit: int) -> Talk:
    """Return what is shown of one exchange."""
    request = exchange.get("request") or {}
    attempts: Sequence[Mapping[str, Any]] = exchange.get("attempts") or [{}]
    status = attempts[-1].get("status") or 0
    return Talk(
        seq=_seq(exchange),
        anchor=f"exchange-{exchange.get('seq')}",
        method=shown(request.get("method", "")),
        url=shown(request.get("url", ""), 2_000),
        answer=block.answer(exchange),
        error=not 200 <= status < 400,  # noqa: PLR2004 - HTTP: success and redirection
        request=_message(request, limit, exchange),
        answers=tuple(
            (_attempt(number, one), _message(one, limit, exchange)) for number, one in enumerate(attempts, 1)
        ),
        again=again.again(exchange),
    )


def _attempt(number: int, attempt: Mapping[str, Any]) -> str:
    status = attempt.get("status") or f"no answer: {shown(attempt.get('error') or 'unknown')}"
    return f"Answer {status}" if number == 1 else f"Attempt {number}: {status}"


def _message(side: Mapping[str, Any], limit: int, exchange: Mapping[str, Any]) -> Message:
    return Message(
        headers=tuple(again.headers(side.get("headers") or {})),
        body=_body(side, limit, exchange),
    )


def _body(side: Mapping[str, Any], limit: int, exchange: Mapping[str, Any]) -> Body | None:
    text = side.get("body")
    if not text:
        kept = side.get("body_ref")
        return (
            Body(text="", note=f"{kept['size']} bytes, in bodies/{shown(kept['sha256'])}") if kept else None
        )
    whole = str(text)
    if len(whole) <= limit:
        return Body(
            text=pretty(whole), note="the server's answer was cut short" if side.get("truncated") else ""
        )
    whence = f"the whole body is exchange {exchange.get('seq')} of run.jsonl"
    note = f"cut here: {limit} of {len(whole)} characters; {whence}"
    return Body(text=pretty(whole[:limit]), note=note)
