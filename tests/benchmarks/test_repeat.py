"""`make repeat`: runs that agree are told in one line, and what two runs say differently is named."""

import importlib.util
import sys
from pathlib import Path

import pytest

from conformance.catalogue import requirements
from conformance.prove import choosing
from conformance.prove.playing import Table
from conformance.server.app import create
from conformance.server.behaviour import Behaviour
from conformance.server.messages import Refusal
from conformance.server.serving import running
from conformance.server.variations import VARIATIONS, Variation

SCRIPT = Path(__file__).parents[2] / "benchmarks/repeat.py"


@pytest.fixture(scope="module")
def repeat():
    spec = importlib.util.spec_from_file_location("benchmarks_repeat", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases():
    return [case for case in choosing.cases() if case.name.startswith("rest/delete")]


@pytest.fixture
def table(tmp_path):
    with running(create(seed=True)) as base:
        yield Table(base=base, reports=tmp_path, catalogue=requirements())


def test_runs_of_an_honest_server_agree_whatever_their_order(repeat, table):
    runs = list(repeat.played(table, cases(), 3, seed=7))
    assert len(repeat.distinct(runs)) == 1
    assert repeat.compared(runs) == []
    assert runs[0]["the run"] == "conformant"
    assert {name for name in runs[0] if name.startswith("scenario ")} == {
        f"scenario {c.name}" for c in cases()
    }
    assert runs[0]["requirement R4-DEL-02"] == "pass"


def test_the_order_is_shuffled_anew_in_each_run(repeat, table, monkeypatch):
    orders = []
    monkeypatch.setattr(repeat, "verdicts", lambda _, order: orders.append([c.name for c in order]) or {})
    list(repeat.played(table, choosing.cases(), 3, seed=7))
    assert len({tuple(order) for order in orders}) == 3
    assert len({frozenset(order) for order in orders}) == 1


class RefusesDeletesAtFirst(Behaviour):
    """The first run may delete nothing."""

    run = 0

    def hear(self, request):
        type(self).run += request.path[-1:] == ("metadata",)
        if request.method == "DELETE" and self.run == 1:
            raise Refusal(409, "business-rule", "No.")
        return super().hear(request)


def test_what_two_runs_say_differently_is_named_with_the_runs(repeat, tmp_path, monkeypatch):
    wavering = Variation(
        name="odd", rules=("F22",), sentence="x", classes=(RefusesDeletesAtFirst,), topic="odd"
    )
    monkeypatch.setitem(VARIATIONS, "odd", wavering)
    with running(create(seed=True)) as base:
        at = base.replace("/fhir", "/variations/odd/fhir")
        table = Table(base=at, reports=tmp_path, catalogue=requirements())
        runs = list(repeat.played(table, cases(), 3, seed=7))
    assert len(repeat.distinct(runs)) == 2
    told = repeat.compared(runs)
    deleted = "untested 1 times (first in run 1), pass 2 times (first in run 2)"
    assert f"requirement R4-DEL-02: {deleted}" in told
    assert all("(first in run 1)" in line and "2 times (first in run 2)" in line for line in told)


@pytest.mark.parametrize(("agree", "code"), [(True, 0), (False, 1)])
def test_the_script_says_how_many_sets_there_are(repeat, agree, code, monkeypatch, capsys):
    said = [{"scenario a": "pass"}, {"scenario a": "pass" if agree else "fail"}]
    monkeypatch.setattr(repeat, "played", lambda *_: iter(said))
    monkeypatch.setattr(sys, "argv", ["repeat.py", "--runs", "2", "--seed", "5"])
    assert repeat.main() == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "seed 5, 2 scenarios at a time"
    assert lines[-1] == ("2 runs, 1 set of verdicts" if agree else "2 runs, 2 sets of verdicts")
    assert ("scenario a: pass 1 times (first in run 1), fail 1 times (first in run 2)" in lines) is not agree


def test_a_verdict_that_is_missing_in_one_run_is_a_difference(repeat):
    assert repeat.compared([{"scenario a": "pass"}, {}]) == [
        "scenario a: pass 1 times (first in run 1), nothing 1 times (first in run 2)"
    ]
