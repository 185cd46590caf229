"""The recorded run judged again: the same fold and the same functions as live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions.release import release
from conformance.events import finding_event
from conformance.judge.stage import Stage
from conformance.judge.steps import judge_step, judge_unreached
from conformance.verdicts import of_scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.events import ScenarioRun
    from conformance.judge.weigh import Bench
    from conformance.model import Finding, Json, Scenario, Verdict

# Any of these says that the step before it is over.
_ENDS = frozenset({"step", "finding", "not-reached", "skipped", "deleted", "leftover", "verdict"})


def judge_again(
    recorded: ScenarioRun, scenario: Scenario, bench: Bench, run: str
) -> tuple[list[Finding], Verdict]:
    """Return the findings and the verdict of a recorded scenario, judged from its events alone."""
    stage = Stage(scenario, bench.target.base, run, bench.claims, guides=bench.guides)
    stage.known, stage.bases = bench.target.known, bench.target.bases
    with release(scenario.fhir):
        return _judged(recorded, stage, bench)


def _judged(recorded: ScenarioRun, stage: Stage, bench: Bench) -> tuple[list[Finding], Verdict]:
    scenario = stage.scenario
    findings: list[Finding] = []
    open_ = False
    for event in recorded.events:
        kind = event["event"]
        if kind == "not-reached" and event["step"] == stage.event.get("step"):
            # The step was begun and could not be finished: there is nothing to judge it by.
            open_ = False
        if kind in _ENDS and open_:
            findings += judge_step(stage, bench)
            open_ = False
        if kind == "not-reached":
            findings += judge_unreached(stage, scenario.steps[event["step"] - 1], event["because"], bench)
        stage.apply(event)
        open_ = kind in {"scenario", "step"} or (open_ and kind != "problem")
    verdict = of_scenario(_dicts(findings), recorded.problems, recorded.skipped, list(scenario.requirements))
    return findings, verdict


def _dicts(findings: Iterable[Finding]) -> list[Mapping[str, Json]]:
    return [finding_event(finding) for finding in findings]
