"""HL7's validator as a second opinion: how it is started, what it answers, and what becomes of it."""

import json
import os
import stat
import sys

import pytest
from opinions import PATIENT, found

from conformance.validating.also.asking import Question
from conformance.validating.also.hl7 import Hl7

SOON = {
    "severity": "error",
    "code": "invalid",
    "details": {"text": "no date"},
    "expression": ["Patient.birthDate"],
}


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps({**PATIENT, "birthDate": "soon"}), encoding="utf-8")
    return path


def test_without_java_the_jar_is_not_to_be_asked(validate, fine, tmp_path, monkeypatch):
    jar = tmp_path / "validator_cli.jar"
    jar.write_bytes(b"")
    monkeypatch.setenv("PATH", str(tmp_path))
    told = validate(fine, "--also", f"hl7:{jar}")
    assert (told.code, told.out) == (2, "")
    assert "needs java" in told.err


# Stands in for the `java` program: it reads the documented command line of HL7's validator.
JAVA = """
import json, os, pathlib, sys, time
arguments = sys.argv[1:]
pathlib.Path(os.environ["SEEN"]).write_text(json.dumps({{
    "arguments": arguments,
    "definitions": len(os.listdir(arguments[arguments.index("-ig") + 1])),
}}))
files = arguments[2 : arguments.index("-version")]
output = pathlib.Path(arguments[arguments.index("-output") + 1])
def outcome(file):
    issues = [] if "1980" in pathlib.Path(file).read_text() else [{issue}]
    url = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file"
    said = {{"resourceType": "OperationOutcome", "issue": issues}}
    return {{**said, "extension": [{{"url": url, "valueString": file}}]}} if len(files) > 1 else said
told = [outcome(file) for file in reversed(files)]
{act}
"""
WRITE = """
bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in told]}
output.write_text(json.dumps(bundle if len(told) > 1 else told[0]))
sys.exit(1)
"""


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Put a program before the path that behaves as a piece of Python says; return a jar's path."""

    def make(act=WRITE):
        home = tmp_path / "bin"
        home.mkdir()
        program = home / "java"
        source = JAVA.format(issue=SOON, act=act)
        program.write_text(f"#!{sys.executable}\n{source}", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{home}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("SEEN", str(tmp_path / "seen.json"))
        jar = tmp_path / "validator_cli.jar"
        jar.write_bytes(b"")
        return jar

    return make


def seen(tmp_path):
    return json.loads((tmp_path / "seen.json").read_text())


def test_the_jar_is_asked_about_all_files_at_once(compared, java, wrong, fine, tmp_path):
    lines = compared(wrong, fine, "--also", f"hl7:{java()}")
    assert [("both", "error", "Patient.birthDate") in found(line) for line in lines] == [True, False]
    assert [line["agrees"] for line in lines] == [False, False]  # dom-6 only warns here
    arguments = seen(tmp_path)["arguments"]
    assert arguments[:2] == ["-jar", str(tmp_path / "validator_cli.jar")]
    assert [arguments[arguments.index(name) + 1] for name in ("-version", "-tx")] == ["4.0.1", "n/a"]
    assert seen(tmp_path)["definitions"] > 20


def test_a_single_file_has_a_single_outcome(compared, java, wrong):
    (line,) = compared(wrong, "--also", f"hl7:{java()}")
    assert ("both", "error", "Patient.birthDate") in found(line)
    assert line["also"] == "hl7:validator_cli.jar"


def test_the_jar_asks_the_terminology_server_that_the_user_names(validate, java, fine, tmp_path):
    base = "http://127.0.0.1:9/fhir"
    validate(fine, "--also", f"hl7:{java()}", "--terminology", base)
    assert seen(tmp_path)["arguments"].count(base) == 1


FAILING = [
    (
        "print('no way')\nprint('out of memory')\nsys.exit(3)",
        "it gave no OperationOutcome; its last words: out of memory",
    ),
    ("sys.exit(0)", "it gave no OperationOutcome"),
    ("output.write_text('<html>')", "it gave no OperationOutcome"),
    ("output.write_text('[1]')", "it gave no OperationOutcome"),
    ("output.write_text('{\"entry\": 7}')", "it gave no OperationOutcome"),
]


@pytest.mark.parametrize(("act", "why_not"), FAILING)
def test_a_jar_that_says_nothing_is_told(validate, java, fine, act, why_not):
    told = validate(fine, "--also", f"hl7:{java(act)}")
    assert told.code == 2
    assert f"hl7:validator_cli.jar gave no opinion: {why_not}" in told.err


def test_a_jar_that_hangs_is_ended(java, fine, tmp_path):
    act = "pathlib.Path(os.environ['SEEN'] + '.pid').write_text(str(os.getpid()))\ntime.sleep(60)"
    jar = java(act)
    asked = Hl7(jar=jar, java=str(tmp_path / "bin" / "java"), seconds=1.0)
    (opinion,) = asked.opinions([Question(path=fine, type="Patient")])
    assert opinion.why_not == "it did not end within 1 seconds"
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "seen.json.pid").read_text()), 0)
