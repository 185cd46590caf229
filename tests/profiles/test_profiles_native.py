"""The constraints that are judged without FHIRPath are R4's own, and are judged as FHIRPath judges them."""

import pytest
from profiles_samples import definitions, errors, issues

from conformance.fhirpath import compile as fhirpath
from conformance.profiles.native import NATIVE

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'
TEXT = {"status": "generated", "div": DIV}
WHERE = {
    "bdl-8": "Bundle",
    "ref-1": "Reference",
    "ext-1": "Extension",
    "txt-1": "Narrative",
    "txt-2": "Narrative",
}


def published(key):
    rows = definitions().structure(WHERE.get(key, "DomainResource"))["snapshot"]["element"]
    return {c["expression"] for row in rows for c in row.get("constraint", ()) if c["key"] == key}


@pytest.mark.parametrize("key", NATIVE)
def test_the_expression_is_the_published_one(key):
    assert set(NATIVE[key]) == published(key)


def patient(**more):
    return {"resourceType": "Patient", "text": TEXT, **more}


ORGANISATION = {"resourceType": "Organization", "id": "o", "name": "O"}
REFERRED = {"managingOrganization": {"reference": "#o"}}
PATIENTS = {
    "dom-2": [
        patient(contained=[{**ORGANISATION, "contained": [ORGANISATION]}], **REFERRED),
        patient(contained=[ORGANISATION], **REFERRED),
    ],
    "dom-3": [
        patient(contained=[ORGANISATION]),
        patient(contained=[ORGANISATION], **REFERRED),
        patient(contained=[{**ORGANISATION, "partOf": {"reference": "#"}}]),
    ],
    "dom-4": [
        patient(contained=[{**ORGANISATION, "meta": {"versionId": "1"}}], **REFERRED),
        patient(contained=[{**ORGANISATION, "meta": {"source": "http://s.example"}}], **REFERRED),
    ],
    "dom-5": [
        patient(contained=[{**ORGANISATION, "meta": {"security": [{"code": "x"}]}}], **REFERRED),
        patient(contained=[ORGANISATION], **REFERRED),
    ],
    "dom-6": [
        patient(),
        {"resourceType": "Patient"},
        {"resourceType": "Patient", "text": {"status": "empty"}},
    ],
}


@pytest.mark.parametrize(("key", "resource"), [(k, r) for k, many in PATIENTS.items() for r in many])
def test_a_constraint_of_all_resources_is_judged_as_fhirpath_judges_it(key, resource):
    (expression,) = published(key)
    holds = [node.value for node in fhirpath(expression, "Patient")(resource)] == [True]
    said = [issue for issue in issues(resource) if issue.message.startswith(f"{key}:")]
    assert bool(said) != holds


def test_a_contained_resource_without_an_id_cannot_be_referred_to():
    nameless = patient(contained=[{"resourceType": "Organization", "name": "O"}])
    assert errors(nameless) == [("Patient.contained[0]", "invariant")]


@pytest.mark.parametrize(
    "reference", ["#o", "#p", "#", "Patient/1", "urn:uuid:0", "http://s.example/fhir/Patient/1#o"]
)
def test_a_reference_into_the_resource_is_judged_as_fhirpath_judges_it(reference):
    (expression,) = published("ref-1")
    inner = {**ORGANISATION, "partOf": {"reference": "#"}}
    resource = patient(contained=[inner], managingOrganization={"reference": reference})
    holds = fhirpath(f"Patient.managingOrganization.select({expression})", "Patient")(resource)
    broken = [issue for issue in issues(resource) if issue.message.startswith("ref-1:")]
    # '#' names the container itself (R4 references.html#contained), where the expression comes out empty
    assert (not broken) == ([node.value for node in holds] == [True] or reference == "#")


SIMPLE = {"url": "http://e.example/x", "valueString": "x"}
NESTED = {"url": "http://e.example/x", "extension": [{"url": "y", "valueString": "x"}]}


@pytest.mark.parametrize(
    ("extension", "lawful"),
    [
        (SIMPLE, True),
        (NESTED, True),
        ({"url": "http://e.example/x", "_valueString": {"extension": [SIMPLE]}}, True),
        (SIMPLE | NESTED, False),
        ({"url": "http://e.example/x"}, False),
    ],
)
def test_an_extension_has_a_value_or_extensions(extension, lawful):
    assert errors(patient(extension=[extension])) == (
        [] if lawful else [("Patient.extension[0]", "invariant")]
    )


def test_a_full_url_names_no_version():
    def bundle(**entry):
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient(), **entry}]}

    assert errors(bundle()) == []
    assert errors(bundle(fullUrl="http://s.example/fhir/Patient/1")) == []
    versioned = bundle(fullUrl="http://s.example/fhir/Patient/1/_history/1")
    assert errors(versioned) == [("Bundle.entry[0]", "invariant")]
