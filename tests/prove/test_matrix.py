"""The proof by faults: what is noticed, what else is red, and that processes come to the same."""

import json
import re

import pytest
from click.testing import CliRunner

from conformance.catalogue import requirements
from conformance.commands import proof
from conformance.commands.prove import command
from conformance.prove.collateral import UMBRELLA, WHY
from conformance.prove.matrix import Kill, Matrix
from conformance.prove.playing import Table
from conformance.prove.prover import Attempt, Prover, tried
from conformance.prove.rounds import rounds
from conformance.server.app import create
from conformance.server.faults import FAULTS
from conformance.server.serving import running


def kill(name, red):
    return Kill(fault=FAULTS[name], red=red, scenarios=("a/one", "a/two"))


LOCATION = kill("no-location", {"a/one": ("R4-CRE-02",), "a/two": ("R4-CRE-06", "R4-HTTP-21")})
ERRORS = kill("bare-errors", {"a/two": ("R4-HTTP-21",)})
ALIVE = kill("no-rollback", {"a/two": ("R4-XX-01",)})


def test_a_kill_tells_what_failed_and_where():
    assert (LOCATION.killed, ALIVE.killed) == (True, False)
    assert LOCATION.failed == ("R4-CRE-02", "R4-CRE-06", "R4-HTTP-21")
    assert LOCATION.collateral == ("R4-CRE-06", "R4-HTTP-21")
    told = LOCATION.as_json()
    assert told["red"] == {"a/one": ["R4-CRE-02"], "a/two": ["R4-CRE-06", "R4-HTTP-21"]}
    assert (told["breaks"], told["sentence"]) == ("R4-CRE-02", "A create has no Location.")


def test_the_median_of_what_is_red_besides_is_told_with_and_without_what_notices_any_alteration():
    matrix = Matrix(honest="conformant", kills=(LOCATION, ERRORS, LOCATION))
    assert (matrix.beside(), matrix.beside(UMBRELLA)) == (2, 1)
    assert matrix.as_json()["median"] == {"beside": 2, "beyond": 1}
    assert matrix.as_json()["reasons"] == {rule: WHY[rule] for rule in ("R4-CRE-06", "R4-HTTP-21")}
    assert Matrix(honest="conformant", kills=()).beside() == 0


def test_what_nothing_explains_is_told():
    matrix = Matrix(honest="conformant", kills=(LOCATION, ALIVE))
    assert matrix.unexplained == (("no-rollback", "R4-XX-01"),)
    assert matrix.as_json()["reasons"]["R4-XX-01"] == ""
    assert matrix.survivors == (ALIVE,)
    assert not matrix.holds


@pytest.mark.parametrize(("part", "says"), [(False, "SURVIVES"), (True, "elsewhere")])
def test_a_fault_that_a_part_of_the_suite_misses_is_left_to_the_rest(capsys, part, says):
    proof.tell_kill(ALIVE, part=part)
    proof.tell_kill(LOCATION, part=part)
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told] == [[says, "no-rollback"], ["noticed", "no-location"]]


def test_a_part_of_the_suite_has_no_survivors_to_tell(capsys):
    proof.tell_matrix(Matrix(honest="conformant", kills=(LOCATION, ALIVE), part=True))
    told = capsys.readouterr().out
    assert "1 of 2 faults noticed; the others are for other scenarios to notice" in told
    assert "SURVIVES" not in told
    proof.tell_matrix(Matrix(honest="conformant", kills=(LOCATION, ALIVE)))
    assert "SURVIVES  no-rollback" in capsys.readouterr().out


def test_every_reason_is_for_a_rule_of_the_catalogue_in_one_sentence():
    assert set(WHY) <= set(requirements())
    assert set(UMBRELLA) <= set(WHY)
    assert all(re.fullmatch(r"[A-Z][^.]+\.", why) for why in WHY.values())


@pytest.fixture
def table(tmp_path):
    with running(create(seed=True)) as base:
        yield Table(base=base, reports=tmp_path, catalogue=requirements())


ATTEMPTS = [
    Attempt(fault=FAULTS["no-location"], names=("rest/delete",)),
    Attempt(fault=FAULTS["deleted-found"], names=("rest/delete",)),
    Attempt(fault=FAULTS["no-self-link"], names=("rest/delete",)),
]


def test_processes_come_to_what_one_comes_to_in_the_same_order(table):
    with rounds(table, 1) as here, rounds(table, 2) as there:
        alone, together = list(here(tried, ATTEMPTS)), list(there(tried, ATTEMPTS))
    assert [one.fault.name for one in alone] == ["no-location", "deleted-found", "no-self-link"]
    assert [one.as_json() for one in together] == [one.as_json() for one in alone]
    assert all(one.killed and one.scenarios == ("rest/delete",) for one in alone)


def test_a_fault_that_few_scenarios_do_not_notice_is_met_by_all(table, monkeypatch):
    played = []

    def play(_table, mount, cases, **_terms):
        played.append((mount, len(cases)))
        return {}, NOTHING

    monkeypatch.setattr(Table, "play", play)
    attempt = Attempt(fault=FAULTS["no-location"], names=("rest/delete",), widely=True)
    assert not tried(table, attempt).killed
    assert played[0] == ("faults/no-location", 1)
    assert played[1][1] > 100


class NOTHING:
    """A run in which nothing was found."""

    scenarios = ()


def test_a_full_proof_plays_everything_at_once(table, monkeypatch):
    asked = []

    def every(play, items):
        asked.extend((play, item) for item in items)
        return iter(())

    monkeypatch.setattr(Table, "play", lambda *_: ({"verdict": "conformant"}, NOTHING))
    Prover(table=table, rounds=every, full=True).prove([FAULTS["no-location"]], print, all_=False)
    assert asked == [(tried, Attempt(fault=FAULTS["no-location"], widely=True))]


def test_the_command_writes_the_matrix_for_programs_and_people(tmp_path):
    done = CliRunner().invoke(
        command, ["--fault", "deleted-found", "--report-dir", str(tmp_path)], standalone_mode=False
    )
    assert done.return_value == 0, done.output
    assert "the median fault turns " in done.output
    told = json.loads((tmp_path / "kill-matrix.json").read_text(encoding="utf-8"))
    (fault,) = told["faults"]
    assert fault["killed"]
    assert all("R4-SRCH-17" in rules for rules in fault["red"].values())
    page = (tmp_path / "kill-matrix.html").read_text(encoding="utf-8")
    assert "1 of 1 fault noticed" in page
