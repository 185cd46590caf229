"""Photographs at the clinical base: their bytes, what is said of them, and what the embedded target knows."""

import base64
import hashlib

import pytest

from conformance.guides import shipped
from conformance.model import Target
from conformance.profiles import Severity
from conformance.server.imaging import photographs
from conformance.server.imaging.claimed import claimed

IMAGES = {
    "photo-a": ("DocumentReference/imaging-photo-a", "image/png", b"\x89PNG"),
    "media-a": ("Media/imaging-media-a", "image/jpeg", b"\xff\xd8\xff"),
}


def attachment(resource):
    return resource["content"][0]["attachment"] if "docStatus" in resource else resource["content"]


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("accept", ["*/*", "image/*", "image/png", "application/octet-stream"])
def test_a_photograph_is_as_large_and_has_the_digest_that_is_said(images, name, accept):
    reference, type_, start = IMAGES[name]
    said = attachment(images(f"/fhir/{reference}", "").json())
    answer = images(f"/fhir/{said['url']}", "", Accept=accept)
    assert answer.headers["content-type"] == said["contentType"] == type_
    assert answer.content.startswith(start)
    assert said["size"] == len(answer.content)
    assert said["hash"] == base64.b64encode(hashlib.sha1(answer.content).digest()).decode()  # noqa: S324 - R4's


@pytest.mark.parametrize(
    "accept", ["application/fhir+json", "application/json", "application/fhir+json, */*;q=0.1"]
)
def test_a_binary_is_a_resource_where_fhir_is_asked_for(images, accept):
    answer = images("/fhir/Binary/imaging-photo-a", "", Accept=accept)
    assert answer.json()["resourceType"] == "Binary"
    assert base64.b64decode(answer.json()["data"]).startswith(b"\x89PNG")


def test_format_asks_for_the_resource_too(images):
    assert images("/fhir/Binary/imaging-photo-a?_format=json", "", Accept="image/png").json()["id"]


@pytest.mark.parametrize(
    ("stated", "sent"),
    [("text/plain; charset=utf-8", "text/plain; charset=utf-8"), ("a\r\nb: c", "application/octet-stream")],
)
def test_what_no_header_can_carry_is_the_type_of_nothing(images, stated, sent):
    binary = {"resourceType": "Binary", "contentType": stated, "data": base64.b64encode(b"x").decode()}
    made = images.session.post(f"{images.root}/fhir/Binary", json=binary, timeout=10)
    if made.status_code == 201:
        answer = images(f"/fhir/Binary/{made.json()['id']}", "", Accept="*/*")
        assert (answer.headers["content-type"], answer.content) == (sent, b"x")


def test_a_binary_that_is_not_there_is_a_refusal_in_fhir(images):
    answer = images("/fhir/Binary/none", "", Accept="image/png")
    assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")


@pytest.mark.parametrize("image", [*(reference for reference, _, _ in IMAGES.values()), "imaging-study-a"])
def test_there_is_an_annotation_of_each_image(images, image):
    reference = f"{images.root}/imaging/fhir/ImagingStudy/{image}" if image == "imaging-study-a" else image
    found = images(f"/fhir/Observation?derived-from={reference}", "").json()
    assert [e["resource"]["subject"]["reference"] for e in found["entry"]] == ["Patient/imaging-patient-a"]


def test_the_annotated_study_is_read_where_the_annotation_says(images):
    annotation = images("/fhir/Observation/imaging-annotation-study", "").json()
    study = images(annotation["derivedFrom"][0]["reference"]).json()
    assert study["subject"] == annotation["subject"]


def test_the_sample_data_hold_to_r4_and_to_the_profiles_that_they_claim():
    for resource in photographs.resources("http://s/fhir"):
        assert not [one for one in shipped().issues(resource) if one.severity is Severity.ERROR], resource


def test_what_the_embedded_target_knows_is_there(images):
    target = claimed(Target(base=f"{images.root}/fhir", known={"mine": "x"}), specs={"wado", "smart-imaging"})
    known = target.known
    assert (target.imaging, target.wado) == (f"{images.root}/imaging/fhir", (f"{images.root}/wado",))
    assert (target.generation, target.gates[-2:]) == ("G3", ("smart-imaging@G3", "wado"))
    assert known["mine"] == "x"
    for name in ("patient-a", "patient-b", "patient-c", "slow-patient", "photo-a", "media-a"):
        assert images(f"/fhir/{known[name]}", "").status_code == 200
    study = f"{target.wado[0]}/studies/{known['study-a']}"
    instance = f"{study}/series/{known['series-a']}/instances/{known['instance-a']}"
    assert images(f"{instance}/metadata").json()[0]["00100020"]["Value"] == [known["mrn-a"]]
    assert images(known["imaging-study-a"]).status_code == 200
    assert images(f"{target.wado[0]}/studies/{known['study-b']}", "demo-patient-b").status_code == 200
    assert images(f"{target.wado[0]}/studies/{known['restricted-study']}", "demo-system").status_code == 403


def test_gates_open_only_for_what_there_are_rules_of():
    assert claimed(Target(base="http://s/fhir"), specs={"r4"}).gates == Target(base="http://s/fhir").gates
