"""What a write answers and what it adds (fairness F15, F16, F24, F26)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.variations.registry import allowed
from conformance.server.variations.showing import Showing

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version


@allowed("F15")
class WritesWithoutBody(Behaviour):
    """Create and update are answered without a body."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        silent = request.method in {"POST", "PUT", "PATCH"} and "etag" in said.headers
        return replace(said, resource=None) if silent and not request.prefers("return") else said


@allowed("F15")
class RelativeLocation(Behaviour):
    """Location is relative to the base."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if "location" not in said.headers or request.within:
            return said
        return said.with_headers(location=said.headers["location"].partition("/fhir/")[2])


@allowed("F15")
class LocationOfTheProxy(Behaviour):
    """Behind a proxy, every Location names the host by which the server knows itself."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if "location" not in said.headers:
            return said
        place = said.headers["location"].partition("/fhir/")[2]
        return said.with_headers(location=f"http://fhir.internal.example:8080/fhir/{place}")


@allowed("F15", "F7")
class PreferIgnored(Behaviour):
    """Nothing that a client prefers is heeded, and every write answers with the resource."""

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        return heard if heard.within else heard.without("prefer")


@allowed("F16")
class ServerAddsItsOwn(Behaviour):
    """The server adds a narrative, a tag and a source."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        div = '<div xmlns="http://www.w3.org/1999/xhtml">A resource.</div>'
        return {"text": {"status": "generated", "div": div}, **super().keep(resource, before)}

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        own = {"system": "https://example.org/tags", "code": "received"}
        tags = [tag for tag in made.get("tag", []) if tag != own]
        return {"source": "https://example.org/app", **made, "tag": [*tags, own]}


@allowed("F16")
class ExtensionsAdded(Behaviour):
    """Each resource is given an extension, and each coding a text to display."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        kept = _displayed(super().keep(resource, before))
        own = {"url": "https://example.org/received", "valueBoolean": True}
        return {**kept, "extension": [*(e for e in kept.get("extension", ()) if e != own), own]}


@allowed("F16")
class ListsReordered(Showing):
    """Categories and components come back in another order, with one more category."""

    def shown(self, resource: Json) -> Json:
        resource = super().shown(resource)
        lists = {name: resource[name][::-1] for name in ("category", "component") if name in resource}
        own = {"coding": [{"system": "https://example.org/wards", "code": "derm"}]}
        more = {"category": [own, *lists["category"]]} if "category" in lists else {}
        return {**resource, **lists, **more}


@allowed("F16")
class MembersOfItsOwn(Showing):
    """Each resource carries members in its meta that FHIR does not know."""

    def hear(self, request: Request) -> Request:
        return views.with_body(super().hear(request), _foreign_members_dropped)

    def shown(self, resource: Json) -> Json:
        resource = super().shown(resource)
        return {**resource, "meta": {**resource.get("meta", {}), "project": "p1"}}


@allowed("F26")
class ProfileClaimsDropped(Behaviour):
    """What a resource claims to conform to is not kept, and nothing is searched by it."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        return views.without(super().stamp(sent, stamped, before), "profile")

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), _unprofiled)


@allowed("F26")
class NothingInstantiated(Behaviour):
    """The CapabilityStatement does not say which one it instantiates."""

    def claim(self, statement: Json) -> Json:
        return views.without(super().claim(statement), "instantiates")


@allowed("F26")
class ProfileClaimsVersioned(Showing):
    """A profile claim is shown with the version of the guide."""

    def shown(self, resource: Json) -> Json:
        resource = super().shown(resource)
        meta = resource.get("meta", {})
        profiles = [f"{one.partition('|')[0]}|0.1.0" for one in meta.get("profile", ())]
        return {**resource, "meta": {**meta, "profile": profiles}} if profiles else resource


def _foreign_members_dropped(resource: Json) -> Json:
    return (
        {**resource, "meta": views.without(resource["meta"], "project")} if "meta" in resource else resource
    )


def _unprofiled(resource: Json) -> Json:
    kept = [one for one in resource.get("searchParam", ()) if one["name"] != "_profile"]
    return {**views.without(resource, "supportedProfile"), "searchParam": kept}


def _displayed(value: Json) -> Json:
    if isinstance(value, list):
        return [_displayed(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _displayed(item) for name, item in value.items()}
    coding = {"system", "code"} <= made.keys() and "value" not in made
    return {**made, "display": made.get("display", "As the server calls it")} if coding else made
