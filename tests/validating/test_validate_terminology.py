"""A terminology server is asked what cannot be told offline, once each, and believed."""

import json
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

sys.path.append(str(Path(__file__).parent.parent / "hostile"))

from miniature import Miniature, http

# No list of all languages is at hand, and R4 asks for one of them: a maximum binding.
LANGUAGE = {"coding": [{"system": "urn:ietf:bcp:47", "code": "qaa-Zyyy"}]}
PATIENT = {"resourceType": "Patient", "communication": [{"language": LANGUAGE}]}
LANGUAGES = "http://hl7.org/fhir/ValueSet/all-languages"


def answering(status, body):
    def answer(asked):
        del asked
        yield http(status, body)

    return answer


def said(*, result):
    return {"resourceType": "Parameters", "parameter": [{"name": "result", "valueBoolean": result}]}


def errors(line):
    return [f["at"] for f in line["findings"] if f["severity"] == "error"]


@pytest.fixture
def patients(tmp_path):
    path = tmp_path / "patients.ndjson"
    path.write_text("\n".join([json.dumps(PATIENT)] * 2), encoding="utf-8")
    return path


ANSWERS = [
    (200, said(result=True), []),
    (200, said(result=False), ["Patient.communication[0].language"]),
    (404, said(result=False), []),
    (200, {"resourceType": "Parameters"}, []),
    (200, {"parameter": [7, {"name": "result", "valueBoolean": "no"}]}, []),
    (500, {}, []),
]


@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS)
def test_its_answer_counts_where_it_gives_one(judged, patients, status, body, expected):
    with Miniature(answering(status, body)) as server:
        lines = judged(patients, "--terminology", server.base)
    assert [errors(line) for line in lines] == [expected, expected]
    asked = [urlsplit(path) for path in server.of("GET")]
    of_language = [each for each in asked if parse_qs(each.query)["code"] == ["qaa-Zyyy"]]
    assert len(of_language) == 1
    assert of_language[0].path == "/fhir/ValueSet/$validate-code"
    assert parse_qs(of_language[0].query)["url"][0].startswith(LANGUAGES)


def test_what_can_be_told_offline_is_not_asked(judged, tmp_path):
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"resourceType": "Patient", "gender": "none"}), encoding="utf-8")
    with Miniature(answering(200, said(result=True))) as server:
        (line,) = judged(path, "--terminology", server.base)
    assert errors(line) == ["Patient.gender"]
    assert server.asked == []


def test_a_server_that_is_not_there_is_told(validate, patients):
    with Miniature(answering(200, {})) as server:
        gone = server.base
    told = validate(patients, "--terminology", gone)
    assert told.code == 2
    assert f"--terminology: the server at {gone} did not answer" in told.err


NOBODY = [
    (401, {}, "asks for a credential (401)"),
    (403, {}, "asks for a credential (403)"),
    (200, [], "answered 200 with what is no FHIR resource"),
    (200, "<html>", "answered 200 with what is no FHIR resource"),
]


@pytest.mark.parametrize(("status", "body", "message"), NOBODY)
def test_who_cannot_be_asked_is_told_and_nothing_is_green(validate, patients, status, body, message):
    with Miniature(answering(status, body)) as server:
        told = validate(patients, "--terminology", server.base)
    assert told.code == 2
    assert f"--terminology: the server at {server.base} {message}" in told.err


def test_an_address_that_is_none_is_usage(validate, patients):
    told = validate(patients, "--terminology", "ftp://h/fhir")
    assert (told.code, told.out) == (2, "")
    assert "--terminology: 'ftp://h/fhir' is no http or https address" in told.err
