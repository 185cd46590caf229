"""Servers that do what R4 leaves to them, each against the scenarios that might hold it against them."""

from dataclasses import replace
from http import HTTPStatus

import pytest
from playing import ROOT, play

from conformance.server.app import create
from conformance.server.behaviour import Behaviour
from conformance.server.messages import Refusal
from conformance.server.search import Searcher
from conformance.server.serving import running
from conformance.server.variations import VARIATIONS, Variation

pytestmark = pytest.mark.long


class ProfileIgnored(Behaviour):
    """Nothing is claimed, `_profile` is ignored, and the self link does not name it."""

    def hear(self, request):
        heard = super().hear(request)
        return replace(heard, query=tuple(pair for pair in heard.query if pair[0] != "_profile"))

    def say(self, request, reply):
        if request.path == ("metadata",):
            return Refusal(HTTPStatus.FORBIDDEN, "forbidden", "Not for everybody.").reply()
        return super().say(request, reply)


def oddity(odd):
    return Variation(name="odd", rules=(), sentence=odd.__doc__, classes=(odd,))


@pytest.fixture
def playing(monkeypatch, tmp_path):
    def against(odd, *names):
        name = odd if isinstance(odd, str) else "odd"
        if not isinstance(odd, str):
            monkeypatch.setitem(VARIATIONS, name, oddity(odd))
        paths = [ROOT / "testcases" / f"{file}.yaml" for file in names]
        with running(create(seed=True)) as base:
            target = base.replace("/fhir", f"/variations/{name}/fhir")
            return play(target, tmp_path, *paths, formats=("json",), settle=5.0)

    return against


PLAYS = [
    ("deletes-later", "rest/delete", "pass"),
    ("profile-claims-refused", "rest/transaction", "pass"),
    ("profile-claims-refused", "rest/history", "pass"),
    ("profile-claims-refused", "profile/ai-prediction-round-trip", "pass"),
    ("no-modifiers", "search/modifiers", "skip"),
    ("no-order-nor-cut", "search/sort", "skip"),
    ("no-chains", "linking/through-the-image", "skip"),
    ("no-type-modifiers", "linking/derived-from-id", "skip"),
    ("strict-always", "search/unknown-parameter", "warn"),
    ("location-of-the-proxy", "rest/transaction", "pass"),
    ("bare-transaction-errors", "rest/transaction-rollback", "warn"),
    ("unknown-is-unauthorised", "rest/read-unknown", "pass"),
    ("unknown-is-forbidden", "rest/update-creates", "pass"),
    ("updates-refused", "rest/conditional-update", "untested"),
    ("indexes-late", "rest/conditional-create", "pass"),
    ("finest-history", "rest/history", "pass"),
    ("purges", "rest/history-of-deleted", "untested"),
    ("plus-is-blank", "rest/format-parameter", "pass"),
    ("encounter-demanded", "rest/batch", "untested"),
    ("transaction-not-found", "rest/transaction", "untested"),
    ("encounter-demanded", "rest/update-creates", "untested"),
    ("patient-demanded", "rest/conditional-create", "pass"),
    ("patient-demanded", "rest/conditional-update", "pass"),
    ("category-demanded", "search/unknown-method", "untested"),
    ("chains-ignored", "linking/through-the-image", "untested"),
    (ProfileIgnored, "profile/declared-profile", "skip"),
    ("members-of-its-own", "profile/declared-profile", "warn"),
    ("indexes-late", "search/after-update", "pass"),
    ("indexes-late", "provenance/comes-along", "pass"),
    ("no-versions", "search/after-update", "pass"),
    ("no-versions", "rest/create-ignores-id", "pass"),
    ("no-versions", "ai/label-survives-update", "pass"),
]


@pytest.mark.parametrize(("odd", "scenario", "verdict"), PLAYS)
def test_what_r4_leaves_open_is_no_failure(odd, scenario, verdict, playing):
    played = playing(odd, scenario)
    assert set(played.verdicts.values()) == {verdict}, played.told
    assert played.exit in {0, 3}
    assert not played.problems
    assert played.rejudged == []


def test_a_conditional_create_that_is_repeated_makes_no_second_resource(playing):
    created = playing("indexes-late", "rest/conditional-create").events("created")
    names = [event["name"] for event in created if event["ours"]]
    assert names.count("again") == 0


class ShowsOldCopies(Searcher):
    """A search finds by what is stored now, but shows what the first search showed."""

    def __init__(self, world):
        super().__init__(world)
        self.shown = {}

    def entry(self, query, hit):
        made = super().entry(query, hit)
        return {**made, "resource": self.shown.setdefault(hit.resource.reference, made["resource"])}


def test_a_search_that_shows_old_copies_is_found_out(playing):
    played = playing(ShowsOldCopies, "search/after-update")
    failed = {f["requirement"] for f in played.findings if f["result"] == "failed" and f["gating"]}
    assert failed == {"R4-RES-20"}
    assert played.exit == 1
