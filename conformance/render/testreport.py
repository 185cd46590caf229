"""The run as a FHIR R4 TestReport (http://hl7.org/fhir/R4/testreport.html), to be handed over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from conformance.render import block, tally
from conformance.render.story import finding_story, problem_story, skip_story
from conformance.render.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.events import Run, ScenarioRun

_LONGEST = 2_000

# http://hl7.org/fhir/R4/valueset-report-result-codes.html
_RESULTS: Mapping[str, str] = {
    "conformant": "pass",
    "partial": "pass",
    "nonconformant": "fail",
}
# http://hl7.org/fhir/R4/valueset-report-action-result-codes.html
_ACTIONS: Mapping[str, str] = {
    "pass": "pass",
    "fail": "fail",
    "warn": "warning",
    "error": "error",
    "data": "warning",
    "observed": "pass",
}


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the resource as JSON."""
    tests = [_test(scenario) for scenario in run.scenarios]
    report = {
        "resourceType": "TestReport",
        "text": {"status": "generated", "div": _narrative(run, summary)},
        "identifier": {"system": "urn:dermconf", "value": str(run.header.get("run") or "run")},
        "name": shown(tally.headline(run, summary)),
        "status": "completed" if (run.footer or {}).get("ended") == "done" else "stopped",
        "testScript": {"display": f"dermconf {summary.get('dermconf', '')}, {len(tests)} scenarios"},
        "result": _RESULTS.get(str(summary.get("verdict")), "pending"),
        "score": _score(summary),
        "tester": f"dermconf {summary.get('dermconf', '')}",
        "issued": str(run.header.get("started") or ""),
        "participant": list(_participants(run, summary)),
        "test": tests,
    }
    return (
        json.dumps({name: value for name, value in report.items() if value not in ("", [])}, indent=2) + "\n"
    )


def _narrative(run: Run, summary: Mapping[str, Any]) -> str:
    """Return what a person reads where nothing but the text of a resource is shown (R4 narrative.html)."""
    facts = (tally.headline(run, summary), tally.target(run), tally.judged_by(run), tally.cost(run, summary))
    lines = "".join(f"<p>{escape(shown(fact, _LONGEST))}</p>" for fact in facts if fact)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{lines}</div>'


def _score(summary: Mapping[str, Any]) -> float:
    """Return the share of the rules that held among those that came to a verdict, in percent."""
    tested, _ = tally.tested(summary)
    held = sum(row.get("verdict") == "pass" for row in summary.get("requirements", ()))
    return round(100 * held / tested, 2) if tested else 0.0


def _participants(run: Run, summary: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    version = str(summary.get("dermconf", ""))
    yield {"type": "test-engine", "uri": f"urn:dermconf:{version}", "display": f"dermconf {version}"}
    if run.target.get("base"):
        base = "".join(shown(run.target["base"], _LONGEST).split())
        yield {"type": "server", "uri": base, "display": shown(tally.target(run))}


def _test(scenario: ScenarioRun) -> dict[str, Any]:
    actions = list(_actions(scenario))
    nothing = {"operation": {"result": "skip", "message": "nothing was recorded"}}
    test = {
        "name": shown(scenario.name),
        "description": shown(scenario.event.get("sentence") or ""),
        "action": actions or [nothing],
    }
    return {name: value for name, value in test.items() if value}


def _actions(scenario: ScenarioRun) -> Iterator[dict[str, Any]]:
    """Give an operation for each request and an assertion for each finding, as they were recorded."""
    exchanges = {exchange["seq"]: exchange for exchange in scenario.exchanges}
    stories = [problem_story(problem, scenario) for problem in scenario.problems]
    stories += [skip_story(scenario.skipped, scenario)] if scenario.skipped else []
    for event in scenario.events:
        if event.get("event") == "exchange":
            yield {"operation": _operation(event)}
        elif event.get("event") == "finding":
            story = finding_story(event, scenario, exchanges)
            lines = "\n".join(block.lines(story))
            yield {"assert": _assertion(story.verdict, lines, story.source)}
    for story in stories:
        yield {"assert": _assertion(story.verdict, "\n".join(block.lines(story)), "")}


def _operation(exchange: Mapping[str, Any]) -> dict[str, str]:
    answered = any(attempt.get("status") for attempt in exchange.get("attempts") or ())
    return {"result": "pass" if answered else "error", "message": block.request_line(exchange)}


def _assertion(verdict: str, message: str, source: str) -> dict[str, str]:
    told = {"result": _ACTIONS.get(verdict, "skip"), "message": message[:_LONGEST]}
    return {**told, "detail": source} if source else told
