"""`dermconf validate --fhircast`: the contexts of a message, the Bundle of an update, and what they carry."""

import copy
import json
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
PATIENT = {"resourceType": "Patient", "id": "p"}
REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "r",
    "status": "unknown",
    "code": {"text": "x"},
    "subject": {"reference": "Patient/p"},
}
STUDY = {"resourceType": "ImagingStudy", "id": "s", "status": "available", "subject": REPORT["subject"]}
OTHER = {**STUDY, "subject": {"reference": "Patient/q"}}
DELETION = {"fullUrl": "Observation/o", "request": {"method": "DELETE", "url": "Observation/o"}}


def annotation(**changes):
    text = (FIXTURES / "observation-ai-prediction.json").read_text(encoding="utf-8")
    made = json.loads(text) | {
        "subject": {"reference": "Patient/p"},
        "derivedFrom": [{"reference": "ImagingStudy/s"}],
    }
    return made | {"device": {"display": "a model"}} | changes


def message(event, *contexts):
    listed = [{"key": key, "resource": resource} for key, resource in contexts]
    return {"timestamp": "2026-11-28T10:00:00Z", "id": "m", "event": {"hub.event": event, "context": listed}}


def put(resource, **changes):
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url}} | changes


def update(*entries, type_="transaction"):
    bundle = {"resourceType": "Bundle", "type": type_, "entry": list(entries)}
    shared = [("report", REPORT), ("patient", PATIENT)]
    return message("DiagnosticReport-update", *shared, ("updates", bundle))


def without(value, key):
    made = copy.deepcopy(value)
    made["event"]["context"] = [one for one in made["event"]["context"] if one["key"] != key]
    return made


OPEN = message("DiagnosticReport-open", ("report", REPORT), ("patient", PATIENT), ("study", STUDY))
UPDATE = update(put(STUDY), put(annotation()), DELETION)
SELECT = message("diagnosticreport-SELECT", ("report", REPORT))
SELECT["event"]["context"].append({"key": "select", "reference": [{"reference": "Observation/o"}]})
GOOD = {
    "open": OPEN,
    "update": UPDATE,
    "update of what was shared before": without(UPDATE, "patient"),
    "select": SELECT,
    "study": message("ImagingStudy-open", ("study", STUDY), ("patient", PATIENT)),
    "study of a version of its patient": message(
        "ImagingStudy-open",
        ("study", {**STUDY, "subject": {"reference": "Patient/p/_history/2"}}),
        ("patient", PATIENT),
    ),
}


@pytest.fixture
def judged(validate, tmp_path):
    def judge(value):
        path = tmp_path / "message.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return validate(path, "--fhircast", "--format", "json")

    return judge


def findings(told):
    lines = [json.loads(line) for line in told.out.splitlines()]
    return [finding for line in lines for finding in line["findings"] if finding["code"] != "invariant"]


@pytest.mark.parametrize("name", GOOD)
def test_a_message_as_fhircast_has_it_is_valid(name, judged):
    told = judged(GOOD[name])
    assert (told.code, [one for one in findings(told) if one["severity"] == "error"]) == (0, [])


