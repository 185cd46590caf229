"""Scenario files that cannot be read: an error of their own, and the others run all the same."""

import pytest
from miniature import Miniature
from playing import play, written
from tiny import Tiny

GOOD = """
scenario: A patient is stored
requirements: {R4-READ-01: SHALL}
given: {patient: patient.json}
steps:
  - read: patient
    expect: [{status: 200, for: R4-READ-01}]
"""
BAD = {
    "empty": "",
    "null": "null\n",
    "a list": "[1, 2]\n",
    "not YAML": "scenario: [\n",
    "a tab": "scenario:\n\t- x\n",
    "two documents": "scenario: a\n---\nscenario: b\n",
    "an alias bomb": "a: &a [x, x]\nb: &b [*a, *a]\nscenario: *b\n",
    "a tag": "scenario: !!python/object/apply:os.system ['true']\n",
    "a duplicate key": "scenario: a\nscenario: b\n",
    "deep nesting": "[" * 5000 + "\n",
    "an unknown key": GOOD + "nonsense: 1\n",
    "an unknown verb": GOOD.replace("read: patient", "raed: patient"),
    "an unknown requirement": GOOD.replace("R4-READ-01", "R4-READ-99"),
    "an unknown fixture": GOOD.replace("patient.json", "patinet.json"),
    "a fixture outside": GOOD.replace("patient.json", "../../../etc/passwd"),
    "a name of nothing": GOOD.replace("read: patient", "read: nobody"),
    "bad FHIRPath": GOOD.replace("{status: 200,", "{fhirpath: 'Patient.(', is: 1,"),
    "a NUL": "scenario: \x00\n",
    "numbers": "1e999999: 1e999999\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_an_error_of_its_own_and_the_others_run(name, tmp_path):
    written(tmp_path, GOOD, "good")
    written(tmp_path, BAD[name], "bad")
    server = Tiny()
    with Miniature(server) as miniature:
        result = play(miniature.base, tmp_path / "reports", tmp_path / "testcases")
    assert result.verdicts == {"bad": "error", "good": "pass"}
    assert (result.verdict, result.exit) == ("error", 5)
    assert {p["kind"] for p in result.problems} == {"scenario"}
    assert all("bad.yaml" in p["place"] for p in result.problems)
    assert list(server.kept) == ["Observation/stranger-1"]
    assert result.rejudged == []


def test_a_file_that_is_not_utf_8(tmp_path):
    written(tmp_path, GOOD, "good")
    (tmp_path / "testcases/bad.yaml").write_bytes(b"scenario: \xff\xfe\n")
    with Miniature(Tiny()) as miniature:
        result = play(miniature.base, tmp_path / "reports", tmp_path / "testcases")
    assert result.verdicts == {"bad": "error", "good": "pass"}
    assert "is not UTF-8" in result.told


def test_a_failure_of_the_server_weighs_more_than_a_bad_file(tmp_path):
    written(tmp_path, GOOD, "good")
    written(tmp_path, "", "bad")

    class Strange(Tiny):
        def read(self, asked, type_, id_):
            answer = super().read(asked, type_, id_)
            return answer.replace(b'"id": "t', b'"id": "u')

    with Miniature(Strange()) as miniature:
        result = play(miniature.base, tmp_path / "reports", tmp_path / "testcases")
    assert (result.verdict, result.exit) == ("nonconformant", 1)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["bad"], "ERROR: nothing was asked of the server: 1 scenario has to be mended first"),
        (["bad", "worse"], "ERROR: nothing was asked of the server: 2 scenarios have to be mended first"),
        (["bad", "good"], "ERROR: no verdict on the server: 1 of 2 scenarios has to be mended first"),
    ],
)
def test_it_is_said_that_the_scenarios_are_at_fault_and_not_the_server(names, said, tmp_path):
    for name in names:
        written(tmp_path, GOOD if name == "good" else BAD["an unknown verb"], name)
    with Miniature(Tiny()) as miniature:
        result = play(miniature.base, tmp_path / "reports", tmp_path / "testcases")
    assert result.exit == 5
    assert said in result.out.splitlines()
