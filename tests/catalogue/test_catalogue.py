"""The shipped requirements are complete, sober and graded as the specification has them."""

from __future__ import annotations

import re
import string
from collections import Counter
from urllib.parse import urlsplit

import pytest

from conformance.catalogue import requirement, requirements
from conformance.catalogue.automatic import AUTOMATIC
from conformance.model import Evidence, Exclusion, Gate, Level, Party, State, Target
from conformance.problem import Problem
from conformance.verdicts import gate_open

# The levels under which the examples of the scenario language name their requirements.
NAMED = {
    "AIT-DSC-01": "SHOULD",
    "DERM-AIP-01": "SHALL",
    "DERM-AIP-03": "SHALL NOT",
    "DERM-AIP-04": "SHALL",
    "DERM-AIT-03": "SHALL",
    "DERM-AIT-08": "SHOULD",
    "DERM-ANN-02": "SHALL",
    "DERM-ANN-04": "SHALL",
    "DERM-ANN-05a": "SHALL",
    "DERM-LNK-01": "SHOULD",
    "DERM-LNK-02": "SHALL",
    "DERM-WRT-03": "SHOULD",
    "R4-CND-01": "SHALL",
    "R4-RES-02": "SHALL NOT",
    "R4-RES-09": "SHOULD",
    "R4-RES-10": "SHALL",
    "R4-RES-19": "SHALL",
    "R4-RES-22": "SHALL",
    "R4-SRCH-03": "SHALL",
    "R4-TRX-05": "SHALL",
    "R4-TRX-07": "SHALL",
}

# Rules of the guide that may fail a run on the evidence that could be read: nineteen, and the two searches.
GATING = {
    *(f"DERM-ANN-{n}" for n in ("01", "02", "04", "05a", "06", "08a", "15", "16")),
    *(f"DERM-AIP-{n}" for n in ("01", "02", "03", "04", "05", "07a", "11")),
    *(f"DERM-AIT-{n}" for n in ("01", "02", "03")),
    "DERM-TRM-04",
    "DERM-SRC-01b",
    "DERM-SRC-02b",
}

# Rules of AI Transparency that may fail a run, where its gate is open or a policy asks for them.
GATING_OF_AI = {
    *(f"AIT-PRV-{n}" for n in ("01", "02", "03", "04", "05", "06", "08")),
    *("AIT-LBL-06", "AIT-DEV-01", "AIT-MDC-01", "AIT-MDC-02", "AIT-MDC-03", "AIT-PRM-03", "AIT-CNF-01"),
}
ASKED_BY_POLICY = {"AIT-LBL-01": "label", "AIT-PRV-12": "provenance"}

# How many rules of AI Transparency each family has, splits counted.
FAMILIES_OF_AI = {
    "LBL": 13,
    "INL": 5,
    "PRV": 12,
    "DEV": 4,
    "MDC": 5,
    "PRM": 3,
    "CNF": 2,
    "DSC": 7,
    "WRT": 3,
    "SEC": 1,
}

# How many rows each family of the R4 rules has, splits counted.
FAMILIES = {
    "HTTP": 27,
    "READ": 4,
    "VREAD": 4,
    "CRE": 10,
    "CND": 4,
    "UPD": 11,
    "LOCK": 3,
    "PAT": 5,
    "DEL": 6,
    "HIS": 6,
    "CAP": 8,
    "BAT": 5,
    "TRX": 11,
    "OO": 5,
    "INT": 2,
    "PAGE": 5,
    "SRCH": 20,
    "RES": 22,
    "META": 15,
    "LNK": 17,
}

every = pytest.mark.parametrize("row", requirements().values(), ids=lambda row: row.id)


@every
def test_a_statement_is_one_sentence(row):
    assert row.statement[0].isupper()
    assert row.statement.endswith(".")
    assert not re.search(r"[.!?;] |\.{2}", row.statement)
    assert len(row.statement) <= 110


@every
def test_a_source_is_a_url(row):
    url = urlsplit(row.source)
    assert url.scheme in {"http", "https"}
    assert url.netloc
    assert url.path.startswith("/")


@every
def test_an_excluded_requirement_says_why_and_no_other_does(row):
    assert bool(row.reason) == bool(row.excluded) == (row.state is State.EXCLUDED)


