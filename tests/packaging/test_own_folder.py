"""A user's own folder of scenarios, with fixtures and requirements beside it."""

import json

import pytest
from installing import run

SCENARIO = """\
scenario: A patient's record stays active
requirements: {MINE-01: SHALL}
given: {someone: someone.json}
steps:
  - read: someone
    expect:
      - {fhirpath: Patient.active, for: MINE-01}
"""
CATALOGUE = """\
spec: mine
base: https://example.org/house-rules/
requirements:
  MINE-01:
    statement: A record stays active until somebody ends it.
    level: SHALL
    evidence: explicit
    gate: always
    binds: repository
    source: records.html
    state: tested
"""
SOMEONE = {"resourceType": "Patient", "id": "someone", "active": True}


@pytest.fixture
def mine(tmp_path):
    for name in ("testcases", "fixtures", "catalogue"):
        (tmp_path / "my" / name).mkdir(parents=True)
    (tmp_path / "my/testcases/active.yaml").write_text(SCENARIO)
    (tmp_path / "my/fixtures/someone.json").write_text(json.dumps(SOMEONE))
    (tmp_path / "my/catalogue/house.yaml").write_text(CATALOGUE)
    return tmp_path


def summary(folder):
    return json.loads((folder / "reports/summary.json").read_text())


def test_own_scenarios_fixtures_and_requirements_are_run(installed, mine):
    run(installed / "dermconf", "run", "my/testcases", "--gate", "mine", cwd=mine)
    assert [(each["id"], each["verdict"]) for each in summary(mine)["scenarios"]] == [("active", "pass")]
    assert ("MINE-01", "pass") in {(each["id"], each["verdict"]) for each in summary(mine)["requirements"]}


def test_a_broken_rule_of_ones_own_fails_the_run_where_its_gate_is_open(installed, mine):
    (mine / "my/fixtures/someone.json").write_text(json.dumps(SOMEONE | {"active": False}))
    said = run(installed / "dermconf", "run", "my/testcases", "--gate", "mine", cwd=mine, expected=1)
    assert "MINE-01" in said


def test_a_fixture_in_two_places_is_told_with_both(installed, mine):
    (mine / "my/fixtures/patient.json").write_text(json.dumps(SOMEONE))
    said = run(installed / "dermconf", "run", "my/testcases", cwd=mine, expected=2)
    assert str(mine / "my/fixtures/patient.json") in said
    assert "_shipped/fixtures/patient.json" in said


def test_a_requirement_in_two_places_is_told_with_both(installed, mine):
    house = mine / "my/catalogue/house.yaml"
    house.write_text(CATALOGUE.replace("MINE-01", "R4-READ-01"))
    said = run(installed / "dermconf", "run", "my/testcases", cwd=mine, expected=2)
    assert f"{house}:4" in said
    assert "catalogue/r4-rest.yaml:" in said
