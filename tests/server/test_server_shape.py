"""The shape of bodies: what FHIR's element tree allows, and where it says no."""

import pytest

from conformance.server.messages import Refusal
from conformance.server.shape import check
from conformance.server.wire import Number

OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
PATIENT = {"resourceType": "Patient"}

WRONG = {
    "an unknown element": ({**PATIENT, "nosuch": 1}, "Patient.nosuch"),
    "an unknown nested element": ({**OBSERVATION, "code": {"txt": "x"}}, "Observation.code.txt"),
    "an unknown choice": ({**OBSERVATION, "valueAddress": {"text": "x"}}, "Observation.valueAddress"),
    "two choices": ({**OBSERVATION, "valueString": "x", "valueBoolean": True}, "Observation.value"),
    "an object for an array": ({**PATIENT, "name": {"family": "x"}}, "Patient.name"),
    "an array for an object": ({**OBSERVATION, "code": [{"text": "x"}]}, "Observation.code"),
    "a string for an object": ({**OBSERVATION, "code": "x"}, "Observation.code"),
    "an object for a string": ({**PATIENT, "language": {}}, "Patient.language"),
    "an empty object": ({**OBSERVATION, "subject": {}}, "Observation.subject"),
    "an empty array": ({**PATIENT, "name": []}, "Patient.name"),
    "an empty string": ({**PATIENT, "language": ""}, "Patient.language"),
    "a null": ({**PATIENT, "active": None}, "Patient.active"),
    "a number for a boolean": ({**PATIENT, "active": 1}, "Patient.active"),
    "a boolean for an integer": ({**PATIENT, "multipleBirthInteger": True}, "Patient.multipleBirth"),
    "a decimal for an integer": ({**PATIENT, "multipleBirthInteger": Number("1.0")}, "Patient.multipleBirth"),
    "a date with a short month": ({**PATIENT, "birthDate": "2026-1"}, "Patient.birthDate"),
    "a time without a zone": (
        {**OBSERVATION, "effectiveDateTime": "2026-01-01T10:00:00"},
        "Observation.effective",
    ),
    "an instant without a time": ({**OBSERVATION, "issued": "2026-01-01"}, "Observation.issued"),
    "a code with spaces": ({**OBSERVATION, "status": " final"}, "Observation.status"),
    "an id with an underscore": ({**PATIENT, "id": "a_b"}, "Patient.id"),
    "a control character": ({**PATIENT, "language": "a\x01"}, "Patient.language"),
    "a missing element": ({"resourceType": "Observation", "status": "final"}, "Observation.code"),
    "a missing nested element": (
        {**OBSERVATION, "component": [{"valueString": "x"}]},
        "Observation.component[0].code",
    ),
    "a bad contained resource": (
        {**PATIENT, "contained": [{"resourceType": "Nosuch"}]},
        "Patient.contained[0]",
    ),
    "an unknown element in a contained resource": (
        {**PATIENT, "contained": [{"resourceType": "Device", "nosuch": 1}]},
        "Patient.contained[0].nosuch",
    ),
    "a bad sibling": ({**PATIENT, "_active": {"value": 1}}, "Patient.active"),
    "comments": ({**PATIENT, "fhir_comments": ["x"]}, "Patient"),
    "base64 of odd length": ({"resourceType": "Binary", "contentType": "a/b", "data": "abc"}, "Binary.data"),
    "base64 with blanks and a star": (
        {"resourceType": "Binary", "contentType": "a/b", "data": " abcd" * 50_000 + "*"},
        "Binary.data",
    ),
    "a narrative that is no div": (
        {**PATIENT, "text": {"status": "generated", "div": "x"}},
        "Patient.text.div",
    ),
}
RIGHT = {
    "nothing but a type": PATIENT,
    "siblings": {**PATIENT, "_birthDate": {"extension": [{"url": "http://e", "valueString": "x"}]}},
    "nulls that keep the place": {
        **PATIENT,
        "name": [{"given": ["A", None], "_given": [None, {"id": "x"}]}],
    },
    "a choice": {**OBSERVATION, "valueQuantity": {"value": Number("5.40"), "unit": "mm"}},
    "a required choice": {
        "resourceType": "Media",
        "status": "completed",
        "content": {"url": "http://x/y.png"},
    },
    "an element that repeats itself": {
        "resourceType": "Questionnaire",
        "status": "draft",
        "item": [{"linkId": "1", "type": "group", "item": [{"linkId": "1.1", "type": "string"}]}],
    },
    "a resource in a resource": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": OBSERVATION}],
    },
    "base64 with line breaks": {"resourceType": "Binary", "contentType": "a/b", "data": "YWJj\nZGVm\nZw=="},
    "partial dates": {**OBSERVATION, "effectivePeriod": {"start": "2026", "end": "2026-02"}},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_shape_is_refused_at_its_place(name):
    body, place = WRONG[name]
    with pytest.raises(Refusal) as refused:
        check(body)
    assert refused.value.status == 400
    assert [issue.expression for issue in refused.value.issues] == [place]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_shape_passes(name):
    check(RIGHT[name])


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(Refusal) as refused:
        check({**PATIENT, "nosuch": 1, "gender": 3, "birthDate": "x"})
    assert [issue.expression for issue in refused.value.issues] == [
        "Patient.nosuch",
        "Patient.gender",
        "Patient.birthDate",
    ]
