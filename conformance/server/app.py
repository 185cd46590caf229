"""The ASGI application: `/fhir`, `/faults/NAME/fhir`, `/variations/NAME/fhir` and `/auth/NAME/fhir`.

Beside each but the last are `/imaging/fhir`, `/wado` and `/oauth`.
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
from starlette.routing import Route

from conformance.server.answers import http_date
from conformance.server.doors import Doors
from conformance.server.imaging import images
from conformance.server.imaging.generations import NEWEST
from conformance.server.media import FHIR_JSON, answer_type
from conformance.server.messages import Refusal, Reply, Request
from conformance.server.routing import answer
from conformance.server.sites import AUTH, Sites
from conformance.server.wire import dumps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    from starlette.requests import Request as HttpRequest

LARGEST_BODY = 8 * 2**20
_FHIR = "fhir"
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
) -> Starlette:
    """Return the application; `faults` break `/fhir` itself, `enforce` refuses what is invalid.

    `doors` says who is let in at `/auth/NAME/fhir`, `imaging` by which generation of SMART Imaging Access
    images are given.
    """
    doors = doors or Doors()
    sites = Sites(
        seed=seed,
        database=database,
        faults=faults,
        enforce=enforce,
        imaging=imaging,
        granting=doors.granting,
    )
    routes = [
        *(route for place in images.PLACES for route in _routes(place, partial(_serve_images, sites, place))),
        *_routes(_FHIR, partial(_serve, sites, doors)),
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
    paths = (f"{mount}/{place}{below}" for mount in ("", "/{kind}/{name}") for below in ("", "/{rest:path}"))
    return [Route(path, serve, methods=_METHODS) for path in paths]


async def _serve_images(sites: Sites, place: str, http: HttpRequest) -> Response:
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
    return _response(images.answer(site, place, request).with_headers(date=now), http)


async def _serve(sites: Sites, doors: Doors, http: HttpRequest) -> Response:
    mount, kind = _mount(http), http.path_params.get("kind")
    base = _base(http, mount, _FHIR)
    try:
        request = await _request(http, mount, _FHIR)
    except Refusal as refused:
        return _response(refused.reply(), http)
    if kind == AUTH:
        at_door = doors.answer(http.path_params["name"], request)
        if at_door is not None:
            return _response(at_door, http)
    site = sites.at(mount, base)
    if site is None:
        return _response(_refused(HTTPStatus.NOT_FOUND, "not-found", f"There is nothing at /{mount}."), http)
    reply = answer(site, request) if kind == AUTH else images.clinical(site, request, answer)
    return _response(reply.with_headers(date=http_date(site.store.now())), http, request)


def _mount(http: HttpRequest) -> str:
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
