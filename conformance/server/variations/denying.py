"""How a server of images denies what may not be seen (fairness F20, F24): by any status, without the data."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.imaging.behaviour import Imaging
from conformance.server.messages import Reply
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from conformance.model import Json

_EMPTY: Json = {"resourceType": "Bundle", "type": "searchset", "total": 0}


def _denied(reply: Reply) -> bool:
    """Tell whether an answer says that the token is not enough, and not that the patient is another."""
    return reply.status == HTTPStatus.UNAUTHORIZED or "www-authenticate" in reply.headers


@allowed("F20", "F24")
class NothingFoundWithoutRight(Imaging):
    """Whoever has no right to search finds nothing."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        return Reply(status=HTTPStatus.OK, resource=_EMPTY) if door == "search" and _denied(said) else said


@allowed("F20", "F24")
class SentToLogIn(Imaging):
    """Whoever has no right is sent to a page to log in."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if not _denied(said):
            return said
        return Reply(status=HTTPStatus.FOUND, headers={"location": "https://login.example.org/"})


@allowed("F20", "F24")
class AskedToLogIn(Imaging):
    """Whoever has no right gets a page to log in, with 200."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if not _denied(said):
            return said
        page = b"<!doctype html><html><title>Log in</title></html>"
        return Reply(status=HTTPStatus.OK, headers={"content-type": "text/html"}, content=page)


@allowed("F24")
class DeniedAsGone(Imaging):
    """Whoever has no right is told that there is nothing any more."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        return replace(said, status=HTTPStatus.GONE, headers={}) if _denied(said) else said
