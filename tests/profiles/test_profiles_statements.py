"""What a reference, a quantity, an identifier and a label state of themselves."""

import pytest
from profiles_samples import errors, over, profile

from conformance.profiles import Policy, Severity, judge

LABEL = {"system": "https://labels.example.org", "code": "a"}


def observation(**more):
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **more}


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ({"reference": "Patient/1", "type": "Patient"}, []),
        ({"reference": "Patient/1", "type": "http://hl7.org/fhir/StructureDefinition/Patient"}, []),
        (
            {"reference": "https://s.example/fhir/Patient/1", "type": "Group"},
            [("Observation.subject", "structure")],
        ),
        ({"reference": "urn:x:1", "type": "Group"}, []),
        ({"reference": "no reference at all"}, [("Observation.subject.reference", "value")]),
    ],
)
def test_a_reference_is_a_url_and_agrees_with_the_type_beside_it(subject, found):
    assert errors(observation(subject=subject)) == found


@pytest.mark.parametrize(
    ("system", "found"),
    [("http://unitsofmeasure.org", []), ("ucum", [("Observation.value.system", "value")])],
)
def test_a_quantity_takes_its_unit_from_an_absolute_uri(system, found):
    quantity = {"value": 1, "system": system, "code": "mm"}
    assert errors(observation(valueQuantity=quantity)) == found


@pytest.mark.parametrize(
    ("system", "found"),
    [("urn:oid:1.2.3", []), ("mrn", [("Observation.identifier[0].system", "value")])],
)
def test_an_identifier_is_of_an_absolute_uri(system, found):
    assert errors(observation(identifier=[{"system": system, "value": "1"}])) == found


@pytest.mark.parametrize("name", ["security", "tag"])
def test_a_label_that_is_stated_twice_is_told_as_gravely_as_the_caller_wants(name):
    resource = observation(meta={name: [LABEL, {**LABEL, "code": "b"}, {**LABEL, "display": "A"}]})
    for severity in (Severity.WARNING, Severity.ERROR):
        issues = judge(resource, (), over(), policy=Policy(repeated_label=severity))
        repeated = [issue for issue in issues if issue.code == "duplicate"]
        assert [(i.at, i.severity) for i in repeated] == [(f"Observation.meta.{name}[2]", severity)]
    assert "duplicate" not in {
        i.code for i in judge(resource, (), over(), policy=Policy(repeated_label=None))
    }


def test_an_image_of_a_narrative_that_leads_nowhere_is_told():
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><img src="#photo" alt="photo"/></div>'
    resource = observation(text={"status": "generated", "div": div})
    assert "not-found" in {issue.code for issue in judge(resource, (), over())}
    binary = {"resourceType": "Binary", "id": "photo", "contentType": "image/png", "data": "AAAA"}
    assert "not-found" not in {issue.code for issue in judge({**resource, "contained": [binary]}, (), over())}


@pytest.mark.parametrize(
    ("expression", "severity"),
    [("name.family.exists((", Severity.WARNING), ("(1).repeat($this + 1).exists()", Severity.INFORMATION)],
)
def test_a_constraint_that_is_not_judged_is_told(expression, severity):
    constraint = {"key": "t-1", "severity": "error", "human": "x", "expression": expression}
    known = over(profile("Patient", {"id": "Patient", "path": "Patient", "constraint": [constraint]}))
    found = judge({"resourceType": "Patient"}, ["http://tests.example/StructureDefinition/p"], known)
    told = [issue for issue in found if issue.code == "not-supported"]
    assert [(issue.at, issue.severity) for issue in told] == [("Patient", severity)]
