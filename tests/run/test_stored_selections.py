"""What is told of selections that others stored: of the data, and of no server that returns them."""

import json
from pathlib import Path

import pytest
import requests
from playing import play

from conformance import shipped
from conformance.model import Party
from conformance.run.embedded import embedded, versions

STORED = shipped.testcases() / "imaging/selection/stored.yaml"
FIXTURES = Path(__file__).parents[2] / "fixtures/r5"
REGION, SERIES = "ISEL-26", "ISEL-27"


@pytest.fixture(scope="module")
def seeded():
    with embedded(seed=True) as base:
        yield base


@pytest.fixture
def fresh():
    with embedded(seed=False) as base:
        yield base


def put(base, name, **changes):
    body = {**json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8")), **changes}
    place = f"{versions(base)['R5']}/{body['resourceType']}/{body['id']}"
    assert requests.put(place, json=body, timeout=5).status_code == 201
    return body


def told(base, folder, **target):
    done = play(base, folder, STORED, formats=("json",), versions=versions(base), **target)
    assert not done.problems, done.told
    return done


def results(done, requirement):
    return [one["result"] for one in done.findings if one["requirement"] == requirement]


def parties(done):
    """Return who is named where data are told of, and where somebody failed."""
    return {
        result: {one["party"] for one in done.findings if one["result"] == result}
        for result in ("data", "failed")
    }


def stored(base, folder, *, photo=None, **selection):
    """Store a selection with what it is of, and return what is told of it."""
    put(base, "patient")
    put(base, "documentreference", **(photo or {}))
    put(base, "imagingstudy-two-series")
    put(base, "imagingselection-photograph", **selection)
    return told(base, folder)


def region(*coordinates):
    return [
        {
            "uid": "2.25.3301948213",
            "imageRegion2D": [{"regionType": "polyline", "coordinate": list(coordinates)}],
        }
    ]


def test_the_sample_keeps_to_its_series_and_images(seeded, tmp_path):
    done = told(seeded, tmp_path)
    assert set(results(done, SERIES)) == {"observed"}
    assert set(results(done, REGION)) == {"observed", "not-asked"}
    assert done.rejudged == []


@pytest.mark.parametrize("mode", [{}, {"read_only": True}])
def test_stored_selections_are_looked_at_in_every_mode(seeded, tmp_path, mode):
    assert len(told(seeded, tmp_path, **mode).events("bound")) == 2


@pytest.mark.parametrize(
    ("fault", "requirement"), [("coordinates-of-larger-image", REGION), ("series-uid-cut-short", SERIES)]
)
def test_a_server_whose_data_are_its_own_is_told_of_them(seeded, tmp_path, fault, requirement):
    broken = seeded.replace("/fhir", f"/faults/{fault}/fhir")
    done = told(broken, tmp_path, roles=(Party.REPOSITORY, Party.PRODUCER))
    failed = [one for one in done.findings if one["result"] == "failed"]
    assert {(one["requirement"], one["gating"]) for one in failed} == {(requirement, False)}


@pytest.mark.parametrize("instance", [region(12.25, 8.5, 33, 24), region(1, 25), region(-1, 3)])
def test_a_coordinate_beyond_its_image_is_told_and_fails_nobody(fresh, tmp_path, instance):
    done = stored(fresh, tmp_path, instance=instance)
    assert "data" in results(done, REGION)
    assert set(results(done, SERIES)) == {"observed"}
    assert parties(done) == {"data": {"producer"}, "failed": set()}


def test_a_coordinate_on_the_edge_is_within(fresh, tmp_path):
    assert results(stored(fresh, tmp_path, instance=region(0, 0, 32, 24)), REGION) == ["observed", "observed"]


@pytest.mark.parametrize("sizes", [[{}], [{"width": 8, "height": 6}, {"width": 32, "height": 24}]])
def test_where_it_is_not_sure_how_large_the_image_is_nobody_is_asked(fresh, tmp_path, sizes):
    attachments = [{"attachment": {"url": "https://images.example.org/1.jpg", **size}} for size in sizes]
    done = stored(fresh, tmp_path, photo={"content": attachments}, instance=region(900, 900))
    assert results(done, REGION) == ["not-asked", "not-asked"]


def test_an_instance_of_another_series_is_told_and_fails_nobody(fresh, tmp_path):
    done = stored(fresh, tmp_path, seriesUid="2.25.3301948202")
    assert sorted(results(done, SERIES)) == ["data", "observed"]
    assert parties(done) == {"data": {"producer"}, "failed": set()}


def test_an_instance_that_no_series_lists_is_nobodys(fresh, tmp_path):
    done = stored(fresh, tmp_path, instance=[{"uid": "2.25.99"}])
    assert set(results(done, SERIES)) == {"observed"}


def test_a_study_elsewhere_is_not_followed(fresh, tmp_path):
    away = [{"reference": "https://elsewhere.example.org/fhir/ImagingStudy/1"}]
    done = stored(fresh, tmp_path, derivedFrom=away)
    assert set(results(done, SERIES)) == {"untested", "not-asked"}
    assert results(done, REGION) == ["not-asked", "not-asked"]
