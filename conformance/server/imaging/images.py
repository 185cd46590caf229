"""The places beside a FHIR base, and what is answered there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from conformance.server.imaging import discovery, sharing
from conformance.server.imaging.addresses import Addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.server.imaging.side import Side
    from conformance.server.messages import Reply, Request
    from conformance.server.site import Site

# The modules that answer; each is loaded when it is first asked, so that the server starts fast.
_PLACES: Mapping[str, str] = {"imaging/fhir": "searching", "wado": "wado", "oauth": "oauth"}
PLACES = tuple(_PLACES)
# The door of what the clinical base itself answers.
_CLINICAL = "clinical"


def answer(site: Site, place: str, request: Request) -> Reply:
    """Return the answer of a place beside a FHIR base."""
    at = Addresses(request.base.removesuffix(f"/{place}"))
    asked_first = sharing.preflight(site.side.behaviour, request, place)
    if asked_first is not None:
        return asked_first
    door, reply = _answering(place)(site.side, request, at)
    return sharing.shared(site.side.behaviour, request, place, site.side.behaviour.say(door, reply))


def _answering(place: str) -> Callable[[Side, Request, Addresses], tuple[str, Reply]]:
    found: Callable[[Side, Request, Addresses], tuple[str, Reply]]
    found = import_module(f"{__package__}.{_PLACES[place]}").answer
    return found


def clinical(site: Site, request: Request, honest: Callable[[Site, Request], Reply]) -> Reply:
    """Return the answer of a FHIR base: its own, and what it says for its images."""
    behaviour = site.side.behaviour
    if discovery.asks(request):
        told = discovery.answer(site.side, Addresses(request.base.removesuffix("/fhir")))
        return sharing.shared(behaviour, request, "discovery", told)
    asked_first = sharing.preflight(behaviour, request, _CLINICAL)
    return asked_first or sharing.shared(behaviour, request, _CLINICAL, honest(site, request))
