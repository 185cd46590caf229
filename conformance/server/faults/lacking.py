"""Faults of a server that says that it lacks something, and does not behave like one."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks
from conformance.server.messages import Refusal, Reply

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Request


@breaks("R4-HTTP-16")
class VersionIdWithoutVersions(Behaviour):
    """The server says that it has no versions, and shows a version id."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), lambda one: {**one, "versioning": "no-version"})


@breaks("R4-CND-02")
class ConditionOfCreateIgnored(Behaviour):
    """Conditional create is not offered, and its condition is ignored."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), lambda one: {**one, "conditionalCreate": False})

    def hear(self, request: Request) -> Request:
        return super().hear(request).without("if-none-exist")


@breaks("R4-UPD-07b")
class UpdateCreatesAllTheSame(Behaviour):
    """Update-as-create is not offered, and an update of what is not there creates it."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), lambda one: {**one, "updateCreate": False})


@breaks("R4-HIS-05")
class HistoryEmpty(Behaviour):
    """History is not offered, and every history is empty."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), _without_history)

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not views.looks_at_history(request):
            return said
        return Reply(status=HTTPStatus.OK, resource={"resourceType": "Bundle", "type": "history", "total": 0})


@breaks("R4-BAT-05")
class BundlesSwallowed(Behaviour):
    """Neither batch nor transaction is offered, and a Bundle is acknowledged and forgotten."""

    def claim(self, statement: Json) -> Json:
        made = super().claim(statement)
        kept = [i for i in made["rest"][0]["interaction"] if i["code"] not in {"batch", "transaction"}]
        return {**made, "rest": [{**made["rest"][0], "interaction": kept}]}

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.method != "POST" or request.path:
            return said
        return Reply(status=HTTPStatus.OK, resource={"resourceType": "Bundle", "type": "collection"})


@breaks("R4-SRCH-15")
class EncodedColonUnknown(Behaviour):
    """A date whose colons are percent-encoded is taken for no date."""

    def hear(self, request: Request) -> Request:
        if "%3A" in request.asked.upper() and request.parameter("date"):
            text = "The date cannot be read as it is encoded."
            raise Refusal(HTTPStatus.BAD_REQUEST, "value", text, "http.date")
        return super().hear(request)


@breaks("DERM-PKG-02")
class CanonicalsByAnotherScheme(derm.AlteringAnnotations):
    """The profile that an annotation claims is written with http instead of https."""

    def alter(self, resource: Json) -> Json:
        profiles = [one.replace("https://", "http://") for one in resource.get("meta", {}).get("profile", ())]
        return {**resource, "meta": {**resource["meta"], "profile": profiles}} if profiles else resource


@breaks("DERM-PKG-03")
class NothingInstantiated(Behaviour):
    """The CapabilityStatement does not say which one it instantiates."""

    def claim(self, statement: Json) -> Json:
        return views.without(super().claim(statement), "instantiates")


def _without_history(resource: Json) -> Json:
    lacking = {"vread", "history-instance", "history-type"}
    kept = [one for one in resource["interaction"] if one["code"] not in lacking]
    return {**resource, "interaction": kept, "readHistory": False}
