"""A finding told whole: its rule, its place, its request and its values, gathered from the recorded run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from conformance.catalogue import requirements
from conformance.model import Result
from conformance.render.answers import answers
from conformance.render.words import finding_verdict, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.events import Run, ScenarioRun
    from conformance.model import Requirement
    from conformance.render.answers import Answers

_INDEX = re.compile(r"\[\d+\]")
_BROKEN = (Result.FAILED, Result.DATA)
_WRITES = ("POST", "PUT", "PATCH")

_LOCKED = "auth"
# Whose doing it was, where it was not the server's; an expired token is nobody's fault but ends the run.
_CAUSES: Mapping[str, str] = {
    "network": "network",
    "auth": "credentials",
    "version": "target",
    "fixture": "dermconf (fixture)",
    "scenario": "scenario",
    "bug": "dermconf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One thing to tell, and how many times it happened; `also` are the other scenarios it happened in.

    `number` is the place of its finding among those of its scenario, from 1; 0 where it is none.
    """

    verdict: str
    party: str
    headline: str
    scenario: str
    id: str = ""
    grade: str = ""
    step: int = 0
    label: str = ""
    place: str = ""
    gating: bool = False
    exchange: Mapping[str, Any] | None = None
    at: str = ""
    sent: Any = None
    origin: str = ""
    expected: Any = None
    actual: Any = None
    compared: bool = False
    message: str = ""
    hint: str = ""
    source: str = ""
    read: str = ""
    unlock: str = ""
    accepted: bool = False
    answer: str = ""
    number: int = 0
    count: int = 1
    also: tuple[str, ...] = field(default=())


def stories(run: Run, summary: Mapping[str, Any]) -> tuple[Story, ...]:
    """Return everything that is not a pass, in the order of the run."""
    known = answers(summary)
    outside = [event for event in run.outside if event.get("event") == "problem"]
    inside = (story for each in run.scenarios for story in _of(each, summary, known, outside))
    return (*map(problem_story, outside), *inside)


def grouped(told: Iterable[Story]) -> tuple[Story, ...]:
    """Return identical stories as one, with their count and the scenarios; the worst and gating first."""
    groups: dict[Any, list[Story]] = {}
    for story in told:
        groups.setdefault(_likeness(story), []).append(story)
    merged = [_merge(group) for group in groups.values()]
    return tuple(sorted(merged, key=lambda story: (rank(story.verdict), not story.gating)))


def requirement(id: str) -> Requirement | None:  # noqa: A002 - FHIR's word
    """Return the rule with this id, None where the record names one that this catalogue lacks."""
    return requirements().get(id)


def statement(id: str, otherwise: str = "") -> str:  # noqa: A002 - FHIR's word
    """Return the sentence of a rule, or another text where the catalogue lacks it."""
    rule = requirement(id)
    return rule.statement if rule else otherwise


def _of(
    scenario: ScenarioRun,
    summary: Mapping[str, Any],
    known: Answers,
    outside: Iterable[Mapping[str, Any]],
) -> Iterator[Story]:
    exchanges = {exchange["seq"]: exchange for exchange in scenario.exchanges}
    for number, finding in enumerate(scenario.findings, 1):
        if finding.get("result") != "held":
            told = finding_story(finding, scenario, exchanges)
            yield _answered(replace(told, number=number), known.to_finding(scenario, finding))
    for problem in scenario.problems:
        yield problem_story(_whole(problem, outside), scenario)
    if scenario.skipped:
        told = skip_story(scenario.skipped, scenario, _binds(scenario, summary))
        yield _answered(told, known.to_skip(scenario))


def _answered(story: Story, said: tuple[bool, str]) -> Story:
    accepted, answer = said
    return replace(story, accepted=True, answer=answer) if accepted else story


