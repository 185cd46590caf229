"""Faults of delete, of what comes after it, and of patch's side effects."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks
from conformance.server.messages import Refusal

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version


@breaks("R4-DEL-01")
class DeleteAnswersCreated(Behaviour):
    """A delete is answered with 201."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        deleted = request.method == "DELETE" and views.succeeded(said)
        return replace(said, status=HTTPStatus.CREATED) if deleted else said


@breaks("R4-DEL-02")
class DeletedStays(Behaviour):
    """A delete is acknowledged, but the resource stays."""

    def erases(self, version: Version) -> bool:
        _ = version
        return False


@breaks("R4-DEL-03")
class SecondDeleteFails(Behaviour):
    """A delete of what is not there is answered with 409."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        again = (
            request.method == "DELETE" and said.status == HTTPStatus.NO_CONTENT and "etag" not in said.headers
        )
        return replace(said, status=HTTPStatus.CONFLICT) if again else said


@breaks("R4-DEL-06", seen="https://github.com/LinuxForHealth/FHIR/pull/155")
class RevivedAnswersOk(Behaviour):
    """A PUT that creates a resource or brings it back is answered with 200."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        revived = views.writes_to(request, "PUT") and said.status == HTTPStatus.CREATED
        return replace(said, status=HTTPStatus.OK) if revived else said


@breaks("R4-UPD-02")
class WrongIdWithoutOutcome(Behaviour):
    """The refusal of an update is plain text without an OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.within or not views.writes_to(request, "PUT") or not views.failed(said):
            return said
        return replace(said, resource="Wrong.").with_headers(content_type="text/plain")


@breaks("R4-UPD-07a")
class NewIdsRefused(Behaviour):
    """The server declares update-as-create and answers it with 405."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not views.writes_to(request, "PUT") or said.status != HTTPStatus.CREATED:
            return said
        return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", "Ids are the server's.").reply()


@breaks("R4-UPD-10", seen="https://github.com/hapifhir/hapi-fhir/issues/374")
class UpdateWithoutVersionHeaders(Behaviour):
    """An update has neither ETag nor Last-Modified."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said.without("etag", "last-modified") if views.writes_to(request, "PUT") else said


@breaks("R4-PAT-04")
class StaleNarrativeKept(Behaviour):
    """A patch leaves the narrative as it was."""

    def narrate(self, patched: Json, before: Json) -> Json:
        _ = before
        return patched


@breaks("DERM-AIT-02")
class PatchForgetsMeta(Behaviour):
    """A patch loses the labels, tags and profile claims of what it changes."""

    def narrate(self, patched: Json, before: Json) -> Json:
        return views.without(super().narrate(patched, before), "meta")


@breaks("R4-PAT-05")
class PatchOfNothingSucceeds(Behaviour):
    """A conditional patch that finds nothing, or too much, is answered with 200."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        conditional = request.method == "PATCH" and len(request.path) == 1
        return replace(said, status=HTTPStatus.OK) if conditional and views.failed(said) else said


@breaks("R4-VREAD-02")
class UnknownVersionIsNewest(Behaviour):
    """A vread of a version that never was shows the newest one."""

    def choose_version(self, asked: Version | None, newest: Version | None) -> Version | None:
        return super().choose_version(asked, newest) or newest


@breaks("R4-CRE-06")
class NotesHiddenLater(Behaviour):
    """A read leaves out the notes and descriptions that the create returned."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        shown = views.reads(request) and isinstance(said.resource, dict)
        return replace(said, resource=views.without(said.resource, "note", "description")) if shown else said


@breaks("DERM-RCV-01")
class AnnotationsRefused(Behaviour):
    """The server refuses annotations."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        if derm.is_annotation(resource):
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "business-rule", "No annotations are taken here.")
        return super().keep(resource, before)
