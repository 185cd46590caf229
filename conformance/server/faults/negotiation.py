"""Faults of URLs, media types and the CapabilityStatement."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.faults.registry import breaks
from conformance.server.media import FHIR_JSON
from conformance.server.messages import Refusal

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request


@breaks("R4-HTTP-01")
class StatementWithoutResources(Behaviour):
    """The CapabilityStatement says nothing of resource types and interactions."""

    def claim(self, statement: Json) -> Json:
        return {**super().claim(statement), "rest": [{"mode": "server"}]}


@breaks("R4-HTTP-02", seen="https://github.com/intervention-engine/fhir/pull/85")
class IdsWithoutCase(Behaviour):
    """The letter case of an id in a URL makes no difference."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return replace(heard, path=(heard.path[0], heard.path[1].lower())) if views.reads(heard) else heard


@breaks("R4-HTTP-03")
class UrlsInLatin(Behaviour):
    """Percent-encoded URLs are decoded as ISO 8859-1."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return replace(
            heard, query=tuple((name, text.encode().decode("latin-1")) for name, text in heard.query)
        )


@breaks("R4-HTTP-05")
class JsonCalledXml(Behaviour):
    """A client that accepts XML or JSON is answered with JSON that is called XML."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        wrong = said.resource is not None and "json" in request.header("accept")
        return said.with_headers(content_type="application/fhir+xml") if wrong else said


@breaks("R4-HTTP-08")
class GenericTypeIgnored(Behaviour):
    """`Accept: application/json` is refused."""

    def say(self, request: Request, reply: Reply) -> Reply:
        if request.header("accept").startswith("application/json"):
            return Refusal(HTTPStatus.NOT_ACCEPTABLE, "not-supported", "Ask for FHIR JSON.").reply()
        return super().say(request, reply)


@breaks("R4-HTTP-09", seen="https://github.com/FirelyTeam/spark/issues/323")
class AcceptIgnored(Behaviour):
    """The server answers with JSON whatever the client accepts, and reads any body."""

    def hear(self, request: Request) -> Request:
        return super().hear(request).without("accept", "content-type")


@breaks("R4-HTTP-10a", seen="https://github.com/microsoft/fhir-server/issues/370")
class FormatRefused(Behaviour):
    """A request with `_format` is refused."""

    def say(self, request: Request, reply: Reply) -> Reply:
        if request.parameter("_format"):
            return Refusal(HTTPStatus.BAD_REQUEST, "not-supported", "There is no _format here.").reply()
        return super().say(request, reply)


@breaks("R4-HTTP-10b", seen="https://github.com/nextgenhealthcare/fhir-example-channels/issues/2")
class FormatInOneSpelling(Behaviour):
    """`_format` is understood as `json` alone; in its long spellings it is ignored."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        understood = tuple(pair for pair in heard.query if pair[0] != "_format" or pair[1] == "json")
        return replace(heard, query=understood)


@breaks("R4-HTTP-14", seen="https://github.com/medplum/medplum/issues/3083")
class StrongEtag(Behaviour):
    """ETags are strong."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return (
            said.with_headers(etag=said.headers["etag"].removeprefix("W/"))
            if "etag" in said.headers
            else said
        )


@breaks("R4-LOCK-03", seen="https://github.com/hapifhir/hapi-fhir/issues/808")
class NoEtag(Behaviour):
    """No single resource is returned with an ETag."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said if request.path == ("metadata",) else said.without("etag")


@breaks("R4-CAP-02a")
class StatementWithoutEtag(Behaviour):
    """The CapabilityStatement has no ETag."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said.without("etag") if request.path == ("metadata",) else said


@breaks("R4-CRE-09")
class UnknownTypeAccepted(Behaviour):
    """A create of an unknown type is answered with 200."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        unknown = views.creates(request) and said.status == HTTPStatus.NOT_FOUND
        return replace(said, status=HTTPStatus.OK) if unknown else said


@breaks("R4-CRE-08")
class AnythingStored(Behaviour):
    """A create whose body cannot be read stores an empty resource."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        if not views.creates(heard) or heard.within or heard.body.lstrip().startswith(b'{"'):
            return heard
        empty = f'{{"resourceType":"{heard.path[0]}","status":"unknown","code":{{"text":"unknown"}}}}'
        return replace(heard, body=empty.encode(), headers={**heard.headers, "content-type": FHIR_JSON})


@breaks("DERM-SRC-01a")
class SourceSearchNotOffered(Behaviour):
    """The server does not offer search by source image."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(
            super().claim(statement), lambda one: _without_parameter(one, "derived-from")
        )


@breaks("DERM-SRC-02a")
class MethodSearchNotOffered(Behaviour):
    """The server does not offer search by method."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), lambda one: _without_parameter(one, "method"))


def _without_parameter(resource: Json, name: str) -> Json:
    if resource["type"] != "Observation":
        return resource
    return {**resource, "searchParam": [one for one in resource["searchParam"] if one["name"] != name]}
