"""Whatever is judged, the engine answers; and every place that it names is one that FHIRPath finds."""

from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from profiles_samples import READING, definitions, issues, reading

from conformance.definitions import r4
from conformance.definitions.answers import Answer
from conformance.definitions.terminology import Terminology
from conformance.fhirpath import compile as fhirpath
from conformance.profiles import discriminators, judge

TEXTS = st.text(st.characters(), max_size=12)  # halves of characters and control characters included
ODD = st.sampled_from(
    [
        "", " ", "\ud800", "\x00", "#", "#ada", "##", "Patient/ada", "urn:uuid:", "http://[", "x" * 5000,
        "2026-02-30", "0000-01-01", "9999-12-31T23:59:60Z", "1" * 5000, "<div>", "&", "<!DOCTYPE x>",
        float("nan"), float("inf"), 1e308, -0.0, 10**400, Decimal("1E+999999"), Decimal("-1E-999999"),
        {}, [], [[]], [{}], [None], {"": None}, {"id": "x"}, {"extension": [{}]}, {"resourceType": "Patient"},
        {"reference": "#"}, {"reference": 1}, {"url": "x"}, {"value": Decimal("1E+999999"), "code": "kg"},
        {"coding": [{"system": "", "code": ""}]}, {"coding": {}}, {"contained": [{"contained": []}]},
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | ODD
KEYS = TEXTS | st.sampled_from(
    [
        "resourceType", "id", "_id", "meta", "contained", "extension", "_status", "valueQuantity", "value",
        "_valueString", "valueReference", "url", "reference", "type", "coding", "profile", "entry",
        "resource", "fullUrl", "text", "div", "fhir_comments", "given", "_given",
    ]
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"fullUrl": "http://s.example/fhir/Observation/reading-1", "resource": reading()},
        {
            "fullUrl": "http://s.example/fhir/Patient/ada",
            "resource": {
                "resourceType": "Patient",
                "id": "ada",
                "name": [{"family": "Muster", "given": ["Ada", None], "_given": [None, {"id": "second"}]}],
                "contained": [{"resourceType": "Organization", "id": "o", "partOf": {"reference": "#"}}],
                "managingOrganization": {"reference": "#o"},
                "birthDate": "1980-02-29",
                "_birthDate": {
                    "extension": [
                        {
                            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
                            "valueDateTime": "1980-02-29T10:00:00Z",
                        }
                    ]
                },
            },
        },
    ],
}
SEEDS = [reading(), BUNDLE]


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


@st.composite
def broken(draw):
    """Return a lawful resource with a few values of it replaced, or keys added."""
    resource = deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([p for p in places(resource) if p]))
        parent = resource
        for key in path[:-1]:
            parent = parent[key]
        if isinstance(parent, dict) and draw(st.booleans()):
            parent[draw(KEYS)] = deepcopy(draw(JSON))
        else:
            parent[path[-1]] = deepcopy(draw(JSON))
    return resource


MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(JSON)
def test_anything_at_all_is_answered(value):
    assert issues(value) or isinstance(value, dict)


@MANY
@given(broken())
def test_a_broken_resource_is_answered_and_every_place_is_found(resource):
    type_ = resource.get("resourceType")
    for issue in [*issues(resource), *(issues(resource, READING) if type_ == "Observation" else [])]:
        assert_place(resource, issue)


SHARED = Terminology(definitions())  # what is found by it is remembered from example to example
FORGETFUL = Terminology(definitions(), look_up=lambda *_asked: Answer.UNKNOWN)


@MANY
@given(broken())
def test_what_is_remembered_of_other_resources_changes_nothing(resource):
    profiles = [READING] if resource.get("resourceType") == "Observation" else []
    remembered, afresh = (
        repr(judge(resource, profiles, definitions(), terminology=terms)) for terms in (SHARED, FORGETFUL)
    )
    assert remembered == afresh


@MANY
@given(broken())
def test_slices_are_told_apart_as_nodes_would_tell_them(resource):
    plainly = repr(issues(resource, READING))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discriminators, "plain_values", lambda _path, _shape: lambda _value: None)
        assert repr(issues(resource, READING)) == plainly


def assert_place(resource, issue):
    """Find the place; one that holds nothing (an empty array) is named by its parent and its name."""
    place = issue.at
    if issue.hint.startswith("Leave out an array"):
        place = place.rpartition(".")[0]
    if str(resource.get("resourceType")) not in r4.resource_types():
        return  # a thing of no type has no paths
    assert fhirpath(place, "")(resource), issue


@pytest.mark.parametrize("depth", [99, 101, 5000])
def test_what_nests_too_deeply_is_said_and_not_walked(depth):
    value = inner = {}
    for _ in range(depth):
        inner["extension"] = [{}]
        inner = inner["extension"][0]
    found = issues({"resourceType": "Patient", **value})
    assert "too-long" in {issue.code for issue in found}


def test_contained_resources_that_refer_to_each_other_come_to_an_end():
    def organisation(name, other):
        return {
            "resourceType": "Organization",
            "id": name,
            "name": name,
            "partOf": {"reference": f"#{other}"},
        }

    patient = {
        "resourceType": "Patient",
        "contained": [organisation("a", "b"), organisation("b", "a")],
        "managingOrganization": {"reference": "#a"},
    }
    assert [i for i in issues(patient) if i.severity == "error"] == []


def test_a_long_value_is_cut_and_halves_of_characters_do_not_reach_a_report():
    found = issues({"resourceType": "Patient", "id": "\ud800" * 100_000})
    assert all(len(str(issue.actual)) < 1000 for issue in found)
    assert all("\ud800" not in f"{issue.message}{issue.actual}{issue.at}" for issue in found)
