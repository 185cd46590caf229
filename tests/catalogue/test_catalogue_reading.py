"""A catalogue file is read strictly, and every complaint has its place."""

from __future__ import annotations

import pytest

from conformance.catalogue import load, requirement
from conformance.catalogue.reading import read
from conformance.model import Exclusion, Level, State
from conformance.problem import Problem, Problems

ROW = """\
spec: house
base: https://example.org/rules/
requirements:
  HOUSE-01:
    statement: A photograph has a title.
    level: SHOULD
    evidence: assumed
    gate: never
    binds: producer
    source: photographs#title
    state: planned
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "catalogue"
    folder.mkdir()
    return folder


def complaint(folder, text):
    file = folder / "house.yaml"
    file.write_text(text)
    with pytest.raises((Problem, Problems)) as raised:
        read(file)
    problems = raised.value.problems if isinstance(raised.value, Problems) else (raised.value,)
    return [(p.code, p.place.line, p.place.column) for p in problems], str(raised.value)


def test_a_folder_of_ones_own_is_merged_with_what_is_shipped(folder):
    (folder / "house.yaml").write_text(ROW)
    merged = load(folder)
    own = requirement("HOUSE-01", merged)
    assert (own.spec, own.level, own.state) == ("house", Level.SHOULD, State.PLANNED)
    assert own.source == "https://example.org/rules/photographs#title"
    assert merged["DERM-AIP-03"].level is Level.SHALL_NOT


def test_what_is_excluded_says_by_what_kind_of_reason(folder):
    excluded = "state: excluded\n    excluded: house-rule\n    reason: only we care"
    (folder / "house.yaml").write_text(ROW.replace("state: planned", excluded))
    own = requirement("HOUSE-01", load(folder))
    assert (own.state, own.excluded, own.reason) == (State.EXCLUDED, Exclusion.HOUSE_RULE, "only we care")


def test_an_id_that_is_taken_shows_both_places(folder):
    file = folder / "house.yaml"
    file.write_text(ROW.replace("HOUSE-01", "DERM-AIP-03"))
    with pytest.raises(Problems) as raised:
        load(folder)
    assert f"{file}:4:3: requirement 'DERM-AIP-03' is already defined at " in str(raised.value)
    assert "dermatology.yaml:" in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "expected", "message"),
    [
        ("SHOULD", "MUST", ("catalogue-word", 6), "level 'MUST' is none of: SHALL, SHALL NOT, SHOULD"),
        ("assumed", "guessed", ("catalogue-word", 7), "evidence 'guessed' is none of: explicit"),
        ("gate: never\n", "gate: 1\n", ("catalogue-type", 8), "'gate' is a text"),
        ("gate: never\n", "gate: no\n", ("yaml", 8), "is neither true nor false"),
        ("    state: planned\n", "", ("catalogue-missing", 4), "'state' is missing"),
        (
            "state: planned",
            "state: planned\n    policy: x",
            ("catalogue-word", 4),
            "policy 'x' is none of: label",
        ),
        ("state: planned", "state: excluded", ("catalogue-reason", 4), "HOUSE-01: a reason stands where"),
        ("planned", "excluded\n    reason: x", ("catalogue-excluded", 4), "one of: permission, client, not-"),
        ("planned", "planned\n    excluded: merged", ("catalogue-excluded", 4), "stands where the state is"),
        ("planned", "excluded\n    excluded: merge", ("catalogue-word", 12), "did you mean 'merged'?"),
        ("planned", "excluded\n    excluded: [a]", ("catalogue-type", 12), "'excluded' is a text"),
        ("statement", "statment", ("catalogue-key", 5), "did you mean 'statement'?"),
        ("    level: SHOULD\n", "    gate: never\n", ("yaml", 8), "'gate'"),
        ("base: https://example.org/rules/\n", "", ("catalogue-source", 9), "and the file has no base"),
        ("A photograph has a title.", "[a, title]", ("catalogue-type", 5), "'statement' is a text"),
        ("spec: house", "specs: house", ("catalogue-key", 1), "unknown key 'specs'"),
        ("spec: house\n", "", ("catalogue-missing", 1), "'spec' is missing"),
    ],
)
def test_a_fault_in_a_row_is_told_with_its_place(folder, old, new, expected, message):
    assert old in ROW
    found, text = complaint(folder, ROW.replace(old, new, 1))
    assert [each[:2] for each in found] == [expected]
    assert message in text


def test_all_faulty_rows_of_a_file_are_told_together(folder):
    second = ROW[ROW.index("  HOUSE-01") :].replace("HOUSE-01", "HOUSE-02").replace("never", "often")
    found, _ = complaint(folder, ROW.replace("never", "seldom") + second)
    assert found == [("catalogue-word", 8, 11), ("catalogue-word", 16, 11)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "yaml"),
        ("- a\n- b\n", "catalogue-type"),
        ("spec: [unclosed\n", "yaml"),
        ("spec: house\nrequirements: none\n", "catalogue-type"),
    ],
)
def test_what_is_no_catalogue_is_told_apart(folder, text, code):
    assert complaint(folder, text)[0][0][0] == code
