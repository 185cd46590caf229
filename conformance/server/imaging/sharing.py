"""Cross-origin sharing (WHATWG Fetch, 3.2), for apps that run in a browser (SMART App Launch 2.2)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.messages import Reply

if TYPE_CHECKING:
    from conformance.server.imaging.behaviour import Imaging
    from conformance.server.messages import Request

_ANY = {"access-control-allow-origin": "*"}
# A page may read only what is named: where to go on, when to ask again, why it was refused.
_EXPOSED = "ETag, Location, Content-Location, Last-Modified, Retry-After, WWW-Authenticate"
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def preflight(behaviour: Imaging, request: Request, door: str) -> Reply | None:
    """Return the answer to a browser that asks first whether it may ask, None where it does not."""
    asks = request.method == "OPTIONS" and request.header("access-control-request-method")
    if not asks or not request.header("origin"):
        return None
    allowed = {
        **_ANY,
        "access-control-allow-methods": _METHODS,
        "access-control-allow-headers": request.header("access-control-request-headers") or "authorization",
        "access-control-max-age": "600",
    }
    return Reply(status=HTTPStatus.NO_CONTENT, headers=dict(behaviour.share(allowed, door)))


def shared(behaviour: Imaging, request: Request, door: str, reply: Reply) -> Reply:
    """Return an answer that a page of another origin may read; others are told nothing of it."""
    if not request.header("origin"):
        return reply
    headers = behaviour.share({**_ANY, "access-control-expose-headers": _EXPOSED}, door)
    return reply.with_headers(**headers)