STUDIED = ("study", STUDY)
POST = {"method": "POST", "url": "ImagingStudy"}
PUT = {"method": "PUT", "url": "Observation/o"}
TWO = message("DiagnosticReport-open", ("report", REPORT), ("report", REPORT), ("patient", PATIENT))
ELSEWHERE = message("ImagingStudy-open", ("study", OTHER), ("patient", PATIENT))
WRONG = {
    "no patient": (without(OPEN, "patient"), "FCAST-01", "the context 'patient' stands 1..1"),
    "no updates": (without(UPDATE, "updates"), "FCAST-01", "the context 'updates' stands 1..1"),
    "no selection": (without(SELECT, "select"), "FCAST-01", "the context 'select' stands 1..*"),
    "two reports": (TWO, "FCAST-01", "'report' stands 1..1"),
    "wrong type": (
        message("ImagingStudy-open", ("study", PATIENT)),
        "FCAST-01",
        "the context 'study' is of type",
    ),
    "other patient": (ELSEWHERE, "FCAST-01", "the patient of the study"),
    "patient left out": (message("ImagingStudy-open", STUDIED), "FCAST-01", "the patient of the study"),
    "no event": ({"event": {}}, "FCAST-01", "the message names no event"),
    "no message": ([], "FCAST-01", "the message names no event"),
    "post": (update(put(STUDY, request=POST)), "FCAST-03", "an update puts or deletes"),
    "batch": (update(put(STUDY), type_="batch"), "FCAST-03", "an update is a transaction"),
    "nothing put": (update({"request": PUT}), "FCAST-03", "what is put has its resource"),
    "deleted whole": (update({**DELETION, "resource": STUDY}), "FCAST-03", "is named by fullUrl alone"),
    "twice": (update(put(STUDY), put(STUDY)), "FCAST-03", "no resource stands twice in an update"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_message_is_told(name, judged):
    value, requirement, says = WRONG[name]
    told = judged(value)
    assert told.code == 1
    assert any(one["requirement"] == requirement and says in one["message"] for one in findings(told))


def test_a_reference_to_what_is_not_in_the_message_is_a_warning(judged):
    told = judged(update(put(annotation())))
    assert told.code == 0
    assert [(one["requirement"], one["severity"]) for one in findings(told)] == [("FCAST-08", "warning")]


def test_an_annotation_in_an_update_is_judged_by_the_profile_that_it_claims(judged):
    told = judged(update(put(STUDY), put(annotation(status="final"))))
    assert told.code == 1
    assert "DERM-AIP-03" in told.out


def test_an_event_that_is_not_known_is_told_and_its_resources_are_judged(judged):
    told = judged(message("Home-open", ("patient", {**PATIENT, "birthDate": "soon"})))
    assert told.code == 1
    assert "the contexts of this event are not judged" in told.out
    assert "Patient.birthDate" in told.out


ODD = [None, 7, {"event": 7}, {"event": {"hub.event": 7, "context": 7}}]
ODD.append({"event": {"hub.event": "ImagingStudy-open", "context": [7, {"key": [], "resource": []}]}})


@pytest.mark.parametrize("value", ODD)
def test_whatever_a_file_holds_is_told_without_a_traceback(value, judged):
    assert judged(value).code == 1


def test_the_text_names_the_event_and_the_page(validate, tmp_path):
    path = tmp_path / "message.json"
    path.write_text(json.dumps(without(OPEN, "patient")), encoding="utf-8")
    told = validate(path, "--fhircast")
    assert "DiagnosticReport-open" in told.out
    assert "3-6-1-DiagnosticReport-open.html" in told.out


def test_options_that_do_not_go_together_are_refused(validate, tmp_path):
    path = tmp_path / "message.json"
    path.write_text("{}", encoding="utf-8")
    assert validate(path, "--fhircast", "--profile", "Patient").code == 2


def test_a_context_may_lack_what_its_event_does_not_need_and_an_update_may_not(judged):
    limited = {key: REPORT[key] for key in ("resourceType", "id", "subject")}
    opened = message("DiagnosticReport-open", ("report", limited), ("patient", PATIENT))
    assert judged(opened).code == 0
    assert judged(update(put(limited))).code == 1


@pytest.fixture
def told(validate, tmp_path):
    """Give what is told of a message itself: labels and values, by finding."""

    def tell(value):
        path = tmp_path / "message.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        own = validate(path, "--fhircast").out.split("  ERROR  FCAST")[1:]
        return [dict(line.split(None, 1) for line in text.splitlines()[1:5] if line.strip()) for text in own]

    return tell


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_what_is_expected_and_what_is_there(name, told):
    found = told(WRONG[name][0])
    assert found
    assert all(one["expected"] and one["actual"] for one in found)


@pytest.mark.parametrize(
    ("name", "expected", "actual"),
    [
        ("other patient", "Patient/p", "'Patient/q'"),
        ("patient left out", "a context 'patient'", "'Patient/p'"),
        ("no patient", "1..1", "0"),
        ("two reports", "1..1", "2"),
        ("deleted whole", "fullUrl, and no resource", "'fullUrl and resource'"),
    ],
)
def test_what_is_expected_stands_beside_what_is_there(name, expected, actual, told):
    assert (expected, actual) in {(one["expected"], one["actual"]) for one in told(WRONG[name][0])}


def test_a_version_of_what_is_shared_is_shared(judged):
    one = annotation(derivedFrom=[{"reference": "ImagingStudy/s/_history/3"}])
    said = [found["message"] for found in findings(judged(update(put(STUDY), put(one))))]
    assert not [text for text in said if "has to have been shared before" in text]
