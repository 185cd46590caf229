"""What a package's word does to a run: evidence, gates, and nothing else."""

from dataclasses import replace

import pytest

from conformance import catalogue
from conformance.confirming.reading import graded
from conformance.model import Evidence, Gate, Target
from conformance.verdicts import gate_open

INFERRED, EXPLICIT, ADVICE = "DERM-AIP-08", "DERM-AIP-01", "DERM-ANN-24"
# A rule, what a package says of it, and whether it may fail a run that asks for nothing special.
TABLE = [
    (INFERRED, "silent", False),
    (INFERRED, "confirmed", True),
    (INFERRED, "contradicted", False),
    (EXPLICIT, "silent", True),
    (EXPLICIT, "confirmed", True),
    (EXPLICIT, "contradicted", False),
    (ADVICE, "silent", False),
    (ADVICE, "confirmed", False),
    (ADVICE, "contradicted", False),
]


@pytest.mark.parametrize(("name", "standing", "gates"), TABLE)
def test_what_gates(name, standing, gates):
    made = graded(catalogue.requirements(), {name: standing})[name]
    assert gate_open(made, Target(base="http://localhost")) is gates


@pytest.mark.parametrize("evidence", Evidence)
def test_what_is_contradicted_gates_at_no_evidence(evidence):
    made = graded(catalogue.requirements(), {INFERRED: "contradicted"})[INFERRED]
    assert not gate_open(made, Target(base="http://localhost", evidence=evidence))


def test_nothing_else_is_changed():
    before = catalogue.requirements()
    after = graded(before, {INFERRED: "confirmed", EXPLICIT: "contradicted"})
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {INFERRED, EXPLICIT}
    assert after[INFERRED] == replace(before[INFERRED], evidence=Evidence.EXPLICIT)
    assert after[EXPLICIT] == replace(before[EXPLICIT], gate=Gate.NEVER)
    assert list(after) == list(before)