def _whole(problem: Mapping[str, Any], outside: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what ended the whole run, where that is what kept a scenario from being played or let in."""
    kind, message = problem.get("kind"), str(problem.get("message", ""))
    for event in outside:
        if kind == event.get("kind") and (
            kind == _LOCKED or message == f"not played: {event.get('message')}"
        ):
            return event
    return problem


def finding_story(
    finding: Mapping[str, Any], scenario: ScenarioRun, exchanges: Mapping[int, Mapping[str, Any]]
) -> Story:
    """Return the story of one finding."""
    id_ = finding.get("requirement", "")
    rule = requirement(id_)
    exchange = exchanges.get(finding.get("exchange") or 0)
    message = str(finding.get("message") or "")
    return Story(
        verdict=finding_verdict(finding),
        party=str(finding.get("party", "")),
        id=id_,
        grade=f"{finding.get('level', '')}, {finding.get('evidence', '')}",
        headline=rule.statement if rule else message,
        message=message if rule else "",
        scenario=scenario.name,
        step=int(finding.get("step") or 0),
        label=str(finding.get("label") or ""),
        place=str(finding.get("place") or ""),
        gating=bool(finding.get("gating")),
        exchange=exchange,
        at=str(finding.get("at") or ""),
        sent=finding.get("sent"),
        origin=_origin(finding, scenario, exchange) if finding.get("sent") is not None else "",
        expected=finding.get("expected"),
        actual=finding.get("actual"),
        compared=any(finding.get(key) is not None for key in ("sent", "expected", "actual")),
        hint=str(finding.get("hint") or _mending(finding, rule)),
        source=rule.source if rule else "",
    )


def _mending(finding: Mapping[str, Any], rule: Requirement | None) -> str:
    return rule.hint if rule and finding.get("result") in _BROKEN else ""


def problem_story(problem: Mapping[str, Any], scenario: ScenarioRun | None = None) -> Story:
    """Return the story of something that broke and was not the server's doing."""
    kind = str(problem.get("kind", ""))
    return Story(
        verdict="error",
        party=_CAUSES.get(kind, kind),
        headline=str(problem.get("message", "")),
        scenario=scenario.name if scenario else "the run",
        place=str(problem.get("place") or (scenario.event.get("file", "") if scenario else "")),
        hint=str(problem.get("hint") or ""),
    )


def skip_story(skipped: Mapping[str, Any], scenario: ScenarioRun, party: str = "") -> Story:
    """Return the story of a scenario that did not run, or not to its end."""
    return Story(
        verdict=str(skipped.get("verdict", "skip")),
        party=party,
        headline=str(skipped.get("lacks", "")),
        scenario=scenario.name,
        place=str(scenario.event.get("file", "")),
        read=str(skipped.get("read") or ""),
        unlock=str(skipped.get("unlock") or ""),
    )


def _binds(scenario: ScenarioRun, summary: Mapping[str, Any]) -> str:
    ids = set(scenario.event.get("requirements") or ())
    bound = (row.get("binds", "") for row in summary.get("requirements", ()) if row.get("id") in ids)
    return next(bound, "")


def _origin(finding: Mapping[str, Any], scenario: ScenarioRun, seen: Mapping[str, Any] | None) -> str:
    """Return `step 1, POST Observation`: the last write before the answer that this finding is about."""
    before = finding.get("exchange") or 0
    about = str(finding.get("about") or (_url(seen) if seen else ""))
    kind = str(finding.get("at") or about).split(".", 1)[0].split("/", 1)[0]
    writes = [
        one
        for one in scenario.exchanges
        if one["seq"] <= before and _method(one) in _WRITES and _concerns(one, about, kind)
    ]
    if not writes:
        return ""
    step = writes[-1].get("step")
    return f"{f'step {step}' if step else 'given'}, {_method(writes[-1])} {kind}"


def _concerns(write: Mapping[str, Any], about: str, kind: str) -> bool:
    reference = "/".join(about.rstrip("/").split("/")[-2:])
    answers = write.get("attempts") or [{}]
    headers = answers[-1].get("headers") or {}
    location = str(headers.get("location", ""))
    if reference and location:
        return f"{location}/".find(f"{reference}/") >= 0
    return bool(kind) and f"/{kind}" in _url(write)


def _method(exchange: Mapping[str, Any]) -> str:
    return str((exchange.get("request") or {}).get("method", ""))


def _url(exchange: Mapping[str, Any]) -> str:
    return str((exchange.get("request") or {}).get("url", "")).split("?", 1)[0]


def _likeness(story: Story) -> Any:
    return (
        *(story.verdict, story.party, story.id, story.headline, _INDEX.sub("[]", story.at)),
        *(repr(story.sent), repr(story.expected), repr(story.actual)),
        *(story.message, story.hint, story.unlock, story.accepted, story.answer),
    )


def _merge(group: list[Story]) -> Story:
    first = group[0]
    others = dict.fromkeys(story.scenario for story in group if story.scenario != first.scenario)
    return replace(first, count=len(group), also=tuple(others))
