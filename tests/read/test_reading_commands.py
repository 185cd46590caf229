"""The commands that need no server: lint, list, explain, schema."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from conformance import shipped
from conformance.commands import explain, lint, listing, schema

HERE = Path(__file__).parent / "scenarios"


CHANGED = """scenario: An annotation is read
requirements: {R4-READ-01: SHALL}
cases: {date: ["2026-01-02", "2026-01-03"]}
given:
  patient: patient.json
  photo: documentreference-photo.json
  annotation: {from: observation-annotation.json, %s}
steps:
  - read: patient
    expect: [{status: 200, for: R4-READ-01}, {status: any, hint: "{{ date }}", for: R4-READ-01}]
"""


def called(module, *args):
    return CliRunner().invoke(module.command, [str(arg) for arg in args])


def test_lint_finds_nothing_in_good_scenarios():
    result = called(lint, HERE / "01-transaction.yaml")
    assert result.exit_code == 0
    assert result.output == "1 file, no mistakes, no questions\n"


def test_lint_has_nothing_to_say_of_what_is_shipped():
    result = called(lint)
    assert result.exit_code == 0
    assert re.fullmatch(r"\d+ files, no mistakes, no questions\n", result.output)


def test_lint_shows_a_question_and_lets_it_stand():
    result = called(lint, HERE / "08-prediction-then-review.yaml")
    assert result.exit_code == 0
    assert (
        "08-prediction-then-review.yaml:25:5: this search of Provenance does not name the patient"
        in result.output
    )
    assert result.output.endswith("1 file, no mistakes, 1 question\n")


def test_lint_shows_faults_and_fails(tmp_path):
    file = tmp_path / "busy.yaml"
    file.write_text((HERE / "10b-busy.yaml").read_text(encoding="utf-8").replace("with:", "whose:"))
    result = called(lint, file)
    assert result.exit_code == 1
    assert "busy.yaml:7:5: unknown key 'whose' in step 1 'search'" in result.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("set: {/statuss: final}", "(observation-annotation.json after `set`) is not valid: Observation"),
        (
            "set: {/status: amendet}",
            "(observation-annotation.json after `set`) is not valid: Observation.status",
        ),
        ("drop: [/status]", "(observation-annotation.json after `drop`) is not valid: Observation"),
        ('set: {/subject/reference: "{{ patient.url }}"}', ""),
        ('set: {/effectiveDateTime: "{{ date }}T08:30:00Z"}', ""),
        ('times: 2, set: {/note: [{text: "{{ n }} of {{ run }} at {{ base }}"}]}', ""),
    ],
)
def test_lint_judges_what_is_given_after_its_changes(change, said, tmp_path):
    file = tmp_path / "testcases" / "changed.yaml"
    file.parent.mkdir()
    file.write_text(CHANGED % change, encoding="utf-8")
    result = called(lint, file)
    assert result.exit_code == bool(said)
    if said:
        assert f"changed.yaml:7:3: 'annotation' {said}" in result.output
        assert result.output.endswith("1 file, 1 mistake, no questions\n")


def test_lint_of_what_is_not_there_is_a_usage_error(tmp_path):
    assert called(lint, tmp_path / "none").exit_code == 2
    assert called(lint, tmp_path).exit_code == 2


@pytest.mark.parametrize("what", ["scenarios", "requirements", "faults", "variations", "checks"])
def test_list_gives_an_array_of_objects_with_an_id(what):
    result = called(listing, what, "--format", "json")
    assert result.exit_code == 0
    rows = json.loads(result.output)
    ids = [row["id"] for row in rows]
    assert ids
    assert len(set(ids)) == len(ids)
    lines = called(listing, what).output.splitlines()
    assert [line.split()[0] for line in lines] == ids


def test_list_scenarios_tells_rows_and_requirements(tmp_path):
    (tmp_path / "odd.yaml").write_text("scenario: An odd one\n", encoding="utf-8")
    rows = json.loads(called(listing, "scenarios", HERE, "--format", "json").output)
    cases = next(row for row in rows if row["id"] == "11-cases")
    assert cases["requirements"] == ["R4-RES-19", "R4-RES-22"]
    assert len(cases["rows"]) == 9
    (odd,) = json.loads(called(listing, "scenarios", tmp_path, "--format", "json").output)
    assert odd["problems"]


def test_list_requirements_tells_state_reason_and_scenarios():
    rows = json.loads(called(listing, "requirements", "--format", "json").output)
    for row in rows:
        assert bool(row["reason"]) == bool(row["excluded"]) == (row["state"] == "excluded")
    assert next(row["excluded"] for row in rows if row["id"] == "R4-HTTP-11") == "permission"
    lines = called(listing, "requirements").output.splitlines()
    assert any(
        line.startswith("R4-HTTP-11") and "MAY  excluded  permission  A server" in line for line in lines
    )
    recall = next(row for row in rows if row["id"] == "R4-RES-19")
    assert recall["scenarios"]
    assert all((shipped.testcases() / f"{name}.yaml").is_file() for name in recall["scenarios"])


def test_explain_shows_the_page_of_a_requirement():
    result = called(explain, "R4-RES-19")
    assert result.exit_code == 0
    assert result.output.startswith("# R4-RES-19\n")


def test_explain_takes_an_id_in_any_letter_case():
    assert called(explain, "r4-res-19").output == called(explain, "R4-RES-19").output


def test_explain_of_an_unknown_id_asks_what_was_meant():
    result = called(explain, "R4-RES-9")
    assert result.exit_code == 2
    assert "did you mean 'R4-RES-" in result.output
    assert "see `dermconf list requirements`" in result.output


def test_schema_says_where_it_lies_and_prints_itself():
    path = Path(called(schema).output.strip())
    assert called(schema, "--print").output == path.read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
