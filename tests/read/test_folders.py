"""A user's own folder of scenarios, with fixtures and requirements of its own beside it."""

import pytest

from conformance import read, shipped
from conformance.problem import Problem, Problems
from conformance.read import folders
from conformance.read.tested import naming, requirements

SCENARIO = """scenario: My own rule
requirements: {MINE-01: SHALL}
given: {person: my-patient.json}
steps:
  - read: person
    expect: [{status: 200, for: MINE-01}]
"""
CATALOGUE = """spec: mine
requirements:
  MINE-01:
    statement: My rule.
    level: SHALL
    evidence: explicit
    gate: always
    binds: repository
    source: https://example.org/mine
    state: tested
"""


@pytest.fixture
def mine(tmp_path):
    files = {
        "testcases/reading/mine.yaml": SCENARIO,
        "testcases/reading/broken.yaml": "scenario: {{ x }}",
        "testcases/remarks.txt": "no scenario",
        "fixtures/my-patient.json": '{"resourceType": "Patient", "id": "mine"}',
        "catalogue/mine.yaml": CATALOGUE,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_file_is_read_and_a_broken_one_stops_nothing(mine):
    broken, good = read.scenarios([mine / "testcases"])
    assert (broken.id, good.id) == ("reading/broken", "reading/mine")
    assert [problem.code for problem in broken.problems] == ["yaml"]
    assert broken.scenarios == ()
    assert good.problems == ()
    assert good.scenarios[0].name == "reading/mine"


def test_a_single_file_has_the_same_id_as_in_its_folder(mine):
    (alone,) = read.scenarios([mine / "testcases" / "reading" / "mine.yaml"])
    assert alone.id == "reading/mine"
    assert alone.problems == ()


def test_messages_show_the_path_from_where_the_user_stands(mine, monkeypatch):
    monkeypatch.chdir(mine)
    (broken, _good) = read.scenarios([mine / "testcases"])
    assert str(broken.problems[0]).startswith("testcases/reading/broken.yaml:1:11: ")


def test_own_requirements_are_listed_with_the_scenarios_that_name_them(mine):
    assert naming([mine / "testcases"])["MINE-01"] == ["reading/mine"]
    assert "MINE-01" in requirements([mine / "testcases"])
    assert "MINE-01" not in requirements()


def test_a_fixture_of_a_shipped_name_is_refused_and_both_places_are_shown(mine):
    (mine / "fixtures" / "patient.json").write_text('{"resourceType": "Patient"}', encoding="utf-8")
    with pytest.raises(Problem) as refused:
        list(read.scenarios([mine / "testcases"]))
    assert str(mine / "fixtures" / "patient.json") in refused.value.message
    assert str(shipped.fixtures() / "patient.json") in refused.value.message


def test_a_requirement_of_a_shipped_id_is_refused_and_both_places_are_shown(mine):
    (mine / "catalogue" / "mine.yaml").write_text(CATALOGUE.replace("MINE-01", "R4-RES-19"), encoding="utf-8")
    with pytest.raises(Problems) as refused:
        list(read.scenarios([mine / "testcases"]))
    assert "r4-search.yaml" in str(refused.value)
    assert str(mine / "catalogue" / "mine.yaml") in str(refused.value)


def test_a_path_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Problem, match="no such file or folder"):
        list(folders.files([tmp_path / "none"]))


def test_a_file_that_is_not_utf_8_is_told(mine):
    (mine / "testcases" / "latin.yaml").write_bytes(b"scenario: caf\xe9")
    first = next(iter(read.scenarios([mine / "testcases" / "latin.yaml"])))
    assert first.problems[0].message == "byte 13 is not UTF-8"
