"""Faults of the protocol: what the server says of itself, headers, and errors."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.faults.registry import breaks
from conformance.server.messages import Refusal, Reply, Request
from conformance.server.statement import HOSTED_PROFILES

if TYPE_CHECKING:
    from conformance.model import Json


@breaks("R4-CAP-01", seen="https://github.com/CDCgov/data-exchange-fhir/issues/200")
class NoMetadata(Behaviour):
    """The server has no CapabilityStatement."""

    def say(self, request: Request, reply: Reply) -> Reply:
        if request.path == ("metadata",):
            return Refusal(HTTPStatus.NOT_FOUND, "not-found", "There is no metadata.").reply()
        return super().say(request, reply)


@breaks("R4-CAP-03", seen="https://github.com/hapifhir/hapi-fhir/issues/519")
class ParametersClaimedWrongly(Behaviour):
    """The CapabilityStatement gives every search parameter the type string."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), _with_strings)


@breaks("R4-CAP-06")
class PatchClaimedOnly(Behaviour):
    """The server declares patch and answers it with 405."""

    def say(self, request: Request, reply: Reply) -> Reply:
        if request.method == "PATCH":
            return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", "There is no patch.").reply()
        return super().say(request, reply)


@breaks("R4-CAP-07", seen="https://github.com/FirelyTeam/spark/issues/104")
class ProfileClaimedOnly(Behaviour):
    """The server declares that it hosts the guide's profiles, but a search by `_profile` finds nothing."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), _with_profiles)

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        searched = request.parameter("_profile") and views.kind(said.resource) == "Bundle"
        return (
            replace(said, resource={**views.without(said.resource, "entry"), "total": 0})
            if searched
            else said
        )


@breaks("R4-HTTP-06", seen="https://github.com/bzkf/obds-to-fhir/issues/720")
class PlainJsonType(Behaviour):
    """Resources are sent as text/plain."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said if said.resource is None else said.with_headers(content_type="text/plain")


@breaks("R4-HTTP-07")
class CalledLatin(Behaviour):
    """Resources are said to be encoded in ISO 8859-1."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        latin = "application/fhir+json; charset=iso-8859-1"
        return said if said.resource is None else said.with_headers(content_type=latin)


@breaks("R4-HTTP-07", seen="https://github.com/awslabs/fhir-works-on-aws-deployment/issues/324")
class LatinBytes(Behaviour):
    """A resource that is read comes in the bytes of ISO 8859-1, and is called FHIR's JSON as ever."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return replace(said, encoding="latin-1") if views.reads(request) else said


@breaks("R4-HTTP-15")
class ForeignEtag(Behaviour):
    """The ETag of a read is not the version id."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said.with_headers(etag='W/"abc"') if views.reads(request) and "etag" in said.headers else said


@breaks("R4-HTTP-19", seen="https://github.com/FirelyTeam/spark/issues/304")
class PreferenceIgnored(Behaviour):
    """The server ignores `Prefer: return=minimal`."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return heard if request.within else heard.without("prefer")


@breaks("R4-HTTP-19", seen="https://github.com/microsoft/fhir-server/issues/2431")
class RepresentationNeverReturned(Behaviour):
    """A create that prefers `return=representation` is answered without a body."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        wanted = views.creates(request) and request.prefers("return") == "representation"
        return replace(said, resource=None) if wanted and views.succeeded(said) else said


@breaks("R4-HTTP-20", seen="https://github.com/hapifhir/hapi-fhir/pull/996")
class UnaskedOutcome(Behaviour):
    """A create answers with an OperationOutcome that nobody asked for."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        wanted = heard.prefers("return") or not views.creates(heard) or heard.within
        return (
            heard
            if wanted
            else replace(heard, headers={**heard.headers, "prefer": "return=OperationOutcome"})
        )


@breaks("R4-HTTP-21", seen="https://github.com/smart-on-fhir/api-server/issues/43")
class BareErrors(Behaviour):
    """Errors are plain text without an OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.within or not views.failed(said):
            return said
        return replace(said, resource="Something went wrong.").with_headers(content_type="text/plain")


@breaks("R4-OO-01", seen="https://github.com/nhsconnect/gpconnect-demonstrator/issues/5")
class IssueWithoutCode(Behaviour):
    """The issues of an OperationOutcome have no code."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if views.kind(said.resource) != "OperationOutcome":
            return said
        return views.showing(said, issue=[views.without(issue, "code") for issue in said.resource["issue"]])


@breaks("R4-OO-04")
class ErrorsCalledInformation(Behaviour):
    """The OperationOutcome of a refused request holds information only."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not views.failed(said) or views.kind(said.resource) != "OperationOutcome":
            return said
        issues = [{**issue, "severity": "information"} for issue in said.resource["issue"]]
        return views.showing(said, issue=issues)


def _with_strings(resource: Json) -> Json:
    return {**resource, "searchParam": [{**one, "type": "string"} for one in resource["searchParam"]]}


def _with_profiles(resource: Json) -> Json:
    hosted = HOSTED_PROFILES.get(resource["type"])
    return {**resource, "supportedProfile": list(hosted)} if hosted else resource
