"""Capability URLs: what they open, for whom, for how long; and what the generations say of endpoints."""

import pytest
from imaging_client import STUDY_A

from conformance.server.imaging.capability import Mint, fingerprint
from conformance.server.imaging.studies import named

FRAMES = named("imaging-study-frames").uid
ANY = "t" * 9
SEARCH = "patient=imaging-patient-a&_include=ImagingStudy:endpoint"
_ARGONAUT = "http://fhir.org/argonaut/smart-imaging/StructureDefinition/requires-access-token"
_HL7 = "http://hl7.org/fhir/smart-app-launch/StructureDefinition/requires-access-token"


def endpoints(bundle):
    """Return every Endpoint of a searchset, by the way in which it stands there."""
    found = {}
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Endpoint":
            found["entry" if entry["fullUrl"].startswith("http") else "local"] = entry["resource"]
        for one in entry["resource"].get("contained", ()):
            found[f"contained {entry['resource']['id']}"] = one
    return found


def capability(images, who="demo-patient-a"):
    return endpoints(images.found(SEARCH, who))["local"]["address"]


@pytest.mark.parametrize(
    ("generation", "extension", "needed"),
    [("G0", _HL7, [True] * 3), ("G1", _ARGONAUT, [True] * 3), ("G2", _ARGONAUT, [False, True, True])],
)
def test_earlier_generations_say_whether_the_token_is_needed(of_generation, generation, extension, needed):
    found = endpoints(of_generation(generation).found(SEARCH))
    assert set(found) == {"entry", "contained imaging-study-ct", "contained imaging-study-frames"}
    said = [one["extension"][0] for one in found.values()]
    assert {one["url"] for one in said} == {extension}
    assert sorted(one["valueBoolean"] for one in said) == needed


def test_the_newest_generation_says_nothing_of_tokens_and_has_an_endpoint_of_the_answer(images):
    found = endpoints(images.found(SEARCH))
    assert set(found) == {"entry", "contained imaging-study-ct", "local"}
    assert not any("extension" in one for one in found.values())
    assert found["local"]["address"].startswith(f"{images.root}/wado/granted/")


def test_a_capability_opens_its_study_to_its_token_alone(images):
    address = capability(images)
    path = f"{address}/studies/{FRAMES}"
    assert images(path).status_code == 200
    assert images(f"{path}/metadata").status_code == 200
    assert [images(path, token).status_code for token in ("", "garbage", "demo-expired")] == [401] * 3
    assert images(path, "demo-system").status_code == 403
    assert images(f"{address}/studies/{STUDY_A}").status_code == 403


def test_each_token_has_a_capability_of_its_own(images):
    assert images(f"{capability(images, 'demo-system')}/studies/{FRAMES}", "demo-system").status_code == 200


def test_the_token_is_in_no_address(images):
    assert "demo-patient-a" not in capability(images)


def test_a_capability_that_was_altered_opens_nothing(images):
    address = capability(images)
    body, _, seal = address.rpartition("/")[2].partition(".")
    for altered in (f"{body}.{seal[:-2]}", f"{body[:-4]}.{seal}", body, f".{seal}", "WyIx.IiJd"):
        assert images(f"/wado/granted/{altered}/studies/{FRAMES}").status_code == 403


def test_a_capability_that_stands_for_the_token_needs_none(of_generation):
    images = of_generation("G2")
    address = endpoints(images.found(SEARCH))["contained imaging-study-frames"]["address"]
    assert images(f"{address}/studies/{FRAMES}", "").status_code == 200
    assert images(f"{address}/studies/{STUDY_A}", "").status_code == 403
    assert images(f"/wado/studies/{FRAMES}", "").status_code == 401


def test_a_capability_expires_with_its_token_or_after_five_minutes():
    mint = Mint(key=b"k" * 32)
    early = mint.read(mint.make(study="1.2", token=ANY, now=1000.5, until=1100))
    late = mint.read(mint.make(study="1.2", token=ANY, now=1000.5, until=10**9))
    assert (early.expires, late.expires) == (1100, 1300)
    assert early.token == fingerprint(ANY) != ""


def test_no_other_server_reads_a_capability():
    assert Mint(key=b"j" * 32).read(Mint(key=b"k" * 32).make(study="1", token="", now=0, until=9)) is None


def test_a_read_study_contains_the_endpoint_that_was_made_for_it(images):
    read = images("/imaging/fhir/ImagingStudy/imaging-study-frames").json()
    (contained,) = read["contained"]
    assert read["endpoint"] == [{"reference": f"#{contained['id']}"}]
    assert images(f"{contained['address']}/studies/{FRAMES}").status_code == 200


@pytest.mark.parametrize("generation", ["G0", "G1"])
def test_generations_without_backend_services_honour_no_system_scope(of_generation, generation):
    images = of_generation(generation)
    assert images(f"/imaging/fhir/ImagingStudy?{SEARCH}", "demo-system").status_code == 403
    assert images(f"/wado/studies/{STUDY_A}", "demo-system").status_code == 403
