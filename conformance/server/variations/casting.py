"""What FHIRcast leaves to a hub: whether it shares content and tells what is current, and how it refuses."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from http import HTTPStatus

from conformance.server.hub.behaviour import Casting
from conformance.server.variations.registry import allowed


@allowed("F5")
class NoContentShared(Casting):
    """The hub passes on what is opened and closed, and shares no content."""

    def shares(self) -> bool:
        return False


@allowed("F5")
class NoCurrentContext(Casting):
    """The hub does not tell the current context to who asks for it."""

    def tells_current(self) -> bool:
        return False


@allowed("F24")
class RefusedOtherwise(Casting):
    """The hub refuses what it does not take with another status."""

    def refuse(self, status: int) -> int:
        return HTTPStatus.UNPROCESSABLE_ENTITY if status < HTTPStatus.INTERNAL_SERVER_ERROR else status
