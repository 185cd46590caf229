"""Servers that do what R4 leaves to them, each against the scenarios that might hold it against them."""

import time
from dataclasses import replace
from http import HTTPStatus

import pytest
from playing import ROOT, play

from conformance.server import variations
from conformance.server.app import create
from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.messages import Refusal, Reply
from conformance.server.search import Searcher
from conformance.server.search.world import Refused
from conformance.server.serving import running
from conformance.server.variations import Variation

pytestmark = pytest.mark.long

_HISTORY = "_history"
_LATE = 0.4


class DeletesLater(Behaviour):
    """A delete is answered 202; the resource is there for one more read."""

    def __init__(self):
        self.shown = {}
        self.pending = set()

    def say(self, request, reply):
        said = super().say(request, reply)
        if request.method == "DELETE" and not request.within:
            self.pending.add(request.path)
            return Reply(status=HTTPStatus.ACCEPTED)
        if views.reads(request) and said.status == HTTPStatus.GONE and request.path in self.pending:
            self.pending.discard(request.path)
            return Reply(status=HTTPStatus.OK, resource=self.shown[request.path])
        if isinstance(said.resource, dict) and "id" in said.resource:
            self.shown[said.resource["resourceType"], said.resource["id"]] = said.resource
        return said


class IndexesLate(Searcher):
    """Search and conditional interactions see a resource a little after it was written."""

    def __init__(self, world):
        super().__init__(world)
        self.seen = {}

    def candidates(self, type):  # noqa: A002 - FHIR's own word
        now = time.monotonic()
        for version in super().candidates(type):
            if now - self.seen.setdefault(version.reference, now) >= _LATE:
                yield version


class FinestHistory(Behaviour):
    """A page of a history holds one version."""

    def say(self, request, reply):
        said = super().say(request, reply)
        if not views.looks_at_history(request) or views.kind(said.resource) != "Bundle":
            return said
        start, entries = int(request.parameter("from") or 0), said.resource["entry"]
        next_ = [{"relation": "next", "url": f"{'/'.join(request.path)}?from={start + 1}"}]
        return views.showing(
            said, entry=entries[start : start + 1], link=next_ if start + 1 < len(entries) else []
        )


class Purges(Behaviour):
    """What is deleted is forgotten with all its versions."""

    def say(self, request, reply):
        said = super().say(request, reply)
        told = said.resource.get("entry", []) if isinstance(said.resource, dict) else []
        forgotten = views.looks_at_history(request) and told and told[0]["request"]["method"] == "DELETE"
        if said.status != HTTPStatus.GONE and not forgotten:
            return said
        return Refusal(HTTPStatus.NOT_FOUND, "not-found", "There is no such resource.").reply()


class PlusIsBlank(Behaviour):
    """A plus sign in a URL is a blank, and no format is called `application/fhir json`."""

    def say(self, request, reply):
        if " " in request.parameter("_format"):
            return Refusal(HTTPStatus.NOT_ACCEPTABLE, "not-supported", "No such format.").reply()
        return super().say(request, reply)


class RefusesAnnotations(Behaviour):
    """A business rule refuses every Observation."""

    def keep(self, resource, before):
        if resource["resourceType"] == "Observation":
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "business-rule", "An encounter is required.")
        return super().keep(resource, before)


class TransactionNotFound(Behaviour):
    """A transaction whose entries name a type that the server lacks is answered 404."""

    def say(self, request, reply):
        if request.method == "POST" and not request.path and b'"Device"' in request.body:
            return Refusal(HTTPStatus.NOT_FOUND, "not-supported", "There is no Device here.").reply()
        return super().say(request, reply)


class NoVersions(Behaviour):
    """The server has one version of everything, and says so."""

    def claim(self, statement):
        return views.with_claims(super().claim(statement), lambda one: {**one, "versioning": "no-version"})

    def show(self, version):
        shown = super().show(version)
        return {**shown, "meta": views.without(shown["meta"], "versionId", "lastUpdated")}

    def say(self, request, reply):
        said = super().say(request, reply).without("etag", "last-modified")
        if "location" not in said.headers:
            return said
        return said.with_headers(location=said.headers["location"].partition(f"/{_HISTORY}")[0])