@every
def test_no_shipped_requirement_is_only_planned(row):
    assert row.state is not State.PLANNED


@every
def test_what_is_excluded_is_of_the_kind_that_it_says(row):
    if row.excluded is Exclusion.PERMISSION:
        assert row.level is Level.MAY
    if row.excluded is Exclusion.MERGED:
        assert {id_ for id_ in requirements() if id_ in row.reason} - {row.id}
    if row.binds is Party.CONSUMER:
        assert row.excluded in {Exclusion.CLIENT, Exclusion.NOT_OBSERVABLE}


@every
def test_a_tested_requirement_says_how_to_mend_it_and_no_other_does(row):
    assert bool(row.hint) == (row.state is State.TESTED)
    if row.hint:
        assert row.hint[0] in string.ascii_uppercase
        assert row.hint.endswith(".")
        assert len(row.hint) <= 160
        # What is lawful besides comes after what mends.
        assert "lawful" not in row.hint.partition(". ")[0]


@every
def test_a_rule_that_gates_on_a_claim_says_what_the_claim_is(row):
    assert row.when or row.gate is not Gate.CLAIMED


@every
def test_only_a_shall_can_gate(row):
    assert row.gate is Gate.NEVER or row.level in {Level.SHALL, Level.SHALL_NOT}


@every
def test_what_nobody_can_be_tested_for_is_excluded(row):
    assert row.binds not in {Party.CONSUMER, Party.REPORT} or row.state is State.EXCLUDED


@pytest.mark.parametrize("rule", AUTOMATIC)
def test_a_rule_that_is_always_judged_finds_under_a_requirement_that_binds_the_repository(rule):
    found = requirement(AUTOMATIC[rule])
    assert found.binds is Party.REPOSITORY
    assert found.state is State.TESTED


@pytest.mark.parametrize(("name", "level"), NAMED.items())
def test_the_examples_of_the_language_agree_with_the_catalogue(name, level):
    assert requirement(name).level == level
    assert requirement(name).state is not State.EXCLUDED


def test_the_rules_of_the_guide_that_gate_are_those_that_its_pages_bear_out():
    sure = {Evidence.EXPLICIT, Evidence.DESCRIPTIVE}
    found = {
        row.id
        for row in requirements().values()
        if row.spec == "dermatology" and row.gate is not Gate.NEVER and row.evidence in sure
    }
    assert found == GATING


def of_ai():
    return [row for row in requirements().values() if row.spec == "ai-transparency"]


def test_the_rules_of_ai_transparency_that_gate_are_profiles_constraints_and_what_policy_asks_for():
    found = {row.id for row in of_ai() if row.gate is not Gate.NEVER}
    assert found == GATING_OF_AI | set(ASKED_BY_POLICY)
    assert {row.id: row.policy for row in requirements().values() if row.policy} == ASKED_BY_POLICY


def test_no_rule_of_ai_transparency_fails_a_run_that_was_not_asked_for_it():
    target = Target(base="http://x/fhir", evidence=Evidence.ASSUMED)
    assert not [row.id for row in of_ai() if gate_open(row, target)]


def test_a_rule_of_ai_transparency_that_gates_binds_whoever_wrote_the_resource():
    assert {row.binds for row in of_ai() if row.gate is not Gate.NEVER} == {Party.PRODUCER}


def test_no_row_of_ai_transparency_is_left_out():
    assert Counter(row.id.split("-")[1] for row in of_ai()) == FAMILIES_OF_AI


def test_no_row_of_fhir_is_left_out():
    rows = [row.id for row in requirements().values() if row.spec == "r4"]
    assert Counter(name.split("-")[1] for name in rows) == FAMILIES


@pytest.mark.parametrize("name", ["DERM-ANN-05", "DERM-ANN-08", "DERM-AIP-07", "DERM-SRC-01", "DERM-SRC-02"])
def test_a_requirement_that_was_split_is_known_by_its_parts_only(name):
    assert {f"{name}a", f"{name}b"} <= set(requirements())
    with pytest.raises(Problem, match=f"no requirement '{name}' is known"):
        requirement(name)


def test_an_unknown_requirement_is_answered_with_the_nearest():
    with pytest.raises(Problem) as problem:
        requirement("DERM-AIP-3")
    assert problem.value.code == "unknown-requirement"
    assert "did you mean 'DERM-AIP-" in problem.value.hint
