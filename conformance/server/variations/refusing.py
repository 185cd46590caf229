"""What a server takes in: more than it need, or less than it is offered (fairness F2, F3, F4, F25)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.messages import Refusal, Reply, information
from conformance.server.primitives import complaint
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Request
    from conformance.server.store import Version

_NOTHING_STORED = "no annotation can be stored here"


@allowed("F2")
class EverythingIsValid(Behaviour):
    """The operation $validate finds nothing wrong, and a date that cannot be read is left out."""

    def hear(self, request: Request) -> Request:
        return views.with_body(super().hear(request), _readable)

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if request.path[-1:] != ("$validate",):
            return said
        return Reply(status=HTTPStatus.OK, resource=information("All is well."))


@allowed("F3", incomplete=_NOTHING_STORED)
class EncounterDemanded(Behaviour):
    """A business rule refuses every Observation that is of no encounter."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        if resource["resourceType"] == "Observation" and "encounter" not in resource:
            text = "An encounter is required."
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "business-rule", text)
        return super().keep(resource, before)


@allowed("F3", incomplete="nothing can be updated, alone or in a Bundle")
class UpdatesRefused(Behaviour):
    """A business rule refuses every update: what is stored is final."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        if before is not None and not before.deleted:
            raise Refusal(HTTPStatus.CONFLICT, "business-rule", "What is stored is final.")
        return super().keep(resource, before)


@allowed("F3", "F25", incomplete=_NOTHING_STORED)
class UnknownCodesRefused(Behaviour):
    """A required terminology refuses an Observation with codes of a system that the server does not know."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        if resource["resourceType"] == "Observation" and "annotatemd.com" in _systems(resource):
            text = "A code is of a system that is not known here."
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "code-invalid", text)
        return super().keep(resource, before)


@allowed("F3", "F5", incomplete="the transactions of the suite name a type that the server lacks")
class TransactionNotFound(Behaviour):
    """A transaction whose entries name a type that the server lacks is answered with 404."""

    def say(self, request: Request, reply: Reply) -> Reply:
        if request.method == "POST" and not request.path and b'"Device"' in request.body:
            return Refusal(HTTPStatus.NOT_FOUND, "not-supported", "There is no Device here.").reply()
        return super().say(request, reply)


@allowed("F4", incomplete="what is created by an update, or searched by its profile, claims one")
class ProfileClaimsRefused(Behaviour):
    """What claims a profile is refused, since none is known; the same without the claim is stored."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        if resource.get("meta", {}).get("profile"):
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "not-supported", "The profile is not known here.")
        return super().keep(resource, before)

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), lambda one: views.without(one, "supportedProfile"))


@allowed("F4", incomplete="a Patient by POST, and what comes back of it, is not seen")
class ClientIdsDemanded(Behaviour):
    """A patient is stored under an id that the client chooses, never by POST."""

    def hear(self, request: Request) -> Request:
        if views.creates(request) and request.path == ("Patient",) and not request.within:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "business-rule", "PUT it under its number.")
        return super().hear(request)


def _readable(resource: Json) -> Json:
    date = resource.get("effectiveDateTime")
    return views.without(resource, "effectiveDateTime") if date and complaint("dateTime", date) else resource


def _systems(value: Json) -> str:
    """Return the systems of all codes in a resource, in one text."""
    if isinstance(value, list):
        return " ".join(map(_systems, value))
    if not isinstance(value, dict):
        return ""
    own = str(value.get("system", ""))
    return " ".join(
        [own, *(_systems(item) for name, item in value.items() if name not in {"meta", "system"})]
    )
