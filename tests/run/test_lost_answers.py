"""A create whose answer was lost is never sent again: what it stored is found by its marks, and deleted."""

import time

import pytest
from miniature import Miniature, http
from playing import play, written
from test_cleaning import STORED
from tiny import Tiny, statement

from conformance.run import finishing

LOST = STORED.replace("{patient: patient.json}", "{patient: patient.json, other: patient.json}")
PLACED = """
scenario: A patient is stored under an id of ours
requirements: {R4-UPD-06: SHOULD}
steps:
  - update: patient
    from: patient.json
    expect: [{status: 201, for: R4-UPD-06}]
"""


class Loses(Tiny):
    """Stores what it is sent and closes the connection; strangers were there before."""

    def __init__(self):
        super().__init__()
        for n in range(45):
            self.kept[f"Patient/theirs-{n}"] = {"resourceType": "Patient", "id": f"theirs-{n}"}
        self.theirs = dict(self.kept)

    def create(self, asked, type_):
        super().create(asked, type_)
        return b""

    def update(self, asked, type_, id_):
        super().update(asked, type_, id_)
        return b""


class ByIdentifier(Loses):
    """Drops tags, and finds by identifier."""

    def store(self, body):
        return {name: value for name, value in body.items() if name != "meta"}

    def matches(self, body, query):
        wanted = query.get("identifier", "").rpartition("|")[2]
        return any(mark["value"] == wanted for mark in body.get("identifier", []))


class Pages(Loses):
    """Knows no parameter but how to go on: ten at a time, the oldest first."""

    def matches(self, body, query):
        del body, query
        return True

    def searchset(self, asked, found, **links):
        del links
        start = int(asked.path.partition("page=")[2] or 0)
        onward = f"http://{asked.headers['host']}/fhir/Patient?page={start + 10}"
        more = {"next": onward} if start + 10 < len(found) else {}
        return super().searchset(asked, found[start : start + 10], **more)


class Late(Loses):
    """Finds nothing for a while after it was stored."""

    def __init__(self):
        super().__init__()
        self.stored = 0.0

    def create(self, asked, type_):
        self.stored = time.monotonic()
        return super().create(asked, type_)

    def matches(self, body, query):
        return time.monotonic() > self.stored + 0.6 and super().matches(body, query)


def went(server, folder, text=LOST, **options):
    with Miniature(server) as miniature:
        result = play(miniature.base, folder / "reports", written(folder, text), formats=("json",), **options)
    return result, miniature


@pytest.mark.parametrize("server", [Loses, ByIdentifier, Pages])
def test_what_a_lost_answer_stored_is_found_and_deleted_and_nothing_else(server, tmp_path):
    kept = server()
    result, miniature = went(kept, tmp_path)
    assert (result.verdict, result.exit, result.kinds) == ("error", 4, {"network"})
    assert kept.kept == kept.theirs
    assert len(miniature.of("POST")) == 1
    assert len(miniature.of("DELETE")) == 1
    assert result.leftovers == []


def test_what_is_found_late_is_deleted_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(finishing, "_PAUSE", 0.2)
    kept = Late()
    result, _ = went(kept, tmp_path, settle=None)
    assert kept.kept == kept.theirs
    assert result.leftovers == []


def test_what_is_never_found_is_listed_once(tmp_path):
    class Hides(Loses):
        def matches(self, body, query):
            del body, query
            return False

    kept = Hides()
    result, _ = went(kept, tmp_path)
    (left,) = result.leftovers
    assert left["why"] == "a Patient was sent; whether it was stored is not known"
    assert left["tag"]
    assert len(kept.kept) == len(kept.theirs) + 1


def test_an_id_of_ours_is_where_it_is_looked_for(tmp_path):
    class Blind(ByIdentifier):
        def metadata(self, asked):
            del asked
            claims = statement()
            for resource in claims["rest"][0]["resource"]:
                resource["updateCreate"] = True
            return http(200, claims)

        def matches(self, body, query):
            del body, query
            return False

    kept = Blind()
    result, miniature = went(kept, tmp_path, PLACED)
    assert len(miniature.of("PUT")) == 1
    assert kept.kept == kept.theirs
    assert result.leftovers == []


def test_a_server_that_asks_for_patience_is_not_asked_for_every_resource(tmp_path):
    class Busy(Tiny):
        def delete(self, asked, type_, id_):
            del asked, type_, id_
            return http(429, b"", Retry_After="0")

    result, miniature = went(Busy(), tmp_path)
    assert len(miniature.of("DELETE")) == 2 * 3
    assert {left["why"] for left in result.leftovers} == {"the server does not answer, or asks for patience"}
    assert len(result.leftovers) == 2
