"""What a server does not show to everybody (fairness F19, F20)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.messages import Refusal
from conformance.server.search import Searcher
from conformance.server.search.subset import SUBSETTED
from conformance.server.variations.registry import allowed
from conformance.server.variations.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search import Page
    from conformance.server.search.world import StoredResource

_REDACTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class _LabelledUnfound(Searcher):
    """What carries a label is not found."""

    def candidates(self, type: str) -> Iterable[StoredResource]:  # noqa: A002 - FHIR's own word
        return [one for one in super().candidates(type) if not one.body["meta"].get("security")]


@allowed("F19", also=_LabelledUnfound, incomplete="what carries a label cannot be read back")
class LabelledHidden(Behaviour):
    """What carries a security label is stored, and shown to nobody who asks like this."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        labelled = isinstance(said.resource, dict) and said.resource.get("meta", {}).get("security")
        if not labelled:
            return said
        if request.method == "GET":
            return Refusal(HTTPStatus.FORBIDDEN, "forbidden", "A policy forbids it.").reply()
        return replace(said, resource=None)


@allowed("F19", incomplete="what carries a label comes back cut")
class LabelledRedacted(Showing):
    """What carries a security label is shown without its findings, and says that it is cut."""

    def shown(self, resource: Json) -> Json:
        resource = super().shown(resource)
        labels = resource.get("meta", {}).get("security")
        if not labels or resource["resourceType"] != "Observation":
            return resource
        marked = {**resource["meta"], "security": [*labels, _REDACTED]}
        return {**views.without(resource, "component", "device", "derivedFrom"), "meta": marked}


@allowed("F19")
class CountsCutShort(Searcher):
    """Who asks for the count alone gets a total without links, in a Bundle that says that it is cut."""

    def bundle(self, page: Page) -> dict[str, Json]:
        made = super().bundle(page)
        if not page.query.counts_only:
            return made
        return {**views.without(made, "link"), "meta": {"tag": [SUBSETTED]}}


@allowed("F20")
class UnknownIsForbidden(Behaviour):
    """What is not there is forbidden, so that nobody learns what is."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if said.status not in _MISSING or not views.reads(request):
            return said
        return Refusal(HTTPStatus.FORBIDDEN, "forbidden", "Not for everybody.").reply()


@allowed("F20")
class UnknownIsUnauthorised(Behaviour):
    """Whoever asks for what is not there is asked to log in."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if said.status not in _MISSING or request.path == ("metadata",):
            return said
        return Refusal(HTTPStatus.UNAUTHORIZED, "login", "Log in with other rights.").reply()


@allowed("F20", "F5", incomplete="nothing is claimed, so that a claim cannot be held to")
class MetadataForbidden(Behaviour):
    """Nothing is claimed: the CapabilityStatement is not for everybody."""

    def say(self, request: Request, reply: Reply) -> Reply:
        if request.path == ("metadata",):
            return Refusal(HTTPStatus.FORBIDDEN, "forbidden", "Not for everybody.").reply()
        return super().say(request, reply)
