"""Ids of elements are unique within their resource, those of contained resources within their container."""

import pytest
from profiles_samples import over, profile

from conformance.profiles import Severity, judge

URL = "http://tests.example/StructureDefinition/p"
OTHER = "http://tests.example/StructureDefinition/q"


def twice(resource, profiles=(), definitions=None):
    found = judge(resource, profiles, definitions or over())
    return [issue.at for issue in found if issue.code == "duplicate" and issue.severity is Severity.ERROR]


def patient(**more):
    return {"resourceType": "Patient", "id": "p", **more}


REPEATED = [
    (patient(name=[{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]), "Patient.name[1]"),
    (
        patient(name=[{"id": "a", "text": "x", "period": {"id": "a", "start": "2020"}}]),
        "Patient.name[0].period",
    ),
    (
        patient(maritalStatus={"id": "a", "coding": [{"id": "a", "code": "M"}]}),
        "Patient.maritalStatus.coding[0]",
    ),
    (patient(name=[{"id": "a", "text": "x"}], birthDate="2020", _birthDate={"id": "a"}), "Patient.birthDate"),
    (
        patient(name=[{"given": ["x", "y"], "_given": [{"id": "a"}, {"id": "a"}]}]),
        "Patient.name[0].given[1]",
    ),
    (
        patient(
            text={
                "id": "a",
                "status": "generated",
                "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>',
            },
            contact=[{"id": "a", "gender": "male"}],
        ),
        "Patient.contact[0]",
    ),
]


@pytest.mark.parametrize(("resource", "at"), REPEATED)
def test_an_id_names_one_element(resource, at):
    assert twice(resource) == [at]


CONTAINED = {"resourceType": "Organization", "id": "o", "name": "x"}


def test_contained_resources_have_their_own_ids_and_are_named_once():
    inner = {**CONTAINED, "identifier": [{"id": "a", "value": "1"}]}
    name = [{"id": "a", "text": "x"}, {"id": "o", "text": "y"}, {"id": "p", "text": "z"}]
    whole = patient(name=name, contained=[inner], managingOrganization={"reference": "#o"})
    assert twice(whole) == []
    assert twice({**whole, "contained": [inner, inner]}) == ["Patient.contained[1]"]


def test_entries_of_a_bundle_have_their_own_ids():
    one = patient(name=[{"id": "a", "text": "x"}])
    entries = [{"id": "a", "resource": one}, {"id": "b", "resource": {**one, "id": "q"}}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert twice(bundle) == []
    bundle["entry"][1]["id"] = "a"
    assert twice(bundle) == ["Bundle.entry[1]"]


def test_both_views_of_a_definition_may_name_the_same_elements():
    view = {"element": [{"id": "Patient", "path": "Patient"}]}
    definition = profile("Patient") | {"snapshot": view, "differential": view}
    assert twice(definition) == []
    again = {"element": [*view["element"], {"id": "Patient", "path": "Patient.name"}]}
    assert twice(definition | {"differential": again}) == ["StructureDefinition.differential.element[1]"]


def test_an_element_that_several_profiles_and_slices_judge_is_one_element():
    slicing = {"discriminator": [{"type": "value", "path": "use"}], "rules": "open"}
    sliced = [
        {"id": "Patient.name", "path": "Patient.name", "slicing": slicing},
        {"id": "Patient.name:a", "path": "Patient.name", "sliceName": "a", "min": 0},
        {"id": "Patient.name:a.use", "path": "Patient.name.use", "fixedCode": "official", "min": 1},
    ]
    definitions = over(profile("Patient", *sliced), profile("Patient", name="q"))
    one = patient(name=[{"id": "a", "use": "official", "text": "x"}], meta={"profile": [URL, OTHER]})
    assert twice(one, (), definitions) == []
    one["name"].append({"id": "a", "use": "official", "text": "y"})
    assert twice(one, (), definitions) == ["Patient.name[1]"]


def test_equal_values_with_the_same_id_are_found_however_often_they_come():
    name = {"id": "a", "text": "x"}
    for _ in range(3):
        assert twice(patient(name=[dict(name), dict(name)])) == ["Patient.name[1]"]
