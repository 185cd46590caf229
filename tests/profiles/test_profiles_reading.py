"""A profile with slices, bindings, targets and an invariant: what breaks one rule is found, and alone."""

import pytest
from profiles_samples import PARTS, READING, errors, issues, reading

from conformance.pointer import changed

SNOMED = {"system": "http://snomed.info/sct", "code": "372244006"}

LAWFUL = {
    "as it is": ({}, ()),
    "another category": ({"/category/-": {"text": "Another"}}, ()),
    "another label": ({"/meta/security/-": {"system": "http://other.example", "code": "X"}}, ()),
    "a coding that says more": ({"/category/0/coding/-": SNOMED, "/category/0/text": "Imaging"}, ()),
    "an absolute reference": (
        {"/derivedFrom/0/reference": "https://images.example/fhir/ImagingStudy/1/_history/2"},
        (),
    ),
    "a reference that tells no type": ({"/derivedFrom/0": {"reference": "urn:uuid:c9b5d1a8-4f2e"}}, ()),
    "a logical reference": ({"/derivedFrom/0": {"identifier": {"value": "image-7"}}}, ()),
    "no lesion": ({}, ("/component/1",)),
    "a status with an extension": (
        {"/_status": {"extension": [{"url": "http://other.example/x", "valueCode": "y"}]}},
        (),
    ),
}

# put, drop, and every error that there is: place and code
BROKEN = {
    "category slice missing": (
        {"/category/0/coding/0/code": "survey"},
        (),
        [("Observation", "required")],
    ),
    "category missing": ({}, ("/category",), [("Observation", "required"), ("Observation", "required")]),
    "code outside of the value set": (
        {"/method/coding/0/code": "guess"},
        (),
        [("Observation.method", "code-invalid")],
    ),
    "no coding for a required binding": (
        {"/method": {"text": "By machine"}},
        (),
        [("Observation.method", "code-invalid")],
    ),
    "method missing": ({}, ("/method",), [("Observation", "required")]),
    "derivedFrom missing": ({}, ("/derivedFrom",), [("Observation", "required")]),
    "derivedFrom of a type that the profile shuts out": (
        {"/derivedFrom/0/reference": "Observation/1"},
        (),
        [("Observation.derivedFrom[0]", "structure")],
    ),
    "subject of a type that the profile shuts out": (
        {"/subject/reference": "Group/1"},
        (),
        [("Observation.subject", "structure")],
    ),
    "slice of a component missing": ({}, ("/component/0",), [("Observation", "required")]),
    "value of a slice of another type": (
        {"/component/1/valueString": "naevus"},
        ("/component/1/valueCodeableConcept",),
        [("Observation.component[1]", "required"), ("Observation.component[1].value", "structure")],
    ),
    "component of no slice": (
        {"/component/-": {"code": {"text": "other"}, "valueInteger": 1}},
        (),
        [("Observation.component[2]", "structure")],
    ),
    "slice twice": (
        {
            "/component/-": {
                "code": {"coding": [{"system": PARTS, "code": "lesion"}]},
                "valueCodeableConcept": {"text": "x"},
            }
        },
        (),
        [("Observation", "structure")],
    ),
    "label missing": ({}, ("/meta/security",), [("Observation.meta", "required")]),
    "another status": ({"/status": "final"}, (), [("Observation.status", "value")]),
    "a status that R4 does not know": (
        {"/status": "done"},
        (),
        [("Observation.status", "code-invalid"), ("Observation.status", "value")],
    ),
    "the invariant": ({"/component/0/valueQuantity/value": 92}, (), [("Observation", "invariant")]),
    "an unknown element": ({"/colour": "red"}, (), [("Observation", "structure")]),
    "a date that is none": (
        {"/effectiveDateTime": "2026-02-30T10:00:00Z"},
        (),
        [("Observation.effective", "value")],
    ),
    "a time without a zone": ({"/issued": "2026-02-20T10:00:00"}, (), [("Observation.issued", "value")]),
    "two values": ({"/valueString": "x", "/valueInteger": 1}, (), [("Observation", "structure")]),
    "a value of a type that there is not": (
        {"/valueAddress": {"text": "x"}},
        (),
        [("Observation", "structure")],
    ),
    "an extension with neither value nor extensions": (
        {"/extension": [{"url": "http://other.example/x"}]},
        (),
        [("Observation.extension[0]", "invariant")],
    ),
    "a contained resource that nothing refers to": (
        {"/contained": [{"resourceType": "Patient", "id": "ada"}]},
        (),
        [("Observation.contained[0]", "invariant")],
    ),
    "a contained resource that is unlawful": (
        {
            "/contained": [{"resourceType": "Patient", "id": "ada", "gender": "f"}],
            "/subject/reference": "#ada",
        },
        (),
        [("Observation.contained[0].gender", "code-invalid")],
    ),
    "a contained resource of the wrong type": (
        {
            "/contained": [{"resourceType": "Group", "id": "all", "type": "person", "actual": True}],
            "/subject/reference": "#all",
        },
        (),
        [("Observation.subject", "structure")],
    ),
    "a reference into nothing": (
        {"/subject/reference": "#nobody"},
        (),
        [("Observation.subject", "invariant")],
    ),
    "a value and a reason for its absence": (
        {"/valueString": "x", "/dataAbsentReason": {"text": "unknown"}},
        (),
        [("Observation", "invariant")],
    ),
    "a single value where an array belongs": (
        {"/category": {"text": "x"}},
        (),
        [("Observation", "structure")],
    ),
    "an array where a single value belongs": (
        {"/status": ["preliminary"]},
        (),
        [("Observation", "structure")],
    ),
    "an empty text": ({"/code/text": ""}, (), [("Observation.code.text", "value")]),
    "an empty object": ({"/bodySite": {}}, (), [("Observation.bodySite", "invariant")]),
    "an empty array": ({"/note": []}, (), [("Observation.note", "structure")]),
    "null": ({"/bodySite": None}, (), [("Observation", "structure")]),
    "a text for a number": (
        {"/component/0/valueQuantity/value": "0.9"},
        (),
        [("Observation.component[0].value.value", "value")],
    ),
    "an active narrative": (
        {"/text/div": '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>'},
        (),
        [("Observation.text.div", "invariant")],
    ),
}


