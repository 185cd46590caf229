"""How a server deletes (fairness F22)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.messages import Refusal, Reply, information
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Request


def _unknown() -> Reply:
    return Refusal(HTTPStatus.NOT_FOUND, "not-found", "There is no such resource.").reply()


@allowed("F22")
class DeletionsForgotten(Behaviour):
    """The server does not track deletions: what was deleted is unknown."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return _unknown() if said.status == HTTPStatus.GONE else said


@allowed("F22")
class DeleteWithOutcome(Behaviour):
    """A delete is answered with 200 and an OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if said.status != HTTPStatus.NO_CONTENT:
            return said
        return replace(said, status=HTTPStatus.OK, resource=information("The resource is deleted."))


@allowed("F22")
class SecondDeleteUnknown(Behaviour):
    """A delete of what is not there is answered with 404."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if said.status != HTTPStatus.NO_CONTENT or "etag" in said.headers:
            return said
        return _unknown()


@allowed("F22", incomplete="nothing can be deleted, so that nothing is seen of what follows")
class DeleteRefused(Behaviour):
    """A delete is refused with 409: what is stored has to be kept."""

    def hear(self, request: Request) -> Request:
        if request.method == "DELETE":
            raise Refusal(HTTPStatus.CONFLICT, "business-rule", "What is stored is kept.")
        return super().hear(request)


@allowed("F22")
class DeletesLater(Behaviour):
    """A delete is answered 202; the resource is there for one more read."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[tuple[str, ...], Json] = {}
        self._pending: set[tuple[str, ...]] = set()

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.method == "DELETE" and not request.within:
            self._pending.add(request.path)
            return Reply(status=HTTPStatus.ACCEPTED)
        if views.reads(request) and said.status == HTTPStatus.GONE and request.path in self._pending:
            self._pending.discard(request.path)
            return Reply(status=HTTPStatus.OK, resource=self._shown[request.path])
        if isinstance(said.resource, dict) and "id" in said.resource:
            self._shown[said.resource["resourceType"], said.resource["id"]] = said.resource
        return said


@allowed("F22", incomplete="a history ends with the resource")
class Purges(Behaviour):
    """What is deleted is forgotten with all its versions."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        told = said.resource.get("entry", []) if isinstance(said.resource, dict) else []
        forgotten = views.looks_at_history(request) and told and told[0]["request"]["method"] == "DELETE"
        return _unknown() if said.status == HTTPStatus.GONE or forgotten else said
