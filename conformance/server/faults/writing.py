"""Faults of create, update, patch and delete, and of their conditions."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version


@breaks("R4-CRE-01")
class CreateAnswersOk(Behaviour):
    """A create is answered with 200."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        created = views.creates(request) and said.status == HTTPStatus.CREATED
        return replace(said, status=HTTPStatus.OK) if created else said


@breaks("R4-CRE-02", seen="https://github.com/medplum/medplum/issues/3057")
class NoLocation(Behaviour):
    """A create has no Location."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said.without("location") if views.creates(request) and not request.within else said


@breaks("R4-CRE-03", seen="https://github.com/HeliosSoftware/hfs/issues/647")
class ClientIdTaken(Behaviour):
    """A created resource keeps the id that the client sent."""

    def identify(self, sent: str, free: str) -> str:
        return sent or super().identify(sent, free)


@breaks("R4-CRE-04")
class ClientVersionTaken(Behaviour):
    """A created resource keeps the versionId and lastUpdated that the client sent."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return made if before else {**made, **_own_stamp(sent)}


@breaks("R4-CRE-07")
class CreateWithoutVersionHeaders(Behaviour):
    """A create has neither ETag nor Last-Modified."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said.without("etag", "last-modified") if views.creates(request) else said


@breaks("R4-CND-01", seen="https://github.com/FirelyTeam/spark/issues/98")
class DuplicateCreated(Behaviour):
    """A create ignores If-None-Exist."""

    def hear(self, request: Request) -> Request:
        return super().hear(request).without("if-none-exist")


@breaks("R4-UPD-01", seen="https://github.com/hapifhir/hapi-fhir/issues/305")
class AnyIdUpdated(Behaviour):
    """An update whose body has another id, or none, is accepted."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        if not views.writes_to(heard, "PUT"):
            return heard
        return views.with_body(heard, lambda resource: {**resource, "id": heard.path[1]})


@breaks("R4-UPD-01", seen="https://github.com/hapifhir/hapi-fhir/issues/373")
class MissingIdFilledIn(Behaviour):
    """An update whose body has no id is given that of its URL."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        if not views.writes_to(heard, "PUT"):
            return heard
        return views.with_body(heard, lambda resource: {"id": heard.path[1], **resource})


@breaks("R4-UPD-03")
class ClientVersionKept(Behaviour):
    """An updated resource has the versionId and lastUpdated that the client sent."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return {**made, **_own_stamp(sent)} if before else made


@breaks("R4-UPD-04")
class VersionNotCounted(Behaviour):
    """An updated resource shows the versionId and lastUpdated that it had before."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        return {**made, **_own_stamp(before.body["meta"])} if before and before.body else made


@breaks("R4-UPD-05")
class UpdateAnswersAccepted(Behaviour):
    """An update is answered with 202."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        updated = views.writes_to(request, "PUT") and views.succeeded(said)
        return replace(said, status=HTTPStatus.ACCEPTED) if updated else said


@breaks("R4-UPD-06", seen="https://github.com/hapifhir/hapi-fhir/issues/1391")
class RevivedWithoutLocation(Behaviour):
    """An update that creates a resource has no Location."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        return said.without("location") if views.writes_to(request, "PUT") else said


@breaks("R4-UPD-09", seen="https://github.com/medplum/medplum/pull/419")
class UpdateMerges(Behaviour):
    """An update keeps elements that the new content no longer has."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        kept = super().keep(resource, before)
        return {**views.without(before.body, "meta"), **kept} if before and before.body else kept


@breaks("R4-LOCK-01", seen="https://github.com/openemr/openemr/issues/12378")
class StaleUpdateAccepted(Behaviour):
    """An update ignores If-Match."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return heard.without("if-match") if heard.method == "PUT" else heard


@breaks("R4-CND-03")
class ConditionalUpdateCreates(Behaviour):
    """A conditional update always creates a resource."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        conditional = heard.method == "PUT" and len(heard.path) == 1
        return replace(heard, method="POST", query=()) if conditional else heard


@breaks("R4-CND-03", seen="https://github.com/LinuxForHealth/FHIR/issues/117")
class ConditionalUpdateNeedsMatch(Behaviour):
    """A conditional update that finds nothing is refused."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        if heard.method != "PUT" or len(heard.path) != 1:
            return heard
        return replace(heard, headers={**heard.headers, "if-match": "*"})


@breaks("R4-PAT-02")
class PatchForgotten(Behaviour):
    """A patch is acknowledged and not applied."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return replace(heard, body=b"[]") if heard.method == "PATCH" else heard


@breaks("R4-PAT-03", seen="https://github.com/microsoft/fhir-server/issues/2877")
class StalePatchAccepted(Behaviour):
    """A patch ignores If-Match."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return heard.without("if-match") if heard.method == "PATCH" else heard


@breaks("R4-INT-01", seen="https://github.com/aehrc/pathling/issues/2746")
class OptionalElementsLost(Behaviour):
    """The server stores no notes, descriptions and times of issue."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        return views.without(super().keep(resource, before), "note", "description", "issued")


@breaks("R4-INT-01")
class DetailsLost(Behaviour):
    """The server stores no dates of birth, no numbers of models and no modalities."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        return views.without(super().keep(resource, before), "birthDate", "modelNumber", "modality")


@breaks("R4-INT-01", seen="https://github.com/fhirbase/fhirbase-plv8/issues/108")
class DecimalsRounded(Behaviour):
    """The server rounds decimals to one place."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        return _rounded(super().keep(resource, before))


@breaks("R4-META-07")
class TagsLost(Behaviour):
    """The server stores neither tags nor the profiles that a resource claims."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        return views.without(super().stamp(sent, stamped, before), "tag", "profile")


def _own_stamp(meta: Json) -> Json:
    return {name: value for name, value in meta.items() if name in {"versionId", "lastUpdated"}}


def _rounded(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(Decimal(str(value)), 1) if isinstance(value, Decimal) else value
