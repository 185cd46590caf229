"""A second opinion stands beside ours, decides nothing, and says why where there is none to be had."""

import json
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

sys.path.append(str(Path(__file__).parent.parent / "hostile"))

from miniature import Miniature, http
from opinions import PATIENT, found

from conformance.validating.also.server import Server

PAGE = Path(__file__).parents[2] / "docs" / "validate.md"
WRONG = {**PATIENT, "birthDate": "soon", "text": {"status": "generated", "div": "<div>no name</div>"}}


def outcome(*issues):
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(severity, at, text):
    return {"severity": severity, "code": "invalid", "details": {"text": text}, "expression": [at]}


SOON = issue("error", "Patient.birthDate", "no date")
FINE = outcome({"severity": "information", "code": "informational", "diagnostics": "fine"})


def answering(status, body, **headers):
    def answer(asked):
        del asked
        yield http(status, body, **headers)

    return answer


@contextmanager
def server(status=200, body=FINE, **headers):
    with Miniature(answering(status, body, **headers)) as running:
        yield running


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(WRONG), encoding="utf-8")
    return path


def asking(running, *files):
    return (*files, "--also", "$validate", "--target", running.base)


def test_findings_are_matched_by_place_and_severity(compared, wrong):
    said = outcome(SOON, issue("warning", "Patient.birthDate", "odd"), issue("error", "Patient.id", "short"))
    with server(body=said) as running:
        (line,) = compared(*asking(running, wrong))
    assert found(line) == {
        ("both", "error", "Patient.birthDate"),
        ("also", "warning", "Patient.birthDate"),
        ("also", "error", "Patient.id"),
        ("dermconf", "error", "Patient.text.div"),
    }
    assert (line["compared"], line["agrees"], line["also"]) == (True, False, "$validate")
    both = next(place for place in line["places"] if place["found_by"] == "both")
    assert (both["dermconf"], both["also"]) == (["This is not a lawful date."], ["no date"])


SPELLINGS = [
    ("Observation.component[0].value", "Observation.component[0]/*a b*/.value.ofType(Quantity)"),
    ("Observation.component[0].value", "Observation.component.0.valueQuantity"),
    ("Observation.component[0].value", "Parameters.parameter[0].resource.component[0].value[x]"),
    ("Observation.component[0]", "Observation.component[0].code"),
    ("Observation", "Observation.code"),
    ("Observation", "$"),
    ("Observation", "Observation.foo"),
    ("Observation", "Observation.note"),
]


@pytest.mark.parametrize(("ours", "theirs"), SPELLINGS)
def test_a_location_may_be_spelt_in_several_ways(compared, tmp_path, ours, theirs):
    path = tmp_path / "o.json"
    one = {"valueQuantity": {"value": 1, "low": 1}}
    observation = {"resourceType": "Observation", "status": "final", "foo": 1, "note": {"text": "x"}}
    observation["component"] = [one]
    path.write_text(json.dumps(observation), encoding="utf-8")
    with server(body=outcome(issue("fatal", theirs, "wrong"))) as running:
        (line,) = compared(*asking(running, path))
    assert {at for by, _, at in found(line) if by == "both"} == {ours}


def test_what_names_no_place_is_found_there_alone(compared, wrong):
    unplaced = {"severity": "error", "code": "invalid", "diagnostics": "it is all wrong"}
    xpath = {**unplaced, "location": ["/f:Patient/f:birthDate"]}
    with server(body=outcome(unplaced, xpath)) as running:
        (line,) = compared(*asking(running, wrong))
    theirs = {(place["at"], *place["also"]) for place in line["places"] if place["found_by"] == "also"}
    assert theirs == {("", "it is all wrong"), ("/f:Patient/f:birthDate", "it is all wrong")}


@pytest.mark.parametrize("body", [FINE, outcome(SOON)])
def test_the_exit_code_is_ours(validate, wrong, fine, body):
    for path, code in ((wrong, 1), (fine, 0)):
        with server(body=body) as running:
            assert validate(*asking(running, path)).code == code


def test_who_finds_nothing_agrees_with_who_finds_nothing(validate, prediction, tmp_path):
    path = tmp_path / "prediction.json"
    path.write_text(json.dumps(prediction), encoding="utf-8")
    with server() as running:
        told = validate(*asking(running, path))
    assert f"\nALSO  $validate  {path}  both find nothing\n" in told.out
    assert told.out.endswith("1 resource, none invalid\nalso $validate: 1 agree, 0 differ\n")


