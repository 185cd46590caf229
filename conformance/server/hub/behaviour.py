"""What the hub decides, point by point: the honest answers, each a method that a fault overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json


class Casting:
    """An honest hub; no method changes what it is given, it returns what shall be used instead."""

    def configure(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the fhircast-configuration."""
        return told

    def endpoint(self, fresh: str) -> str:
        """Return the secret part of the address of a new WebSocket, which nobody can guess."""
        return fresh

    def confirm(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return what a new subscriber is told first."""
        return told

    def greet(self, opened: Json) -> Json:
        """Return the open event that a new subscriber is told next, or None."""
        return opened

    def shares(self) -> bool:
        """Tell whether content is shared at all, which a hub need not do (2-10-ContentSharing.html)."""
        return True

    def tells_current(self) -> bool:
        """Tell whether the current context is told, which a hub need not do (2-9-GetCurrentContext.html)."""
        return True

    def refuse(self, status: int) -> int:
        """Return the status by which an event is refused."""
        return status

    def takes(self, named: str, current: str) -> bool:
        """Tell whether an update of a version of the context is taken: of the current one alone."""
        return named == current

    def refused(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the content after an update that is refused, whose first entries made `after` of it."""
        _ = after
        return before

    def selected(self, content: Mapping[str, Json], *, known: bool) -> Mapping[str, Json]:
        """Return the content after a selection of something that is in it, or is not."""
        _ = known
        return content

    def show(self, content: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the content that is shown to who asks for the current context."""
        return content

    def number(self, event: Mapping[str, Json], version: str, prior: str) -> Mapping[str, Json]:
        """Return an event with the version of the context that it made, and the one before it."""
        before = {"context.priorVersionId": prior} if prior else {}
        return {**event, "context.versionId": version, **before}

    def hears(self, kind: str, events: frozenset[str]) -> bool:
        """Tell whether who subscribed to some kinds of events is told of one of a kind."""
        return kind in events

    def tell(self, message: Mapping[str, Json]) -> Mapping[str, Json] | None:
        """Return what subscribers are told of an event that was taken, or None."""
        return message
