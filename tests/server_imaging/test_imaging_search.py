"""The FHIR base of the images: what is found, by whom, and what is refused."""

import pytest

from conformance.guides import shipped
from conformance.profiles import Severity
from conformance.server.imaging.people import PATIENT_A, PATIENT_B, PATIENT_C
from conformance.server.imaging.studies import named, studies

ALL_OF_A = {
    "imaging-study-a",
    "imaging-study-ct",
    "imaging-study-frames",
    "imaging-study-restricted",
}
UID_A = named("imaging-study-a").uid


def ids(bundle):
    return {e["resource"]["id"] for e in bundle.get("entry", ()) if e["search"]["mode"] == "match"}


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (f"patient={PATIENT_A}", ALL_OF_A),
        (f"patient=Patient/{PATIENT_A}", ALL_OF_A),
        (f"subject=Patient/{PATIENT_A}", ALL_OF_A),
        (f"patient:Patient={PATIENT_A}", ALL_OF_A),
        ("", ALL_OF_A),
        (f"patient={PATIENT_A}&identifier=urn:oid:{UID_A}", {"imaging-study-a"}),
        (f"patient={PATIENT_A}&identifier=urn:dicom:uid%7Curn:oid:{UID_A}", {"imaging-study-a"}),
        (f"patient={PATIENT_A}&identifier=urn:oid:2.25.1", set()),
        (f"identifier=urn:oid:{named('imaging-study-b').uid}", set()),
        (
            f"patient={PATIENT_A}&_lastUpdated=gt2026-02-05",
            {"imaging-study-frames", "imaging-study-restricted"},
        ),
        (f"patient={PATIENT_A}&_lastUpdated=gt2030", set()),
        (f"patient={PATIENT_A}&_lastUpdated=lt2026-02-03", {"imaging-study-a"}),
    ],
)
def test_a_search_finds_the_studies_of_the_patient_that_meet_its_criteria(images, criteria, expected):
    bundle = images.found(criteria)
    assert bundle["type"] == "searchset"
    assert ids(bundle) == expected
    assert bundle["total"] == len(expected)


def test_a_patient_may_be_named_by_the_url_of_the_clinical_base(images):
    assert ids(images.found(f"patient={images.root}/fhir/Patient/{PATIENT_A}")) == ALL_OF_A


