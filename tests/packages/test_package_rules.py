"""The constraints and bindings of the dermatology profiles, read off them by a FHIRPath of others."""

from functools import cache

import fhirpathpy
import pytest
from fhirpathpy.models import models

from conformance.fhirpath import compile as compile_fhirpath

AIT = "http://hl7.org/fhir/uv/aitransparency"
OBSERVATION_VALUE = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
STRENGTHS = {"required": "error", "extensible": "warning"}


@cache
def theirs(expression):
    return fhirpathpy.compile(expression, models["r4"])


def holds(expression, resource):
    if "resolve()" in expression:  # fhirpathpy has none
        return [node.value for node in compile_fhirpath(expression, "Observation")(resource)]
    return theirs(expression)(resource)


def whole(element, elements, expression):
    """Return an element's constraint as an expression about the resource."""
    if "." not in element["path"]:
        return expression
    if "sliceName" not in element:
        return f"{element['path']}.all({expression})"
    code = next(e for e in elements if e["id"] == f"{element['id']}.code")["patternCodeableConcept"][
        "coding"
    ][0]
    mark = f"code.coding.where(system = '{code['system']}' and code = '{code['code']}').exists()"
    return f"{element['path']}.where({mark}).all({expression})"


def stated(holder):
    return next(e["valueString"] for e in holder["extension"] if e["url"] == "urn:dermconf:requirement")


def members(value_set):
    return {(i["system"], c["code"]) for i in value_set["compose"]["include"] for c in i["concept"]}


def outside(element, resource, value_sets):
    concept = resource.get(element["path"].partition(".")[2])
    codings = {(c.get("system"), c["code"]) for c in (concept or {}).get("coding", ())}
    binding = element["binding"]
    asked = concept is not None and (codings or binding["strength"] == "required")
    return asked and not codings & members(value_sets[binding["valueSet"]])


def broken(resource, files):
    by_url = {r["url"]: r for r in files.values() if "url" in r}
    elements = by_url[resource["meta"]["profile"][0].partition("|")[0]]["differential"]["element"]
    for element in elements:
        for constraint in element.get("constraint", ()):
            answer = holds(whole(element, elements, constraint["expression"]), resource)
            assert answer in ([True], [False]), constraint["key"]
            if answer == [False]:
                yield stated(constraint), constraint["severity"]
        if "binding" in element and outside(element, resource, by_url):
            yield stated(element["binding"]), STRENGTHS[element["binding"]["strength"]]


def test_a_mutation_breaks_exactly_the_rules_that_it_breaks(dermatology_mutation, dermatology):
    assert set(broken(dermatology_mutation.resource, dermatology)) == dermatology_mutation.found


def test_a_fixture_that_claims_a_profile_breaks_no_rule(claiming_fixture, dermatology):
    assert not [*broken(claiming_fixture, dermatology)]


def test_an_example_breaks_no_rule(dermatology):
    examples = [r for path, r in dermatology.items() if path.startswith("example/Observation-")]
    assert len(examples) == 5
    assert not [rule for example in examples for rule in broken(example, dermatology)]


@pytest.mark.parametrize(
    ("system", "code", "labelled"),
    [
        (OBSERVATION_VALUE, "AIAST", True),
        (f"{AIT}/CodeSystem/AddedProvenanceCS", "AIAST_CLINRPT", True),
        (f"{AIT}/CodeSystem/AddedProvenanceCS", "AIAST", False),
        (OBSERVATION_VALUE, "CLINAST", False),
    ],
)
def test_the_ballot_knows_four_labels(ballot, system, code, labelled):
    profile = ballot["StructureDefinition-AI-data.json"]
    (constraint,) = profile["differential"]["element"][0]["constraint"]
    resource = {"resourceType": "Observation", "meta": {"security": [{"system": system, "code": code}]}}
    assert holds(constraint["expression"], resource) == [labelled]
