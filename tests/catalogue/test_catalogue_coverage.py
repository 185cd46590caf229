"""A requirement is called tested exactly where something tests it."""

from __future__ import annotations

from pathlib import Path

from conformance import yamlfile
from conformance.catalogue import requirements
from conformance.catalogue.automatic import AUTOMATIC
from conformance.model import State

TESTCASES = Path(__file__).parents[2] / "testcases"


def named():
    for file in sorted(TESTCASES.rglob("*.yaml")):
        scenario = yamlfile.load(file.read_text(encoding="utf-8"), str(file)).json
        yield from scenario["requirements"]


def in_state(state):
    return {row.id for row in requirements().values() if row.state is state}


def test_what_is_called_tested_is_named_by_a_scenario_or_always_judged():
    assert in_state(State.TESTED) <= set(named()) | set(AUTOMATIC.values())


def test_what_a_scenario_names_or_is_always_judged_is_called_tested():
    assert set(named()) | set(AUTOMATIC.values()) <= in_state(State.TESTED)
