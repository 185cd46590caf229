"""From findings to verdicts and the exit code: every row of the tables."""

from dataclasses import replace
from itertools import product

import pytest

from conformance.model import Evidence, Gate, Level, Party, Requirement, State, Target, Verdict
from conformance.verdicts import Facts, gate_open, of_finding, of_requirements, of_run, of_scenario, worst

QUIET = {
    "gating_fail": False,
    "our_bug": False,
    "trouble": False,
    "gating_untested": False,
    "gating_passed": True,
    "whole": True,
}
# Facts that differ from a clean whole run, and what they come to.
ROWS = [
    ({}, "conformant", 0),
    ({"whole": False}, "partial", 0),
    ({"gating_untested": True}, "incomplete", 3),
    ({"gating_passed": False}, "incomplete", 3),
    ({"gating_untested": True, "whole": False}, "incomplete", 3),
    ({"trouble": True}, "error", 4),
    ({"trouble": True, "gating_untested": True}, "error", 4),
    ({"trouble": True, "gating_passed": False}, "error", 4),
    ({"our_bug": True}, "error", 5),
    ({"our_bug": True, "trouble": True}, "error", 5),
    ({"our_bug": True, "gating_untested": True}, "error", 5),
    ({"gating_fail": True}, "nonconformant", 1),
    ({"gating_fail": True, "our_bug": True, "trouble": True}, "nonconformant", 1),
    ({"gating_fail": True, "gating_passed": False, "whole": False}, "nonconformant", 1),
    ({"nothing_selected": True, "gating_passed": False}, "nothing-selected", 2),
]


@pytest.mark.parametrize(("facts", "verdict", "code"), ROWS)
def test_the_run_and_its_exit_code(facts, verdict, code):
    assert of_run(Facts(**{**QUIET, **facts})) == (verdict, code)


def test_every_combination_is_decided_by_its_worst_row():
    names = list(QUIET)
    for values in product([True, False], repeat=len(names)):
        facts = dict(zip(names, values, strict=True))
        code = of_run(Facts(**facts))[1]
        untested = facts["gating_untested"] or not facts["gating_passed"]
        columns = [("gating_fail", 1), ("our_bug", 5), ("trouble", 4)]
        wanted = next((code_ for name, code_ in columns if facts[name]), 3 if untested else 0)
        assert code == wanted, facts


def finding(result, *, gating=True, requirement="R-1"):
    return {"result": result, "gating": gating, "requirement": requirement}


@pytest.mark.parametrize(
    ("result", "gating", "verdict"),
    [
        ("held", True, "pass"),
        ("held", False, "pass"),
        ("failed", True, "fail"),
        ("failed", False, "warn"),
        ("untested", True, "untested"),
        ("untested", False, "untested"),
        ("cannot-say", True, None),
        ("data", True, None),
        ("observed", True, None),
    ],
)
def test_a_finding(result, gating, verdict):
    assert of_finding(finding(result, gating=gating)) == verdict


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        (["held"], "pass"),
        (["held", "untested"], "untested"),
        (["held", "failed"], "fail"),
        (["untested", "failed"], "fail"),
        (["cannot-say"], "untested"),
        (["cannot-say", "held"], "pass"),
        (["data", "held"], "pass"),
    ],
)
def test_a_requirement_is_as_bad_as_its_worst_finding(results, verdict):
    assert of_requirements([finding(r) for r in results]) == {"R-1": verdict}


def test_data_and_observations_give_no_verdict():
    assert of_requirements([finding("data"), finding("observed")]) == {}


def test_the_order_from_bad_to_good():
    order = ["fail", "error", "untested", "out-of-reach", "warn", "pass", "skip"]
    for n, verdict in enumerate(order):
        assert worst(reversed(order[n:])) == verdict
    assert worst([]) is Verdict.UNTESTED


