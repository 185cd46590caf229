"""Every complaint about a scenario, word by word: complaints.txt holds the text and what is said of it."""

import re
from pathlib import Path

import pytest

from conformance.read.loading import examined

GOLDEN = Path(__file__).with_name("complaints.txt")


def _cases():
    for part in re.split(r"^=== ", GOLDEN.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, rest = part.partition("\n")
        text, _, said = rest.partition("---\n")
        yield pytest.param(text, said.strip(), id=name)


@pytest.mark.parametrize(("text", "said"), list(_cases()))
def test_a_fault_is_told_with_its_place_its_cause_and_a_hint(text, said, around):
    loaded = examined(text, "x.yaml", id="x", around=around)
    told = [str(problem).replace("\n      ", "\n    > ") for problem in (*loaded.problems, *loaded.warnings)]
    assert "\n".join(told) == said


@pytest.mark.parametrize("text", [case.values[0] for case in _cases()])
def test_a_complaint_points_at_the_text_that_it_speaks_of(text, around):
    lines = text.split("\n")
    loaded = examined(text, "x.yaml", id="x", around=around)
    for problem in (*loaded.problems, *loaded.warnings):
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1


def test_a_scenario_with_a_fault_has_no_rows_and_one_without_has(around):
    for case in _cases():
        loaded = examined(case.values[0], "x.yaml", id="x", around=around)
        assert bool(loaded.scenarios) != bool(loaded.problems)
