"""Faults of a hub of FHIRcast: who is told, of what, and what an update comes to."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults.registry import breaks
from conformance.server.hub.behaviour import Casting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json


@breaks("FCAST-04")
class StaleUpdateTaken(Casting):
    """The hub takes an update of whatever version, and the later of two is lost."""

    def takes(self, named: str, current: str) -> bool:
        _ = named, current
        return True


@breaks("FCAST-05")
class HalfAnUpdate(Casting):
    """The hub refuses an update for its last entry, and keeps what the entries before it did."""

    def refused(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> Mapping[str, Json]:
        _ = before
        return after


@breaks("FCAST-09")
class ContentUntold(Casting):
    """The hub shows who asks for the current context none of its content."""

    def show(self, content: Mapping[str, Json]) -> Mapping[str, Json]:
        _ = content
        return {}


@breaks("FCAST-10")
class SelectionForgets(Casting):
    """The hub forgets all content when something is selected that is not in it."""

    def selected(self, content: Mapping[str, Json], *, known: bool) -> Mapping[str, Json]:
        return content if known else {}


@breaks("FCAST-11")
class EventKept(Casting):
    """The hub accepts events and tells nobody."""

    def tell(self, message: Mapping[str, Json]) -> Mapping[str, Json] | None:
        _ = message
        return None


@breaks("FCAST-11")
class EventRenamed(Casting):
    """The hub passes events on under ids of its own, so that nobody knows what became of a request."""

    def tell(self, message: Mapping[str, Json]) -> Mapping[str, Json] | None:
        return {**message, "id": f"hub-{message['id']}"}


@breaks("FCAST-12")
class ConfigurationSilent(Casting):
    """The configuration of the hub names no events."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return {key: value for key, value in told.items() if key != "eventsSupported"}


@breaks("FCAST-13")
class ConfirmationBare(Casting):
    """The hub confirms a subscription without saying for how long."""

    def confirm(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        return {key: value for key, value in told.items() if key != "hub.lease_seconds"}


@breaks("FCAST-14")
class PriorVersionUntold(Casting):
    """The hub does not say of which version an update is the next."""

    def number(self, event: Mapping[str, Json], version: str, prior: str) -> Mapping[str, Json]:
        return super().number(event, version, "" if prior else prior)


@breaks("FCAST-15")
class NewcomerUntold(Casting):
    """The hub does not tell a new subscriber what is open."""

    def greet(self, opened: Json) -> Json:
        _ = opened
        return None


@breaks("FCAST-16")
class OneAddressForAll(Casting):
    """The hub gives every subscriber the same WebSocket address."""

    def endpoint(self, fresh: str) -> str:
        _ = fresh
        return "0123456789abcdef0123456789abcdef"


@breaks("FCAST-17")
class EveryEventForAll(Casting):
    """The hub tells every subscriber of every event."""

    def hears(self, kind: str, events: frozenset[str]) -> bool:
        _ = kind, events
        return True
