"""How a server refuses, and when it is busy (fairness F24, F27)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.messages import Refusal
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from conformance.server.messages import Reply, Request

_OFTEN = 9


@allowed("F24")
class UnprocessableInsteadOfBad(Behaviour):
    """What is refused with 400 elsewhere is refused with 422 where it could be parsed."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        refused = said.status == HTTPStatus.BAD_REQUEST and views.creates(request)
        return replace(said, status=HTTPStatus.UNPROCESSABLE_ENTITY) if refused else said


@allowed("F24")
class NotFoundInsteadOfBad(Behaviour):
    """A search that is refused is refused with 404."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        searching = len(request.path) == 1 and request.method == "GET"
        refused = said.status == HTTPStatus.BAD_REQUEST and searching
        return replace(said, status=HTTPStatus.NOT_FOUND) if refused else said


@allowed("F24")
class ErrorsWithoutOutcome(Behaviour):
    """A read of what is not there is answered without an OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        missing = said.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} and views.reads(request)
        return replace(said, resource=None) if missing else said


@allowed("F24")
class BareTransactionErrors(Behaviour):
    """A transaction that fails is answered with a sentence and no OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        failed = request.method == "POST" and not request.path and views.failed(said)
        return replace(said, resource=None) if failed else said


@allowed("F24")
class PlusIsBlank(Behaviour):
    """A plus sign in a URL is a blank, and no format is called `application/fhir json`."""

    def say(self, request: Request, reply: Reply) -> Reply:
        if " " in request.parameter("_format"):
            return Refusal(HTTPStatus.NOT_ACCEPTABLE, "not-supported", "No such format.").reply()
        return super().say(request, reply)


@allowed("F27", alone=True)
class BusyNowAndThen(Behaviour):
    """Every ninth read or search is answered that the server is busy, and answered when it is sent again."""

    def __init__(self) -> None:
        super().__init__()
        self._heard = 0
        self._refused: set[object] = set()

    def hear(self, request: Request) -> Request:
        # What is refused for being busy is not sent again by itself where it writes.
        asked = (request.path, request.query)
        looking = request.method == "GET" and not request.within
        self._heard += looking
        if looking and self._heard % _OFTEN == 0 and asked not in self._refused:
            self._refused.add(asked)
            text = "The server is busy."
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "transient", text, headers={"retry-after": "0"})
        return super().hear(request)
