"""summary.json from a run's events: counts, requirements, and the facts that decide the exit code."""

import pytest

from conformance.events import Run, ScenarioRun
from conformance.model import Evidence, Gate, Level, Party, Requirement, State, Target
from conformance.summary import facts, requirement_verdicts, summary

TARGET = Target(base="http://h/fhir")


def rule(id_, *, level=Level.SHALL, binds=Party.REPOSITORY, state=State.TESTED):
    return Requirement(
        id=id_,
        spec="r4",
        level=level,
        evidence=Evidence.EXPLICIT,
        gate=Gate.ALWAYS,
        binds=binds,
        statement="A rule.",
        source="x",
        state=state,
    )


CATALOGUE = {
    r.id: r
    for r in (
        rule("R-1"),
        rule("R-2"),
        rule("R-S", level=Level.SHOULD),
        rule("R-I", binds=Party.IMAGE_SOURCE),
        rule("R-P", state=State.PLANNED),
        rule("R-X", state=State.EXCLUDED),
    )
}


def finding(requirement, result, *, gating=True):
    texts = dict.fromkeys(("at", "expected", "actual", "message", "hint"), "")
    return {
        "requirement": requirement,
        "result": result,
        "gating": gating,
        "step": 1,
        "check": 1,
        "exchange": 1,
        **texts,
    }


def scenario(name, *findings, declares=("R-1",), problems=(), skipped=None, verdict="pass"):
    return ScenarioRun(
        name=name,
        event={"requirements": dict.fromkeys(declares, "SHALL")},
        events=({"ms": 1.0}, {"ms": 501.0}),
        findings=findings,
        problems=tuple({"kind": kind} for kind in problems),
        skipped=skipped,
        verdict=verdict,
    )


def run(*scenarios, whole=True, outside=()):
    header = {"dermconf": "0", "roles": ["repository"], "selection": {"whole": whole}}
    return Run(header=header, target={"base": TARGET.base}, scenarios=scenarios, outside=outside)


def come_to(*scenarios, **options):
    told = summary(run(*scenarios, **options), CATALOGUE, TARGET)
    return told["verdict"], told["gate"]["exit"]


HELD = scenario("a", finding("R-1", "held"))
ROWS = [
    ([HELD], "conformant", 0),
    ([HELD, scenario("b", finding("R-1", "failed"), verdict="fail")], "nonconformant", 1),
    ([HELD, scenario("b", finding("R-S", "failed", gating=False), declares=["R-S"])], "conformant", 0),
    ([HELD, scenario("b", declares=["R-2"], skipped={"verdict": "untested"})], "incomplete", 3),
    # What would not gate here makes no run incomplete.
    ([HELD, scenario("b", declares=["R-S"], skipped={"verdict": "untested"})], "conformant", 0),
    ([HELD, scenario("b", declares=["R-I"], skipped={"verdict": "untested"})], "conformant", 0),
    ([HELD, scenario("b", declares=["R-2"], skipped={"verdict": "skip"})], "conformant", 0),
    ([HELD, scenario("b", declares=["R-2"], skipped={"verdict": "out-of-reach"})], "conformant", 0),
    # A run in which nothing that gates passed is never conformant.
    ([scenario("a", finding("R-S", "held"), declares=["R-S"])], "incomplete", 3),
    ([scenario("a", declares=["R-1"], skipped={"verdict": "skip"})], "incomplete", 3),
    ([HELD, scenario("b", problems=["network"], verdict="error")], "error", 4),
    ([HELD, scenario("b", problems=["auth"], verdict="error")], "error", 4),
    ([HELD, scenario("b", problems=["bug", "network"], verdict="error")], "error", 5),
    ([HELD, scenario("b", problems=["scenario"], declares=(), verdict="error")], "error", 5),
    ([HELD, scenario("b", finding("R-1", "failed"), problems=["fixture"])], "nonconformant", 1),
    ([], "nothing-selected", 2),
]


@pytest.mark.parametrize(("scenarios", "verdict", "code"), ROWS)
def test_what_a_run_comes_to(scenarios, verdict, code):
    assert come_to(*scenarios) == (verdict, code)


def test_a_selection_is_never_a_whole():
    assert come_to(HELD, whole=False) == ("partial", 0)


def test_trouble_before_any_scenario_counts():
    trouble = {"event": "problem", "kind": "version"}
    assert come_to(HELD, outside=(trouble,)) == ("error", 4)
    assert facts(run(outside=(trouble,)), {}, CATALOGUE, TARGET).nothing_selected is False


def test_a_finding_that_says_nothing_of_an_undeclared_rule_is_silent():
    quiet = scenario("a", finding("R-1", "held"), finding("R-2", "untested"), finding("R-S", "cannot-say"))
    assert requirement_verdicts([quiet]) == {"R-1": "pass"}


def test_the_worst_of_all_scenarios_is_the_requirements():
    broken = scenario("b", finding("R-1", "failed"))
    assert requirement_verdicts([HELD, broken]) == {"R-1": "fail"}


def test_counts_are_of_requirements_and_of_what_has_no_verdict():
    mixed = scenario("b", finding("R-1", "failed"), finding("R-S", "data"), finding("R-S", "observed"))
    told = summary(run(HELD, mixed), CATALOGUE, TARGET)
    assert {k: v for k, v in told["counts"].items() if v} == {"fail": 1, "data": 1, "observed": 1}
    assert sum(told["counts"][v] for v in ("pass", "fail", "warn", "skip", "untested", "error")) == 1
    assert (told["planned"], told["rules"]) == (1, 5)


def test_a_scenarios_entry_shows_what_did_not_hold():
    told = summary(run(scenario("a", finding("R-1", "held"), finding("R-1", "failed"))), CATALOGUE, TARGET)
    [entry] = told["scenarios"]
    assert [f["verdict"] for f in entry["findings"]] == ["fail"]
    assert entry["seconds"] == 0.5
    [one] = told["requirements"]
    assert (one["id"], one["verdict"], one["scenarios"]) == ("R-1", "fail", ["a"])
