"""The vendored R4 data says what the published pages of 4.0.1 say."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from conformance.definitions import r4
from conformance.problem import Problem

with (Path(__file__).parent / "parameters.tsv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
STATED = "targets or components"
# 4.0.1 spells a type that does not exist; the vendored data holds what is meant.
MEANT = {"value.as(DateTime)": "value.as(dateTime)"}
COUNTS = {
    "Observation": 38,
    "DocumentReference": 25,
    "Media": 13,
    "ImagingStudy": 17,
    "Device": 12,
    "Provenance": 10,
    "Patient": 23,
    "Endpoint": 6,
    "Bundle": 5,
}


def bare(expression):
    """Leave out parentheses around the whole and the line breaks of a table."""
    for published, meant in MEANT.items():
        expression = expression.replace(published, meant)
    return expression


def named(url):
    return url.rsplit("/", 1)[-1]


def stated_components(row):
    parts = (part.split(" = ") for part in row[STATED].split("; "))
    return [(name, bare(expression)) for name, expression in parts]


def test_every_type_of_the_tables_has_as_many_parameters_of_its_own_as_they_say():
    own = {name: [c for c in r4.parameters(name) if not c.startswith("_")] for name in COUNTS}
    assert {name: len(codes) for name, codes in own.items()} == COUNTS
    assert Counter(row["base"] for row in ROWS) == COUNTS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['base']}.{row['code']}")
def test_a_parameter_stands_as_published(row):
    found = r4.parameter(row["base"], row["code"])
    assert (named(found.url), found.type, found.expression) == (row["id"], row["type"], row["expression"])
    if found.type == "composite":
        assert [(named(c.definition_url), c.expression) for c in found.components] == stated_components(row)
    elif row[STATED] == "Any":
        assert set(found.targets) == r4.resource_types() - {"Parameters"}
    else:
        assert set(found.targets) == set(row[STATED].split(", ")) - {""}


def test_every_resource_inherits_the_common_parameters():
    common = {"_id", "_lastUpdated", "_profile", "_security", "_source", "_tag", "_content", "_query"}
    assert common | {"_text"} <= r4.parameters("Observation").keys()
    assert common <= r4.parameters("Binary").keys()
    assert "_text" not in r4.parameters("Binary")
    assert r4.parameter("Media", "_tag").expression == "Resource.meta.tag"


def test_a_component_is_found_by_the_url_of_its_definition():
    found = r4.parameter_by_url("http://hl7.org/fhir/SearchParameter/clinical-code", "Observation")
    assert (found.code, found.expression) == ("code", "Observation.code")
    assert r4.parameter_by_url("http://hl7.org/fhir/SearchParameter/clinical-code", "Media") is None


def test_r4_has_146_concrete_resources_and_20_primitives():
    assert len(r4.resource_types()) == 146
    assert len(r4.primitive_types()) == 20
    assert not r4.resource_types() & {"Resource", "DomainResource", "Quantity"}


def test_a_choice_is_listed_by_its_stem_with_its_types():
    found = r4.element("Observation.component.value[x]")
    assert found.choice
    assert found.name == "value"
    assert found == r4.children("Observation.component")["value"]
    assert found.types[:3] == ("Quantity", "CodeableConcept", "string")
    assert len(found.types) == 11


def test_cardinality_and_targets_stand_as_published():
    subject, status = r4.element("Observation.subject"), r4.element("Observation.status")
    assert set(subject.targets) == {"Patient", "Group", "Device", "Location"}
    assert (status.min, status.max, status.types) == (1, "1", ("code",))
    assert (r4.element("Media.content").min, r4.element("Observation.derivedFrom").max) == (1, "*")


def test_an_element_defined_elsewhere_has_the_children_of_that_place():
    assert r4.element("Observation.component.referenceRange").content == "Observation.referenceRange"
    below = r4.children("Observation.component.referenceRange")
    assert below.keys() == r4.children("Observation.referenceRange").keys()
    assert r4.children("Questionnaire.item.item.item").keys() >= {"linkId", "answerOption"}


def test_children_of_an_element_of_a_complex_type_are_those_of_the_type():
    assert r4.children("Observation.code").keys() == r4.children("CodeableConcept").keys()
    assert r4.element("Patient.name.family").types == ("string",)


def test_identifiers_and_values_have_their_fhir_types():
    types = {
        path: r4.element(path).types[0] for path in ("Media.id", "Coding.id", "Extension.url", "code.value")
    }
    assert types == {
        "Media.id": "id",
        "Coding.id": "string",
        "Extension.url": "uri",
        "code.value": "System.String",
    }


@pytest.mark.parametrize("path", ["Observation.stauts", "Observation", "Nothing.at.all", ""])
def test_a_path_that_names_no_element_gives_none(path):
    assert r4.element(path) is None


def test_ancestry_runs_from_the_type_upward():
    assert r4.ancestry("Age") == ("Age", "Quantity", "Element")
    assert r4.ancestry("Media") == ("Media", "DomainResource", "Resource")
    assert r4.ancestry("markdown") == ("markdown", "string", "Element")


def test_an_unknown_type_is_a_problem_with_a_suggestion():
    with pytest.raises(Problem, match="no type 'Observatoin'") as caught:
        r4.parameters("Observatoin")
    assert caught.value.hint == "did you mean 'Observation'?"


def test_every_element_has_known_types_and_every_content_leads_somewhere():
    rows = [e for name in r4.type_names() for e in walk(name)]
    unknown = {t for e in rows for t in e.types if t not in r4.type_names() and not t.startswith("System.")}
    assert unknown == set()
    assert len(rows) > 7000
    assert all(r4.children(e.content) for e in rows if e.content)


def walk(path):
    for found in r4.children(path).values():
        yield found
        if not found.content and found.types[0] in {"BackboneElement", "Element"}:
            yield from walk(found.path)
