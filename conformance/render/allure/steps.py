"""The steps of a test: what was given, each step and each check, with what was asked and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allure_commons.model2 import Parameter, Status, StatusDetails, TestStepResult

from conformance.render import block, detail
from conformance.render.allure.clock import span
from conformance.render.allure.messages import attachments
from conformance.render.story import finding_story
from conformance.render.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.events import ScenarioRun
    from conformance.render.story import Story

STATUSES: Mapping[str, str] = {
    "pass": Status.PASSED,
    "warn": Status.PASSED,
    "fail": Status.FAILED,
    "error": Status.BROKEN,
    "skip": Status.SKIPPED,
    "untested": Status.SKIPPED,
    "out-of-reach": Status.SKIPPED,
}
"""A warning passes and says something, as in JUnit; what has no verdict is unknown to Allure, too."""

_WORST = (Status.FAILED, Status.BROKEN, Status.PASSED)
_EVIDENCE = ("at", "sent", "returned", "expected", "actual")


def steps(scenario: ScenarioRun, began: float) -> list[TestStepResult]:
    """Return every stage of a scenario, with its requests and its checks below it."""
    exchanges = {int(event["seq"]): event for event in scenario.exchanges}
    at = span(scenario.events[:1], began)[0]
    told = []
    for part in detail.parts(scenario):
        times = span(part.exchanges, began) if part.exchanges else (at, at)
        at = times[1]
        stories = [finding_story(finding, scenario, exchanges) for finding in part.findings]
        told.append(_stage(part, stories, times, began))
    return told


def _stage(
    part: detail.Part,
    stories: Sequence[Story],
    times: tuple[int, int],
    began: float,
) -> TestStepResult:
    talks = [_exchange(exchange, began) for exchange in part.exchanges]
    checks = [_check(story, times[1]) for story in stories]
    return TestStepResult(
        name="  ".join(text for text in (part.title, part.note) if text),
        status=_status(talks, checks),
        stage="finished",
        steps=[*talks, *checks],
        start=times[0],
        stop=times[1],
    )


def _status(talks: Sequence[TestStepResult], checks: Sequence[TestStepResult]) -> str:
    """Return what a stage comes to: an answer alone is no pass where something was to be judged.

    What was not reached has neither.
    """
    judged = [one.status for one in checks if one.status != Status.UNKNOWN]
    heard = [one.status for one in talks if not judged or one.status == Status.BROKEN]
    return next((status for status in _WORST if status in (*judged, *heard)), Status.SKIPPED)


def _exchange(exchange: Mapping[str, Any], began: float) -> TestStepResult:
    start, stop = span([exchange], began)
    answered = any(attempt.get("status") for attempt in exchange.get("attempts") or ())
    return TestStepResult(
        name=" ".join(block.request_line(exchange).split()),
        status=Status.PASSED if answered else Status.BROKEN,
        stage="finished",
        attachments=attachments(exchange),
        start=start,
        stop=stop,
    )


def _check(story: Story, at: int) -> TestStepResult:
    return TestStepResult(
        name=_name(story),
        status=STATUSES.get(story.verdict, Status.UNKNOWN),
        statusDetails=None if story.verdict == "pass" else details([story]),
        stage="finished",
        parameters=list(_evidence(story)),
        start=at,
        stop=at,
    )


def _name(story: Story) -> str:
    told = "" if story.verdict in ("pass", "fail") else f"{word(story.verdict).word}  "
    return told + "  ".join(part for part in (story.id, story.headline) if part)


def _evidence(story: Story) -> Iterator[Parameter]:
    for name, text in block.rows(story):
        if name in _EVIDENCE:
            yield Parameter(name=name, value=text)


def details(told: Sequence[Story]) -> StatusDetails | None:
    """Return what is said of some stories: the first in a line, all of them below it."""
    if not told:
        return None
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return StatusDetails(
        message=block.headline(told[0]) + more,
        trace="\n\n".join("\n".join(block.lines(story)) for story in told),
        known=all(story.accepted for story in told) or None,
    )
