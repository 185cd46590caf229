"""Which checks a fault turns red, for the scenarios that somebody chose: every one can fail, or is told."""

import json

import pytest
from click.testing import CliRunner

from conformance.commands.prove import command
from conformance.problem import Problem
from conformance.prove.choosing import Choice, cases, fits
from conformance.prove.matrix import Matrix, Unshown
from conformance.prove.playing import Table
from conformance.prove.prover import Prover
from conformance.prove.rounds import rounds
from conformance.read.tested import requirements
from conformance.server.app import create
from conformance.server.faults import FAULTS
from conformance.server.faults.registry import Fault
from conformance.server.serving import running

HEAD = """scenario: A search by status finds amended annotations
requirements: {R4-RES-20: SHALL}
given:
  patient: patient.json
  photo: documentreference-photo.json
  annotation: {from: observation-annotation.json, set: {/status: amended}}
  control: observation-annotation.json
steps:
  - search: Observation
    where: {patient: "{{ patient }}", status: amended}
    pages: all
    expect:
"""
SOUND = f"{HEAD}      - results: {{has: [annotation], lacks: [control]}}\n"
VACUOUS = HEAD + '      - {fhirpath: "Bundle.type", is: searchset, for: R4-RES-20}\n'
VACUOUS = VACUOUS.replace("    expect:", "    control: the type of the answer alone is asked\n    expect:")
FALSE = VACUOUS.replace("searchset", "collection")


@pytest.fixture
def prove(tmp_path):
    """Prove a scenario of one's own by the faults that are named."""

    def prove(text, *names):
        folder = tmp_path / "testcases"
        folder.mkdir()
        (folder / "mine.yaml").write_text(text, encoding="utf-8")
        choice = Choice(paths=(folder,))
        with running(create(seed=True)) as base:
            table = Table(base=base, reports=tmp_path / "r", catalogue=requirements((folder,)), choice=choice)
            with rounds(table, 1) as played:
                return Prover(table=table, rounds=played).prove(
                    [FAULTS[one] for one in names], lambda _: None
                )

    return prove


OWN = [name for name, fault in FAULTS.items() if fault.breaks == "R4-RES-20"]


def test_a_sound_scenario_of_ones_own_is_shown_to_fail(prove):
    matrix = prove(SOUND, *OWN, "no-location")
    assert matrix.part
    assert matrix.unshown == ()
    assert {name for kill in matrix.kills for name in kill.noticed_by} == {"mine"}
    # What breaks a rule that the scenario does not name is not played where nothing is left to show.
    assert {kill.fault.name for kill in matrix.kills} <= {*OWN}
    assert matrix.holds


def test_a_check_that_nothing_turns_red_is_told_with_the_faults_that_were_tried(prove):
    # The search is judged without being asked, too; that is no merit of this check.
    matrix = prove(VACUOUS, *OWN, "no-location")
    assert matrix.unshown == (Unshown(scenario="mine", requirement="R4-RES-20", faults=tuple(OWN)),)
    assert not matrix.holds


def test_a_fault_of_another_rule_shows_that_a_check_can_fail(prove):
    matrix = prove(VACUOUS, *OWN, "search-is-collection")
    assert matrix.unshown == ()
    (kill,) = [kill for kill in matrix.kills if kill.shown]
    assert (kill.fault.name, kill.fault.breaks) == ("search-is-collection", "R4-SRCH-01")
    assert kill.red["mine"] == ("R4-RES-20", "R4-SRCH-01")
    # A part of the suite need not notice every fault.
    assert matrix.holds


def test_what_fails_on_the_honest_server_shows_nothing(prove):
    matrix = prove(FALSE, *OWN)
    (unshown,) = matrix.unshown
    assert unshown.failing
    assert not matrix.holds


def test_a_fault_of_no_requirement_is_refused(tmp_path):
    fault = Fault(name="odd", breaks="R4-RES-99", sentence="It is odd.", overriding=object)
    table = Table(base="http://s/fhir", reports=tmp_path, catalogue=requirements())
    with pytest.raises(Problem) as problem:
        Prover(table=table, rounds=None).prove([fault], print)
    assert "the fault 'odd' breaks 'R4-RES-99', which is no requirement" in str(problem.value)


def test_a_whole_proof_with_a_check_that_nothing_turned_red_does_not_hold():
    unshown = Unshown(scenario="a/one", requirement="R4-CRE-02", faults=("no-location",))
    assert Matrix(honest="conformant", kills=()).holds
    assert not Matrix(honest="conformant", kills=(), unshown=(unshown,)).holds
    assert Matrix(honest="incomplete", kills=(), part=True).holds
    assert not Matrix(honest="incomplete", kills=()).holds


@pytest.mark.parametrize(
    ("expression", "fitting"),
    [
        ("", True),
        ("search", True),
        ("SEARCH/pat", True),
        ("rest", False),
        ("not rest", True),
        ("search and absolute", True),
        ("search and not patient[absolute]", False),
        ("rest or search and not rest", True),
        ("(rest or search) and not (patient)", False),
    ],
)
def test_an_expression_is_read_as_by_run(expression, fitting):
    assert fits(expression, "search/patient[absolute]") is fitting


@pytest.mark.parametrize("expression", ["and", "a and", "(a", "a b", "not", "a)", "a & b", "or a"])
def test_what_is_no_expression_is_a_problem(expression):
    with pytest.raises(Problem, match="is no expression"):
        fits(expression, "a b")


def test_an_expression_that_selects_nothing_is_a_problem():
    with pytest.raises(Problem, match="selects no scenario"):
        cases(Choice(expression="zebra"))


def test_the_command_proves_a_part_and_says_what_noticed(tmp_path):
    asked = ["-k", "rest/delete and not history", "--fault", "deleted-found", "--report-dir", str(tmp_path)]
    done = CliRunner().invoke(command, asked, standalone_mode=False)
    assert done.return_value == 0, done.output
    assert "R4-SRCH-17  by rest/delete" in done.output
    told = json.loads((tmp_path / "kill-matrix.json").read_text(encoding="utf-8"))
    assert told["faults"][0]["scenarios"] == ["rest/delete"]


def test_data_of_the_sample_are_altered_as_what_is_sent(tmp_path):
    choice = Choice(expression="stored-ai-provenance[ballot]")
    with running(create(seed=True)) as base:
        table = Table(base=base, reports=tmp_path, catalogue=requirements(), choice=choice)
        with rounds(table, 1) as played:
            names = ("targets-lost", "reasons-lost", "model-taken-for-person")
            matrix = Prover(table=table, rounds=played).prove([FAULTS[n] for n in names], lambda _: None)
    assert [kill.noticed_by for kill in matrix.kills] == [("provenance/stored-ai-provenance[ballot]",)] * 3
    assert matrix.unshown == ()