def test_both_stand_side_by_side(validate, wrong):
    with server(body=outcome(SOON)) as running:
        told = validate(*asking(running, wrong))
    for part in (
        f"ALSO  $validate  {wrong}  1 found by both, 1 only by dermconf\n",
        "\n  both  ERROR  Patient.birthDate\n    dermconf   This is not a lawful date.\n",
        "    $validate  no date\n",
        "  only dermconf  ERROR  Patient.text.div\n",
        "    $validate  nothing\n",
    ):
        assert part in told.out


def test_the_documentation_shows_what_is_said(validate, prediction, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = {**prediction, "status": "final", "effectiveDateTime": "yesterday"}
    Path("prediction.json").write_text(json.dumps(wrong), encoding="utf-8")
    date = issue("error", "Observation.effectiveDateTime", "Not a date: 'yesterday'")
    advice = issue("warning", "Observation", "A performer is recommended.")
    with server(body=outcome(date, advice)) as running:
        told = validate(*asking(running, "prediction.json"))
    _, _, shown = PAGE.read_text(encoding="utf-8").partition("## A second opinion\n")
    shown = shown.partition("…\n")[2].partition("```")[0]
    assert shown.startswith("ALSO  $validate")
    assert told.out.endswith(shown)


def test_an_outcome_holds_the_comparison_as_information(validate, wrong):
    with server(body=outcome(SOON, issue("error", "Patient.id", "short"))) as running:
        told = validate(*asking(running, wrong), "--format", "outcome")
    read = OperationOutcome.model_validate_json(told.out)
    informed = {i.details.text: i.expression for i in read.issue if i.severity == "information"}
    assert informed["$validate: found only there: error: short"] == ["Patient.id"]
    assert informed["$validate: found by both: error: no date"] == ["Patient.birthDate"]
    assert len([i for i in read.issue if i.severity == "error"]) == 2


def test_the_resource_is_sent_in_parameters_as_it_was_written(validate, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "a-secret-token")
    path = tmp_path / "o.ndjson"
    path.write_text('{"resourceType":"Observation","valueQuantity":{"value":0.920}}\n', encoding="utf-8")
    with server() as running:
        told = validate(*asking(running, path), "--token-env", "TOKEN")
    (asked,) = running.asked
    assert (asked.method, asked.path) == ("POST", "/fhir/Observation/$validate")
    assert asked.headers["content-type"] == "application/fhir+json"
    assert asked.headers["authorization"] == "Bearer a-secret-token"
    assert b'"value":0.920' in asked.body
    assert [each["name"] for each in asked.json["parameter"]] == ["resource"]
    assert "a-secret-token" not in told.out + told.err


def test_the_profile_that_is_asked_for_is_asked_for_there_too(validate, final, tmp_path):
    unclaimed = json.loads(final.read_text())
    unclaimed["meta"].pop("profile")
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": unclaimed}]}
    one, many = tmp_path / "one.json", tmp_path / "many.json"
    one.write_text(json.dumps(unclaimed), encoding="utf-8")
    many.write_text(json.dumps(bundle), encoding="utf-8")
    with server() as running:
        validate(*asking(running, one, many), "--profile", "ai-prediction")
    alone, bundled = (asked.json["parameter"] for asked in running.asked)
    url = "https://annotatemd.com/fhir/ig/StructureDefinition/ai-prediction"
    assert alone[1] == {"name": "profile", "valueUri": url}
    assert [each["name"] for each in bundled] == ["resource"]
    assert bundled[0]["resource"]["entry"][0]["resource"]["meta"]["profile"] == [url]


def test_a_bundle_is_compared_as_a_whole_and_each_line_alone(compared, tmp_path):
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": WRONG}]}
    path = tmp_path / "many.ndjson"
    path.write_text("\n".join(map(json.dumps, (bundle, PATIENT))), encoding="utf-8")
    with server(
        body=outcome(issue("error", "Bundle.entry[0].resource/*Patient/p*/.birthDate", "no"))
    ) as running:
        first, second = compared(*asking(running, path))
    assert ("both", "error", "Bundle.entry[0].resource.birthDate") in found(first)
    assert (first["line"], second["line"]) == (1, 2)


def slow(asked):
    del asked
    threading.Event().wait(3)
    yield http(200, FINE)


NO_OPINION = [
    (answering(404, FINE), "it does not offer $validate (404)"),
    (answering(405, b"", media=""), "it does not offer $validate (405)"),
    (answering(501, outcome(SOON)), "it does not offer $validate (501)"),
    (answering(400, outcome({**SOON, "code": "not-supported"})), "it does not offer $validate (400)"),
    (answering(401, {}), "it asks for a credential"),
    (answering(403, {}), "this credential may not ask it (403)"),
    (answering(200, {"resourceType": "Parameters"}), "it answered 200 without an OperationOutcome"),
    (answering(200, b"<html>"), "it answered 200 without an OperationOutcome"),
    (answering(200, b""), "it answered 200 without an OperationOutcome"),
    (answering(500, outcome(SOON)), "it answered 500 with an OperationOutcome"),
    (answering(302, b"", Location="/elsewhere"), "it answered 302 without an OperationOutcome"),
    (answering(200, FINE, length=100_000), "it did not answer: closed: "),
]


@pytest.mark.parametrize(("answer", "why_not"), NO_OPINION)
def test_what_is_no_opinion_is_told_after_our_judgement(validate, fine, answer, why_not):
    with Miniature(answer) as running:
        told = validate(*asking(running, fine))
    assert told.code == 2
    assert "1 resource, none invalid" in told.out
    assert f"no second opinion: {why_not}" in told.out
    assert f"--also: $validate gave no opinion: {why_not}" in told.err


def test_a_server_that_is_not_there_is_asked_once(validate, fine, wrong):
    with server() as running:
        gone = running
    told = validate(*asking(gone, fine, wrong))
    assert told.code == 2
    assert told.out.count("no second opinion: it did not answer: refused") == 2
    assert "also $validate: 0 agree, 0 differ, 2 without its opinion" in told.out


def test_a_server_that_outwaits_our_patience_is_left(monkeypatch, validate, fine, wrong):
    monkeypatch.setattr(Server.__init__, "__kwdefaults__", {"token": "", "seconds": 0.3, "trusted": ""})
    with Miniature(slow) as running:
        told = validate(*asking(running, fine, wrong))
    assert told.out.count("no second opinion: it did not answer: timeout") == 2
    assert len(running.asked) <= 3


def test_a_type_that_is_not_known_there_is_no_reason_to_ask_no_more(compared, fine, tmp_path):
    device = tmp_path / "devices.ndjson"
    device.write_text('{"resourceType":"Device"}\n{"resourceType":"Device"}\n', encoding="utf-8")

    def answer(asked):
        yield http(404 if "Device" in asked.path else 200, FINE)

    with Miniature(answer) as running:
        lines = compared(*asking(running, device, fine))
    assert [line["compared"] for line in lines] == [False, False, True]
    assert len(running.asked) == 2


def test_what_could_not_be_read_is_put_to_nobody(compared, tmp_path, fine):
    broken = tmp_path / "broken.ndjson"
    broken.write_text('{"resourceType":\n{"no":"type"}\n', encoding="utf-8")
    with server() as running:
        lines = compared(*asking(running, broken, fine))
    assert [line["why_not"] for line in lines] == [
        "the file could not be read as a resource",
        "it is no resource of FHIR R4",
        "",
    ]
    assert len(running.asked) == 1


@pytest.mark.parametrize("text", ["no resource", '{"no": "type"}'])
def test_where_there_was_nothing_to_ask_about_nobody_is_blamed(validate, tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with server() as running:
        told = validate(*asking(running, path))
    assert (told.code, told.err, running.asked) == (1, "", [])


USAGE = [
    (["--also", "$validate"], "name it with --target"),
    (["--also", "validate"], "'validate' is nobody to ask"),
    (["--target", "http://127.0.0.1:9/fhir"], "--target: files are judged without a server"),
    (["--also", "$validate", "--target", "ftp://h"], "is no http or https address"),
    (["--also", "$validate", "--target", "h", "--token-env", "NOT_SET"], "'NOT_SET' is not set"),
    (["--ca", "ca.pem"], "--ca: files are judged without a server"),
    (["--also", "$validate", "--target", "h", "--ca", "no.pem"], "'no.pem' holds no certificate"),
    (["--also", "hl7:nowhere.jar"], "there is no file 'nowhere.jar'"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_whom_it_cannot_ask_it_says_before_anything_is_judged(validate, fine, arguments, message):
    told = validate(fine, *arguments)
    assert (told.code, told.out) == (2, "")
    assert message in told.err