class PatientDemanded(Searcher):
    """A search, and the search of a conditional interaction, must name the patient."""

    demanded = "patient"

    def parse(self, type, pairs, *, strict=False):  # noqa: A002 - FHIR's own word
        if type != "Patient" and self.demanded not in dict(pairs):
            raise Refused(f"The parameter '{self.demanded}' is required.", code="required")
        return super().parse(type, pairs, strict=strict)


class CategoryDemanded(PatientDemanded):
    """A search must name a category."""

    demanded = "category"


class ChainsIgnored(Searcher):
    """Chains are not supported: they are ignored, and the self link does not name them."""

    def parse(self, type, pairs, *, strict=False):  # noqa: A002 - FHIR's own word
        return super().parse(type, [pair for pair in pairs if "." not in pair[0]], strict=strict)


class ProfileIgnored(Behaviour):
    """Nothing is claimed, `_profile` is ignored, and the self link does not name it."""

    def hear(self, request):
        heard = super().hear(request)
        return replace(heard, query=tuple(pair for pair in heard.query if pair[0] != "_profile"))

    def say(self, request, reply):
        if request.path == ("metadata",):
            return Refusal(HTTPStatus.FORBIDDEN, "forbidden", "Not for everybody.").reply()
        return super().say(request, reply)


class MembersOfItsOwn(Behaviour):
    """Each resource carries members that FHIR does not know."""

    def stamp(self, sent, stamped, before):
        return {**super().stamp(sent, stamped, before), "project": "p1"}


def oddity(odd):
    return Variation(name="odd", allowed="", sentence=odd.__doc__, overriding=odd)


@pytest.fixture
def playing(monkeypatch, tmp_path):
    def against(odd, *names):
        monkeypatch.setitem(variations.VARIATIONS, "odd", oddity(odd))
        paths = [ROOT / "testcases" / f"{name}.yaml" for name in names]
        with running(create(seed=True)) as base:
            target = base.replace("/fhir", "/variations/odd/fhir")
            return play(target, tmp_path, *paths, formats=("json",), settle=5.0)

    return against


PLAYS = [
    (DeletesLater, "rest/delete", "pass"),
    (IndexesLate, "rest/conditional-create", "pass"),
    (FinestHistory, "rest/history", "pass"),
    (Purges, "rest/history-of-deleted", "untested"),
    (PlusIsBlank, "rest/format-parameter", "pass"),
    (RefusesAnnotations, "rest/batch", "untested"),
    (TransactionNotFound, "rest/transaction", "untested"),
    (RefusesAnnotations, "rest/update-creates", "untested"),
    (PatientDemanded, "rest/conditional-create", "pass"),
    (PatientDemanded, "rest/conditional-update", "pass"),
    (CategoryDemanded, "search/unknown-method", "untested"),
    (ChainsIgnored, "linking/through-the-image", "untested"),
    (ProfileIgnored, "profile/declared-profile", "skip"),
    (MembersOfItsOwn, "profile/declared-profile", "warn"),
    (IndexesLate, "search/after-update", "pass"),
    (IndexesLate, "provenance/comes-along", "pass"),
    (NoVersions, "search/after-update", "pass"),
    (NoVersions, "rest/create-ignores-id", "pass"),
    (NoVersions, "ai/label-survives-update", "pass"),
]


@pytest.mark.parametrize(("odd", "scenario", "verdict"), PLAYS)
def test_what_r4_leaves_open_is_no_failure(odd, scenario, verdict, playing):
    played = playing(odd, scenario)
    assert set(played.verdicts.values()) == {verdict}, played.told
    assert played.exit in {0, 3}
    assert not played.problems
    assert played.rejudged == []


def test_a_conditional_create_that_is_repeated_makes_no_second_resource(playing):
    created = playing(IndexesLate, "rest/conditional-create").events("created")
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
