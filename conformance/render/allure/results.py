"""A scenario as a test: its labels, its links, its status and why."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from allure_commons.model2 import Label, Link, Parameter, Status, StatusDetails, TestResult
from allure_commons.types import LabelType, LinkType, Severity

from conformance.model import Level
from conformance.render import tally
from conformance.render.allure.clock import began, span
from conformance.render.allure.steps import STATUSES, details, steps
from conformance.render.story import Story, grouped, requirement, stories
from conformance.render.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.events import Run, ScenarioRun

_SEVERITIES: Mapping[str, Severity] = {
    Level.SHALL: Severity.CRITICAL,
    Level.SHALL_NOT: Severity.CRITICAL,
    Level.SHOULD: Severity.NORMAL,
    Level.SHOULD_NOT: Severity.NORMAL,
    Level.MAY: Severity.MINOR,
}
_RANK = tuple(Severity)
_THE_RUN = "the run"


def results(run: Run, summary: Mapping[str, Any]) -> Iterator[TestResult]:
    """Give a test for each scenario, and one for the run where that has no verdict of its own to show."""
    told: dict[str, list[Story]] = {}
    for story in stories(run, summary):
        told.setdefault(story.scenario, []).append(story)
    for scenario in run.scenarios:
        yield _result(run, scenario, grouped(told.get(scenario.name, ())))
    if tally.unsaid(run, summary):
        yield _of_run(run, summary, grouped(told.get(_THE_RUN, ())))


def _result(run: Run, scenario: ScenarioRun, told: Sequence[Story]) -> TestResult:
    event, start = scenario.event, began(run)
    path = str(event.get("id") or scenario.name)
    row = str(event.get("row") or "")
    rules = event.get("requirements") or {}
    first, last = span(scenario.events, start)
    return TestResult(
        uuid=_uuid(run, scenario.name),
        historyId=_digest(scenario.name),
        testCaseId=_digest(path),
        fullName=scenario.name,
        name=str(event.get("sentence") or scenario.name),
        titlePath=path.split("/")[:-1],
        status=STATUSES.get(scenario.verdict, Status.UNKNOWN),
        statusDetails=_why(scenario.verdict, told),
        stage="finished" if any(one.get("event") == "verdict" for one in scenario.events) else "interrupted",
        steps=steps(scenario, start),
        parameters=[Parameter(name="case", value=row)] if row else [],
        labels=[*_labels(path, rules), *_tags(scenario.verdict)],
        links=list(_links(rules)),
        start=first,
        stop=last,
    )


def _why(verdict: str, told: Sequence[Story]) -> StatusDetails | None:
    """Return why a test came to its verdict: the first line is what Allure sorts by."""
    main = [story for story in told if story.verdict == verdict]
    if verdict == "pass" or main:
        return details(main)
    return StatusDetails(message=f"{word(verdict).word}  {word(verdict).meaning}")


def _labels(path: str, rules: Mapping[str, str]) -> Iterator[Label]:
    subject, _, rest = path.rpartition("/")
    yield Label(name=LabelType.FRAMEWORK, value="dermconf")
    yield Label(name="package", value=path.replace("/", "."))
    yield Label(name=LabelType.SUITE, value=subject or rest)
    if subject:
        yield Label(name=LabelType.SUB_SUITE, value=rest)
    yield Label(name=LabelType.SEVERITY, value=_severity(rules).value)
    for rule in rules:
        yield Label(name=LabelType.FEATURE, value=str(rule))
        yield Label(name="requirement", value=str(rule))


def _tags(verdict: str) -> list[Label]:
    """Return the verdict as a tag where Allure's own status says less than it."""
    return [] if verdict in ("pass", "fail", "error") else [Label(name=LabelType.TAG, value=verdict)]


def _severity(rules: Mapping[str, str]) -> Severity:
    found = {_SEVERITIES.get(level, Severity.NORMAL) for level in rules.values()}
    return next((severity for severity in _RANK if severity in found), Severity.NORMAL)


def _links(rules: Mapping[str, str]) -> Iterator[Link]:
    for name in rules:
        rule = requirement(str(name))
        if rule and rule.source.startswith(("https://", "http://")):
            yield Link(type=LinkType.LINK, name=rule.id, url=rule.source)


def _of_run(run: Run, summary: Mapping[str, Any], told: Sequence[Story]) -> TestResult:
    told_by_itself = StatusDetails(message=tally.headline(run, summary))
    first, last = span(run.outside, began(run))
    return TestResult(
        uuid=_uuid(run, _THE_RUN),
        historyId=_digest(_THE_RUN),
        testCaseId=_digest(_THE_RUN),
        fullName=_THE_RUN,
        name=tally.headline(run, summary),
        status=Status.BROKEN,
        statusDetails=details(told) or told_by_itself,
        stage="finished",
        labels=[
            Label(name=LabelType.FRAMEWORK, value="dermconf"),
            Label(name=LabelType.SUITE, value=_THE_RUN),
        ],
        start=first,
        stop=last,
    )


def _uuid(run: Run, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:dermconf:{run.header.get('run')}:{name}"))


def _digest(name: str) -> str:
    """Return what is the same in every run against every server, so that Allure finds a test's history."""
    return sha256(name.encode()).hexdigest()[:32]