def test_a_search_by_post_finds_the_same(images):
    answer = images(
        "/imaging/fhir/ImagingStudy/_search",
        method="POST",
        data=f"patient={PATIENT_A}",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert ids(answer.json()) == ALL_OF_A


def test_pages_hold_every_study_once_and_the_endpoints_of_theirs(images):
    url, found = f"/imaging/fhir/ImagingStudy?patient={PATIENT_A}&_count=1&_include=ImagingStudy:endpoint", []
    while url:
        page = images(url).json()
        here = {entry["fullUrl"] for entry in page["entry"]}
        for entry in page["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] == "ImagingStudy":
                found.append(resource["id"])
                (reference,) = [one["reference"] for one in resource["endpoint"]]
                contained = {f"#{one['id']}" for one in resource.get("contained", ())}
                assert reference in contained | here or f"{images.root}/imaging/fhir/{reference}" in here
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    assert sorted(found) == sorted(ALL_OF_A)


def test_every_entry_says_whether_it_matched_or_came_along(images):
    bundle = images.found(f"patient={PATIENT_A}&_include=ImagingStudy:endpoint")
    modes = {(e["resource"]["resourceType"], e["search"]["mode"]) for e in bundle["entry"]}
    assert modes == {("ImagingStudy", "match"), ("Endpoint", "include")}


def test_without_include_only_an_endpoint_made_for_the_answer_comes_along(images):
    entries = images.found(f"patient={PATIENT_A}")["entry"]
    assert [e["fullUrl"][:9] for e in entries if e["search"]["mode"] == "include"] == ["urn:uuid:"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("", 401),
        ("garbage", 401),
        ("demo-expired", 401),
        ("demo-revoked", 401),
        ("demo-no-scope", 403),
        ("demo-patient-a", 200),
        ("demo-patient-b", 403),
        ("demo-system", 200),
    ],
)
@pytest.mark.parametrize("path", ["?patient=imaging-patient-a", "/imaging-study-a"])
def test_each_token_gets_its_status(images, path, who, status):
    answer = images(f"/imaging/fhir/ImagingStudy{path}", who)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"
    if status != 200:
        assert answer.json()["resourceType"] == "OperationOutcome"
        assert UID_A not in answer.text
    assert ("www-authenticate" in answer.headers) == (status == 401 or who == "demo-no-scope")


@pytest.mark.parametrize(
    "criteria",
    [
        f"patient={PATIENT_B}",
        f"patient={PATIENT_A},{PATIENT_B}",
        f"patient={PATIENT_A}&patient={PATIENT_B}",
        f"subject=Patient/{PATIENT_B}",
        "patient=nobody",
        f"patient=https://elsewhere.example/Patient/{PATIENT_A}",
        f"patient={PATIENT_B}&identifier=urn:oid:{UID_A}",
        "patient=",
    ],
)
def test_a_search_for_another_patient_is_403_and_never_empty(images, criteria):
    answer = images(f"/imaging/fhir/ImagingStudy?{criteria}")
    assert answer.status_code == 403
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_chain_to_another_patient_finds_nothing_of_theirs(images):
    assert ids(images.found("patient.identifier=MRN-1002")) == set()


def test_a_token_in_the_url_is_no_token(images):
    url = f"/imaging/fhir/ImagingStudy?patient={PATIENT_A}&access_token=demo-patient-a"
    assert images(url, "").status_code == 401


def test_a_backend_client_sees_its_patients_without_what_is_withheld(images):
    assert ids(images.found(f"patient={PATIENT_A}", "demo-system")) == ALL_OF_A - {"imaging-study-restricted"}
    assert ids(images.found(f"patient={PATIENT_B}", "demo-system")) == {"imaging-study-b"}
    assert images(f"/imaging/fhir/ImagingStudy?patient={PATIENT_C}", "demo-system").status_code == 403
    assert "imaging-study-c" not in ids(images.found("", "demo-system"))


def test_the_slow_patient_is_put_off_once_and_answered_when_asked_again(images):
    url = "/imaging/fhir/ImagingStudy?patient=imaging-patient-slow"
    first, second = images(url, "demo-system"), images(url, "demo-system")
    assert (first.status_code, first.headers["retry-after"]) == (503, "0")
    assert first.json()["issue"][0]["code"] == "transient"
    assert ids(second.json()) == {"imaging-study-slow"}
    assert images(url).status_code == 403


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/imaging/fhir/Patient", "GET", 404),
        ("/imaging/fhir/Patient/imaging-patient-a", "GET", 404),
        ("/imaging/fhir/ImagingStudy/none", "GET", 404),
        ("/imaging/fhir/Endpoint/none", "GET", 404),
        ("/imaging/fhir/Endpoint/wado", "GET", 200),
        ("/imaging/fhir", "GET", 404),
        ("/imaging/fhir/ImagingStudy", "DELETE", 405),
        ("/imaging/fhir/ImagingStudy/_search", "GET", 405),
        ("/imaging/fhir/ImagingStudy?identifier:sounds=x", "GET", 400),
        ("/auth/basic/imaging/fhir/metadata", "GET", 404),
        ("/faults/zebra/imaging/fhir/metadata", "GET", 404),
        ("/faults/no-location/imaging/fhir/metadata", "GET", 200),
        ("/variations/zebra/wado/studies/1", "GET", 404),
    ],
)
def test_what_is_not_there_is_refused(images, path, method, status):
    assert images(path, method=method).status_code == status


def test_an_answer_in_xml_is_not_to_be_had(images):
    url = f"/imaging/fhir/ImagingStudy?patient={PATIENT_A}"
    assert images(url, Accept="application/fhir+xml").status_code == 406


@pytest.mark.parametrize("generation", ["G0", "G1", "G2", "G3"])
@pytest.mark.parametrize(
    "path", ["?_include=ImagingStudy:endpoint&patient=imaging-patient-a", "/imaging-study-frames"]
)
def test_what_is_found_holds_to_r4_and_to_the_profiles_that_it_claims(of_generation, generation, path):
    images = of_generation(generation)
    answer = images(f"/imaging/fhir/ImagingStudy{path}").json()
    resources = [e["resource"] for e in answer["entry"]] if "entry" in answer else [answer]
    for resource in resources:
        broken = [one for one in shipped().issues(resource) if one.severity is Severity.ERROR]
        assert not broken, resource


def test_the_statement_is_open_and_claims_what_there_is(images):
    answer = images("/imaging/fhir/metadata", "")
    assert answer.status_code == 200
    (study,) = [r for r in answer.json()["rest"][0]["resource"] if r["type"] == "ImagingStudy"]
    assert {one["name"] for one in study["searchParam"]} == {"patient", "identifier", "_lastUpdated"}
    assert all(
        one["definition"].startswith("http://hl7.org/fhir/SearchParameter/") for one in study["searchParam"]
    )
    assert study["searchInclude"] == ["ImagingStudy:endpoint"]


def test_the_uids_of_all_images_differ_and_are_uids():
    uids = [one.image.uid for study in studies().values() for one in study.located()]
    assert len(set(uids)) == len(uids)
    assert all(uid.startswith("2.25.") and len(uid) <= 64 and uid[5] != "0" for uid in uids)
