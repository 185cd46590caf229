"""The build script cuts the published definitions to one type at a time."""

import pytest

from conformance.definitions import build

OBSERVATION = ("Observation", "DomainResource", "Resource")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Media.code | Observation.code", "Observation.code"),
        (
            "ObservationDefinition.code | Observation.code | Observation.component.code",
            "Observation.code | Observation.component.code",
        ),
        ("(Media.value as Quantity) | (Observation.value as Quantity)", "(Observation.value as Quantity)"),
        ("Observation.value.where(a | b) | Media.x", "Observation.value.where(a | b)"),
        ("Resource.id", "Resource.id"),
        ("Media.type", ""),
        ("", ""),
    ],
)
def test_an_expression_is_cut_to_the_alternatives_that_speak_of_the_type(expression, expected):
    assert build.cut(expression, OBSERVATION) == expected


def test_an_expression_that_speaks_of_no_base_stops_the_build():
    definition = {
        "id": "x",
        "url": "http://hl7.org/fhir/SearchParameter/x",
        "code": "x",
        "type": "token",
        "expression": "Media.x",
    }
    with pytest.raises(SystemExit, match="speaks of Observation"):
        build.parameter_row(definition, "Observation", OBSERVATION)


def test_an_experimental_parameter_is_left_out():
    definition = {"resourceType": "SearchParameter", "id": "x", "experimental": True}
    assert not build.is_parameter(definition)
    assert build.is_parameter({**definition, "experimental": False})


def test_a_profile_is_no_type_but_a_named_constraint_is():
    profile = {
        "resourceType": "StructureDefinition",
        "kind": "resource",
        "derivation": "constraint",
        "id": "vitals",
    }
    assert not build.is_type(profile)
    assert build.is_type({**profile, "id": "SimpleQuantity"})