@pytest.mark.parametrize(("put", "drop"), LAWFUL.values(), ids=LAWFUL)
def test_what_the_profile_leaves_free_is_lawful(put, drop):
    assert errors(changed(reading(), put, drop), READING) == []


@pytest.mark.parametrize(("put", "drop", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_a_rule_is_found_at_its_place(put, drop, expected):
    assert errors(changed(reading(), put, drop), READING) == expected


def test_the_profile_that_a_resource_claims_is_judged_where_none_is_named():
    broken = changed(reading(), {}, ("/derivedFrom",))
    assert errors(broken) == [("Observation", "required")]
    unclaimed = changed(broken, {}, ("/meta/profile",))
    assert errors(unclaimed) == []


def test_a_finding_carries_the_requirement_of_its_rule():
    broken = changed(reading(), {"/component/0/valueQuantity/value": 92}, ("/meta/security",))
    found = {issue.requirement: issue for issue in issues(broken, READING) if issue.requirement}
    assert set(found) == {"TEST-01", "TEST-02"}
    assert found["TEST-01"].source == f"{READING}#Observation.meta.security:machine"
    assert found["TEST-02"].source == f"{READING}#tst-1"
    assert found["TEST-02"].evidence == "explicit"


def test_one_issue_is_told_once_however_many_profiles_repeat_the_rule():
    base = "http://hl7.org/fhir/StructureDefinition/Observation"
    broken = changed(reading(), {"/issued": "today"})
    assert errors(broken, READING, base) == [("Observation.issued", "value")]
