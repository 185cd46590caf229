"""The history of a resource, of a type and of the system."""

import pytest

BASIC = {"resourceType": "Basic", "code": {"text": "x"}}


@pytest.fixture
def lived(fhir):
    """Make a resource that was created, updated, deleted and created anew."""
    made = fhir.made(BASIC)
    path = f"Basic/{made['id']}"
    fhir("PUT", path, {**BASIC, "id": made["id"], "language": "en"})
    fhir("DELETE", path)
    fhir("PUT", path, {**BASIC, "id": made["id"], "language": "de"})
    return path


def walk(fhir, path):
    entries = []
    while path:
        page = fhir("GET", path).json()
        entries.append(page.get("entry", []))
        path = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    return entries


def test_a_history_tells_everything_newest_first(fhir, lived):
    history = fhir("GET", f"{lived}/_history").json()
    entries = history["entry"]
    assert (history["type"], history["total"]) == ("history", 4)
    assert [one["request"]["method"] for one in entries] == ["PUT", "DELETE", "PUT", "POST"]
    assert [one["response"]["status"][:3] for one in entries] == ["200", "204", "200", "201"]
    assert ["resource" in one for one in entries] == [True, False, True, True]
    assert [one["response"]["etag"] for one in entries] == [f'W/"{n}"' for n in (4, 3, 2, 1)]
    assert entries[0]["request"]["url"] == lived
    assert all(one["fullUrl"] == f"{fhir.base}/{lived}" for one in entries)


def test_the_history_of_a_type_and_of_the_system_hold_it_too(fhir, lived):
    for path in ("Basic/_history", "_history"):
        newest = fhir("GET", f"{path}?_count=4").json()["entry"]
        assert {one["fullUrl"] for one in newest} == {f"{fhir.base}/{lived}"}


def test_pages_are_not_shifted_by_what_is_stored_between_them(fhir, lived):
    first = fhir("GET", f"{lived}/_history?_count=3").json()
    fhir("DELETE", lived)
    url = next(link["url"] for link in first["link"] if link["relation"] == "next")
    assert [one["response"]["etag"] for one in fhir("GET", url).json()["entry"]] == ['W/"1"']
    assert [len(page) for page in walk(fhir, f"{lived}/_history?_count=2")] == [2, 2, 1]


def test_since_leaves_out_what_is_older(fhir, lived):
    entries = fhir("GET", f"{lived}/_history").json()["entry"]
    since = entries[1]["response"]["lastModified"]
    assert len(fhir("GET", f"{lived}/_history?_since={since}").json()["entry"]) == 2
    assert fhir("GET", f"{lived}/_history?_since=2000").json()["total"] == 4
    assert "entry" not in fhir("GET", f"{lived}/_history?_since=2999-01-01").json()


@pytest.mark.parametrize("query", ["_since=yesterday", "_count=many", "_since=2026-02-30"])
def test_values_that_cannot_be_read_are_refused(fhir, lived, query):
    assert fhir("GET", f"{lived}/_history?{query}").status_code == 400


def test_a_resource_that_never_was_has_no_history(fhir):
    assert fhir("GET", "Basic/nobody/_history").status_code == 404


def test_two_deletions_of_one_resource_stay_apart(fhir, lived):
    fhir("DELETE", lived)
    entries = fhir("GET", f"{lived}/_history").json()["entry"]
    keys = [
        (one["fullUrl"], one.get("resource", {}).get("meta", {}).get("versionId"))
        for one in entries
        if "fullUrl" in one
    ]
    assert len(keys) == len(set(keys)) == len(entries) - 1
