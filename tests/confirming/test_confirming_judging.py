"""What is found in a resource once a package stands beside our rules: once, and under the right rule."""

import json

import pytest
import structural
from structural import IG, METHODS
from variants import at, constraint, elements

from conformance import pointer, shipped

PREDICTION, ANNOTATION = "observation-ai-prediction", "observation-annotation"


def changed(name, put=None, drop=()):
    body = json.loads((shipped.fixtures() / f"{name}.json").read_text(encoding="utf-8"))
    return pointer.changed(body, put or {}, drop)


def told(given, resource):
    issues = [each for each in given.guides.issues(resource) if each.requirement]
    return sorted((each.requirement, each.evidence, each.severity.value) for each in issues)


def test_what_two_rules_ask_of_one_element_is_told_under_the_one_that_is_broken(by_structure):
    final = changed(PREDICTION, {"/status": "final"})
    assert told(by_structure, final) == [("DERM-AIP-03", "explicit", "error")]
    registered = changed(ANNOTATION, {"/status": "registered"})
    assert told(by_structure, registered) == [("DERM-ANN-15", "explicit", "error")]


def test_a_record_that_is_withdrawn_only_warns_whatever_the_value_set_lacks(by_structure):
    """R4 has no other way to withdraw a record (fairness, DERM-ANN-15)."""
    withdrawn = changed(ANNOTATION, {"/status": "entered-in-error"})
    assert [(name, severity) for name, _, severity in told(by_structure, withdrawn)] == [
        ("DERM-ANN-23", "warning")
    ]


def test_what_a_package_demands_beyond_our_rule_is_told_under_it(variant):
    def change(resources):
        at(resources, "ai-prediction", "Observation.derivedFrom")["min"] = 2

    given = variant(change, structural.structural())
    assert told(given, changed(PREDICTION)) == [("DERM-AIP-14", "explicit", "error")]


def test_a_code_that_the_packages_value_set_has_is_lawful_by_our_rules_too(variant):
    def change(resources):
        resources["ValueSet-annotation-methods.json"]["compose"]["include"].append(
            {"system": METHODS, "concept": [{"code": "second-reading"}]}
        )

    read = changed(ANNOTATION, {"/method/coding/0/code": "second-reading"})
    assert told(variant(), read) == [("DERM-ANN-06", "explicit", "error")]
    assert told(variant(change), read) == []


@pytest.mark.parametrize("standing", ["otherwise", "as it is"])
def test_a_lesser_rule_that_is_contradicted_goes_and_its_requirement_stays(variant, standing):
    def change(resources):
        if standing == "otherwise":
            constraint(resources, "ai-prediction", "derm-aip-11-unit").update(expression="value.exists()")

    percent = {"value": 89, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}
    found = told(variant(change), changed(PREDICTION, {"/component/1/valueQuantity": percent}))
    assert found == ([] if standing == "otherwise" else [("DERM-AIP-11", "assumed", "warning")])
    above = told(variant(change), changed(PREDICTION, {"/component/1/valueQuantity/value": 89}))
    assert above == [("DERM-AIP-11", "explicit", "error")]


def test_a_requirement_that_is_contradicted_is_told_by_nothing(variant):
    def change(resources):
        constraint(resources, "ai-prediction", "derm-aip-03").update(expression="$this != 'amended'")

    given = variant(change)
    assert "DERM-AIP-03" not in {
        name for name, _, _ in told(given, changed(PREDICTION, {"/status": "final"}))
    }
    (gone,) = given.guides.superseded(f"{IG}/StructureDefinition/ai-prediction").items()
    assert gone[0] == "DERM-AIP-03"
    assert "$this != 'amended'" in gone[1]
    assert "DERM-AIP-03" not in given.guides.stated(f"{IG}/StructureDefinition/ai-prediction")


def test_entries_of_a_bundle_are_told_apart(variant):
    """The package finds one rule broken in one entry, ours the same one in another."""

    def change(resources):
        at(resources, "ai-prediction", "Observation.device")["min"] = 1

    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "fullUrl": f"urn:uuid:{n}1f2f3f4-0000-4000-8000-000000000000",
                "resource": changed(PREDICTION, drop=drop),
            }
            for n, drop in enumerate([("/device",), (), ("/device",)])
        ],
    }
    issues = [i for i in variant(change).guides.issues(bundle) if i.requirement == "DERM-AIP-08"]
    assert [issue.at for issue in issues] == ["Bundle.entry[0].resource", "Bundle.entry[2].resource"]


def test_a_profile_that_the_package_lacks_is_judged_as_before(variant):
    series = {
        "StructureDefinition-ai-prediction.json": structural.profile("ai-prediction", structural.prediction())
    }
    given = variant(resources=series)
    assert told(given, changed(ANNOTATION, drop=("/derivedFrom",))) == [("DERM-ANN-04", "explicit", "error")]


def test_names_of_profiles_lead_to_the_package(by_structure):
    for name in ("ai-prediction", "dermatology-image-annotation", "annotation-series"):
        assert by_structure.guides.canonical(name) == f"{IG}/StructureDefinition/{name}"
    found = by_structure.guides.definitions.structure(f"{IG}/StructureDefinition/ai-prediction")
    assert found["version"] == "0.2.0"


def test_what_either_would_have_to_read_is_wanted(variant):
    def change(resources):
        for each in elements(resources, "ai-prediction"):
            each.pop("constraint", None)

    opaque = changed(PREDICTION, {"/derivedFrom/0/reference": "https://example.org/photo/1"})
    wanted = variant(change).guides.wants(opaque, [f"{IG}/StructureDefinition/ai-prediction"])
    assert wanted == ["https://example.org/photo/1"]
