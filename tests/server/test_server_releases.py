"""The bases of other releases: types, statement, refusals, search and sorting of that release alone."""

import pytest

from conformance.definitions.form import shaped
from conformance.definitions.release import RELEASES, release

SELECTION = {"resourceType": "ImagingSelection", "status": "available", "code": {"text": "key"}}


def at(fhir, name, below, mount=""):
    return f"{fhir.base.removesuffix('/fhir')}{mount}/{name.lower()}/fhir/{below}"


@pytest.mark.parametrize("name", RELEASES)
def test_a_statement_is_one_of_its_release(fhir, name):
    found = fhir("GET", at(fhir, name, "metadata")).json()
    assert found["fhirVersion"] == RELEASES[name]
    assert found["resourceType"] == ("Conformance" if name == "DSTU2" else "CapabilityStatement")
    with release(name):
        assert list(shaped(found)) == []


def test_r4_is_what_the_plain_base_speaks(fhir):
    assert fhir("GET", "metadata").json()["fhirVersion"] == "4.0.1"
    assert fhir("GET", "ImagingSelection").status_code == 404


def test_a_resource_lives_at_the_base_of_its_release(fhir):
    made = fhir("POST", at(fhir, "R5", "ImagingSelection"), SELECTION)
    assert made.status_code == 201
    place = at(fhir, "R5", f"ImagingSelection/{made.json()['id']}")
    assert made.headers["Location"].startswith(place)
    changed = {**made.json(), "status": "entered-in-error"}
    assert fhir("PUT", place, changed).status_code == 200
    assert fhir("GET", place).json()["status"] == "entered-in-error"
    found = fhir("GET", at(fhir, "R5", "ImagingSelection?status=entered-in-error")).json()
    assert [entry["fullUrl"] for entry in found["entry"]] == [place]
    assert fhir("DELETE", place).status_code in {200, 204}
    assert fhir("GET", place).status_code == 410


@pytest.mark.parametrize("lack", ["status", "code"])
def test_what_lacks_a_required_element_is_refused(fhir, lack):
    sent = {name: value for name, value in SELECTION.items() if name != lack}
    refused = fhir("POST", at(fhir, "R5", "ImagingSelection"), sent)
    assert refused.status_code == 400
    assert refused.json()["issue"][0]["expression"] == [f"ImagingSelection.{lack}"]


@pytest.mark.parametrize(
    ("name", "type_"), [("R5", "Media"), ("R6", "Media"), ("STU3", "ImagingSelection"), ("DSTU2", "Endpoint")]
)
def test_a_type_of_another_release_is_unknown(fhir, name, type_):
    refused = fhir("GET", at(fhir, name, type_))
    assert refused.status_code == 404
    assert f"FHIR {name}" in refused.json()["issue"][0]["details"]["text"]
    with release(name):
        assert list(shaped(refused.json())) == []


def test_r6_holds_a_selection_in_the_form_of_its_ballot_and_refuses_that_of_r5(fhir):
    frames = {**SELECTION, "instance": [{"uid": "1.2", "sopClass": "urn:oid:1.2.3", "frameNumber": [2, 5]}]}
    made = fhir("POST", at(fhir, "R6", "ImagingSelection"), frames)
    assert made.status_code == 201
    assert made.json()["instance"] == frames["instance"]
    assert fhir("POST", at(fhir, "R5", "ImagingSelection"), frames).status_code == 400
    subset = {**SELECTION, "instance": [{"uid": "1.2", "subset": ["2"]}]}
    assert fhir("POST", at(fhir, "R6", "ImagingSelection"), subset).status_code == 400


def test_dstu2_sorts_by_a_qualifier_and_others_do_not(fhir):
    for day in ("2025-01-10", "2025-07-11"):
        body = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "x"},
            "effectiveDateTime": day,
        }
        assert fhir("POST", at(fhir, "DSTU2", "Observation"), body).status_code == 201
    found = fhir("GET", at(fhir, "DSTU2", "Observation?_sort:desc=date")).json()
    days = [entry["resource"]["effectiveDateTime"] for entry in found["entry"]]
    assert days == ["2025-07-11", "2025-01-10"]
    assert fhir("GET", "Observation?_sort:desc=date").status_code == 400


def test_what_is_validated_is_r4(fhir):
    assert fhir("POST", at(fhir, "R5", "$validate"), SELECTION).status_code == 404


def test_a_fault_is_at_work_at_the_base_of_a_release(fhir):
    place = at(fhir, "R5", "ImagingSelection", "/faults/selection-series-lost")
    made = fhir("POST", place, {**SELECTION, "seriesUid": "1.2"})
    assert made.status_code == 201
    assert "seriesUid" not in made.json()