PROBLEM = {"kind": "network"}
SKIPPED = {"verdict": "skip"}
SCENARIOS = [
    ([finding("held")], [], None, ["R-1"], "pass"),
    ([finding("failed")], [], None, ["R-1"], "fail"),
    ([finding("failed", gating=False)], [], None, ["R-1"], "warn"),
    ([finding("cannot-say")], [], None, ["R-1"], "untested"),
    ([], [], None, ["R-1"], "untested"),
    ([finding("held")], [PROBLEM], None, ["R-1"], "error"),
    ([finding("failed")], [PROBLEM], None, ["R-1"], "fail"),
    # What a scenario does not declare counts where it did not hold, and only there.
    ([finding("held"), finding("failed", requirement="R-2")], [], None, ["R-1"], "fail"),
    ([finding("held"), finding("failed", requirement="R-2", gating=False)], [], None, ["R-1"], "warn"),
    ([finding("held"), finding("untested", requirement="R-2")], [], None, ["R-1"], "pass"),
    ([], [], SKIPPED, ["R-1"], "skip"),
    ([], [], {"verdict": "untested"}, ["R-1"], "untested"),
    ([], [], {"verdict": "out-of-reach"}, ["R-1"], "out-of-reach"),
    ([finding("failed", requirement="R-2")], [], SKIPPED, ["R-1"], "fail"),
    ([finding("data")], [], None, ["R-1"], "pass"),
    ([], [PROBLEM], None, [], "error"),
]


@pytest.mark.parametrize(("findings", "problems", "skipped", "declared", "verdict"), SCENARIOS)
def test_a_scenario(findings, problems, skipped, declared, verdict):
    assert of_scenario(findings, problems, skipped, declared) == verdict


def requirement(id_="R4-X-01", level=Level.SHALL, evidence=Evidence.EXPLICIT, gate=Gate.ALWAYS):
    return Requirement(
        id=id_,
        spec="r4",
        level=level,
        evidence=evidence,
        gate=gate,
        binds=Party.REPOSITORY,
        statement="A rule.",
        source="x",
        state=State.TESTED,
    )


@pytest.mark.parametrize(
    ("rule", "open_"),
    [
        ({}, True),
        ({"level": Level.SHALL_NOT}, True),
        ({"level": Level.SHOULD}, False),
        ({"level": Level.SHOULD_NOT}, False),
        ({"level": Level.MAY}, False),
        ({"gate": Gate.CLAIMED}, True),
        ({"gate": Gate.NEVER}, False),
        ({"evidence": Evidence.DESCRIPTIVE}, True),
        ({"evidence": Evidence.INFERRED}, False),
        ({"evidence": Evidence.ASSUMED}, False),
    ],
)
def test_which_rules_may_fail_a_run(rule, open_):
    assert gate_open(requirement(**rule), Target(base="http://x/fhir")) is open_


def test_weaker_evidence_gates_where_it_is_asked_for():
    target = Target(base="http://x/fhir", evidence=Evidence.ASSUMED)
    assert gate_open(requirement(evidence=Evidence.INFERRED), target)
    strict = Target(base="http://x/fhir", evidence=Evidence.EXPLICIT)
    assert not gate_open(requirement(evidence=Evidence.DESCRIPTIVE), strict)


@pytest.mark.parametrize(
    ("gates", "open_"), [(("r4",), True), (("r4@4.0.1",), True), (("dermatology",), False)]
)
def test_a_specification_that_was_not_asked_for_gates_nothing(gates, open_):
    assert gate_open(requirement(), Target(base="http://x/fhir", gates=gates)) is open_


@pytest.mark.parametrize(
    ("gates", "policies", "open_"),
    [((), ("label",), True), (("r4",), (), False), (("r4",), ("provenance",), False)],
)
def test_what_policy_may_require_gates_where_it_does_whatever_the_specification(gates, policies, open_):
    target = Target(base="http://x/fhir", gates=gates, policies=policies)
    assert gate_open(replace(requirement(), policy="label"), target) is open_


def test_a_target_is_held_to_the_edition_that_its_gates_name():
    target = Target(base="http://x/fhir", gates=("r4", "house", "house@2", "other@1"))
    assert [target.edition(spec) for spec in ("house", "other", "r4", "nobody")] == ["2", "1", "", ""]
