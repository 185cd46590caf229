"""The ASGI application: `/fhir`, `/faults/NAME/fhir`, `/variations/NAME/fhir` and `/auth/NAME/fhir`.

Beside each but the last are `/imaging/fhir`, `/wado`, `/oauth` and `/hub`.
Each has bases of other releases of FHIR beside it, such as `/r5/fhir` and `/faults/NAME/r5/fhir`.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from conformance.definitions.release import RELEASES, release
from conformance.server.answers import http_date
from conformance.server.doors import Doors
from conformance.server.hub import sockets
from conformance.server.hub.hub import Hub
from conformance.server.imaging import images
from conformance.server.imaging.generations import NEWEST
from conformance.server.media import FHIR_JSON, answer_type
from conformance.server.messages import Refusal, Reply, Request
from conformance.server.routing import answer
from conformance.server.sites import AUTH, Sites
from conformance.server.wire import dumps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from starlette.requests import HTTPConnection
    from starlette.requests import Request as HttpRequest
    from starlette.websockets import WebSocket

    from conformance.server.site import Site

LARGEST_BODY = 8 * 2**20
_FHIR, _HUB = "fhir", "hub"
_MOUNTS = ("", "/{kind}/{name}")
_BASES = (_FHIR, *(f"{name.lower()}/{_FHIR}" for name in RELEASES))
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def create(
    *,
    seed: bool = False,
    database: str = ":memory:",
    faults: Iterable[str] = (),
    enforce: bool = False,
    doors: Doors | None = None,
    imaging: str = NEWEST,
    wado: str = "",
) -> Starlette:
    """Return the application; `faults` break `/fhir` itself, `enforce` refuses what is invalid.

    `doors` says who is let in at `/auth/NAME/fhir`, `imaging` by which generation of SMART Imaging Access
    images are given, and `wado` the base of WADO-RS that studies lead to, where it is not the server's own.
    """
    doors = doors or Doors()
    sites = Sites(
        seed=seed,
        database=database,
        faults=faults,
        enforce=enforce,
        imaging=imaging,
        granting=doors.granting,
        archive=wado.rstrip("/"),
    )
    routes = [
        *(
            route
            for place, answered in _BESIDE.items()
            for route in _routes(place, partial(_serve_beside, sites, place, answered))
        ),
        *(route for place in _BASES for route in _routes(place, partial(_serve, sites, doors, place))),
        *_socket_routes(f"{_HUB}/ws/{{secret}}", partial(_serve_socket, sites)),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        _ = app
        yield
        sites.close()

    app = Starlette(routes=routes, exception_handlers={404: _no_base, Exception: _broken}, lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


def _routes(place: str, serve: Callable[[HttpRequest], Awaitable[Response]]) -> list[Route]:
    paths = (f"{mount}/{place}{below}" for mount in _MOUNTS for below in ("", "/{rest:path}"))
    return [Route(path, serve, methods=_METHODS) for path in paths]


def _socket_routes(path: str, serve: Callable[[WebSocket], Awaitable[None]]) -> list[WebSocketRoute]:
    return [WebSocketRoute(f"{mount}/{path}", serve) for mount in _MOUNTS]


async def _serve_beside(
    sites: Sites, place: str, answered: Callable[[Site, Request], Reply], http: HttpRequest
) -> Response:
    mount = _mount(http)
    try:
        request = await _request(http, mount, place)
    except Refusal as refused:
        return _response(refused.reply(), http)
    site = None if http.path_params.get("kind") == AUTH else sites.at(mount, _base(http, mount, _FHIR))
    if site is None:
        return _response(_refused(HTTPStatus.NOT_FOUND, "not-found", f"There is nothing at /{mount}."), http)
    # Tokens and capabilities expire by the clock on the wall, whatever the store counts.
    now = http_date(datetime.now(UTC))
    return _response(answered(site, request).with_headers(date=now), http)


def _of_images(place: str) -> Callable[[Site, Request], Reply]:
    return lambda site, request: images.answer(site, place, request)


def _of_hub(site: Site, request: Request) -> Reply:
    return site.hub.answer(request)


_BESIDE: Mapping[str, Callable[[Site, Request], Reply]] = {
    **{place: _of_images(place) for place in images.PLACES},
    _HUB: _of_hub,
}


async def _serve_socket(sites: Sites, socket: WebSocket) -> None:
    # Who has not subscribed anywhere finds an empty hub, in which nobody listens.
    site = sites.made(_mount(socket))
    await sockets.serve(site.hub if site else Hub(), socket.path_params["secret"], socket)


async def _serve(sites: Sites, doors: Doors, place: str, http: HttpRequest) -> Response:
    mount, kind = _mount(http), http.path_params.get("kind")
    base = _base(http, mount, place)
    try:
        request = await _request(http, mount, place)
    except Refusal as refused:
        return _response(refused.reply(), http)
    if kind == AUTH:
        at_door = doors.answer(http.path_params["name"], request)
        if at_door is not None:
            return _response(at_door, http)
    below = f"{mount}/{place.removesuffix(_FHIR)}".strip("/")
    site = sites.at(below, base)
    if site is None:
        return _response(_refused(HTTPStatus.NOT_FOUND, "not-found", f"There is nothing at /{mount}."), http)
    with release(site.release):
        reply = answer(site, request) if kind == AUTH else images.clinical(site, request, answer)
    # RFC 9110, section 6.6.1: of the message, whatever the store counts. A client sets its clock by it.
    return _response(reply.with_headers(date=http_date(datetime.now(UTC))), http, request)


def _mount(http: HTTPConnection) -> str:
    return "/".join(http.path_params[name] for name in ("kind", "name") if name in http.path_params)


async def _request(http: HttpRequest, mount: str, place: str) -> Request:
    """Return a request for what is below a place of a mount; raises Refusal where it is too long."""
    return Request(
        method=http.method,
        path=_path(http, mount, place),
        query=tuple(parse_qsl(http.url.query, keep_blank_values=True)),
        headers=dict(http.headers),
        body=await _body(http),
        base=_base(http, mount, place),
        asked=http.url.query,
    )


def _path(http: HttpRequest, mount: str, place: str) -> tuple[str, ...]:
    raw = http.scope.get("raw_path") or http.url.path.encode()
    parts = raw.decode("ascii", "replace").partition("?")[0].split("/")
    above = len(f"{mount}/{place}".strip("/").split("/")) + 1
    return tuple(unquote(part) for part in parts[above:] if part)


def _base(http: HttpRequest, mount: str, place: str) -> str:
    host = http.headers.get("host") or http.url.netloc
    return "/".join(part for part in (f"{http.url.scheme}://{host}", mount, place) if part)


async def _body(http: HttpRequest) -> bytes:
    parts, size = [], 0
    try:
        async for part in http.stream():
            size += len(part)
            if size > LARGEST_BODY:
                text = f"A body may have at most {LARGEST_BODY} bytes."
                raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-long", text)
            parts.append(part)
    except ClientDisconnect:
        return b""
    return b"".join(parts)


def _response(reply: Reply, http: HttpRequest, request: Request | None = None) -> Response:
    headers = {"content-type": FHIR_JSON, **reply.headers}
    if request is not None and "content-type" not in reply.headers:
        headers["content-type"] = _type(request)
    if reply.content is not None and reply.status not in _BODILESS:
        return Response(content=reply.content, status_code=reply.status, headers=headers)
    if reply.resource is None or reply.status in _BODILESS:
        headers.pop("content-type")
        return Response(status_code=reply.status, headers=headers)
    pretty = http.query_params.get("_pretty") == "true"
    text = reply.resource if isinstance(reply.resource, str) else dumps(reply.resource, pretty=pretty)
    return Response(content=text.encode(reply.encoding, "replace"), status_code=reply.status, headers=headers)


def _type(request: Request) -> str:
    try:
        return answer_type(request)
    except Refusal:
        return FHIR_JSON


def _refused(status: int, code: str, text: str) -> Reply:
    return Refusal(status, code, text).reply()


async def _no_base(http: HttpRequest, error: Exception) -> Response:
    _ = error
    return _response(
        _refused(HTTPStatus.NOT_FOUND, "not-found", f"There is no FHIR base at {http.url.path}."), http
    )


async def _broken(http: HttpRequest, error: Exception) -> Response:
    text = f"The server has a fault of its own: {type(error).__name__}."
    return _response(_refused(HTTPStatus.INTERNAL_SERVER_ERROR, "exception", text), http)
