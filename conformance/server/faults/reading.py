"""Faults of read, vread and history."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version


@breaks("R4-READ-01")
class AnotherId(Behaviour):
    """A read returns a resource with another id than that of the URL."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not views.reads(request) or said.status != HTTPStatus.OK or said.resource is None:
            return said
        return views.showing(said, id=f"{request.path[1][:60]}-x")


@breaks("R4-READ-02")
class NoVersionHeaders(Behaviour):
    """A read has neither ETag nor Last-Modified."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said.without("etag", "last-modified") if views.reads(request) else said


@breaks("R4-READ-03", seen="https://github.com/openFHIR/openfhir/issues/45")
class UnknownIsFound(Behaviour):
    """A read of what does not exist, or no longer, is answered with 200."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not views.reads(request) or said.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return said
        return replace(
            said, status=HTTPStatus.OK, resource={"resourceType": request.path[0], "id": request.path[1]}
        )


@breaks("R4-VREAD-01")
class OnlyTheNewestVersion(Behaviour):
    """A vread of any version shows the newest one."""

    def choose_version(self, asked: Version | None, newest: Version | None) -> Version | None:
        return newest if super().choose_version(asked, newest) else None


@breaks("R4-VREAD-02", seen="https://github.com/fhirbase/fhirbase-plv8/issues/65")
class DeletionIsResource(Behaviour):
    """A vread of a deletion is answered with a resource."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not views.vreads(request) or said.status != HTTPStatus.GONE:
            return said
        shown = {"resourceType": request.path[0], "id": request.path[1]}
        return replace(said, status=HTTPStatus.OK, resource=shown)


@breaks("R4-VREAD-04")
class VersionIdReused(Behaviour):
    """Every version of a resource has the same version id."""

    def count_version(self, before: Version | None) -> str:
        return before.version if before else super().count_version(before)


@breaks("R4-HIS-01")
class HistoryIsCollection(Behaviour):
    """The Bundle of a history is a collection."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return views.showing(said, type="collection") if _history(request, said) else said


@breaks("R4-HIS-01", seen="https://github.com/microsoft/fhir-server/issues/2689")
class HistoryOldestFirst(Behaviour):
    """A history begins with the oldest version."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return views.showing(said, entry=said.resource["entry"][::-1]) if _history(request, said) else said


@breaks("R4-HIS-01", seen="https://github.com/hapifhir/hapi-fhir/issues/5380")
class HistoryWithoutDeletions(Behaviour):
    """A history leaves deletions out."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not _history(request, said):
            return said
        kept = [entry for entry in said.resource["entry"] if entry["request"]["method"] != "DELETE"]
        return views.showing(said, entry=kept)


@breaks("R4-HIS-02")
class HistoryWithoutResources(Behaviour):
    """The entries of a history have no resources."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return views.with_entries(said, _bare) if _history(request, said) else said


@breaks("R4-HIS-03")
class HistoryWithoutResponses(Behaviour):
    """The entries of a history have no response."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return views.with_entries(said, _unanswered) if _history(request, said) else said


def _history(request: Request, reply: Reply) -> bool:
    listed = views.looks_at_history(request) and reply.status == HTTPStatus.OK
    return listed and "entry" in reply.resource


def _bare(entry: Json) -> Json:
    return views.without(entry, "resource")


def _unanswered(entry: Json) -> Json:
    return views.without(entry, "response")
