"""The ASGI application: `/fhir`, `/faults/NAME/fhir`, `/variations/NAME/fhir` and `/auth/NAME/fhir`.

Each has bases of other releases of FHIR beside it, such as `/r5/fhir` and `/faults/NAME/r5/fhir`.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from conformance.definitions.release import RELEASES, release
from conformance.server.answers import http_date
from conformance.server.doors import Doors
from conformance.server.media import FHIR_JSON, answer_type
from conformance.server.messages import Refusal, Reply, Request
from conformance.server.routing import answer
from conformance.server.sites import AUTH, Sites
from conformance.server.wire import dumps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from starlette.requests import Request as HttpRequest

LARGEST_BODY = 8 * 2**20
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def create(
    *,
    seed: bool = False,
    database: str = ":memory:",
    faults: Iterable[str] = (),
    enforce: bool = False,
    doors: Doors | None = None,
) -> Starlette:
    """Return the application; `faults` break `/fhir` itself, `enforce` refuses what is invalid.

    `doors` says who is let in at `/auth/NAME/fhir`.
    """
    sites = Sites(seed=seed, database=database, faults=faults, enforce=enforce)
    routes = [Route(path, partial(_serve, sites, doors or Doors()), methods=_METHODS) for path in _paths()]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        _ = app
        yield
        sites.close()

    app = Starlette(routes=routes, exception_handlers={404: _no_base, Exception: _broken}, lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


def _paths() -> Iterator[str]:
    """Yield the routes to a FHIR base: alone, of a release, of a fault or variation, and of both."""
    for spoken in ("", *(f"/{name.lower()}" for name in RELEASES)):
        for mount in ("", "/{kind}/{name}"):
            yield from (f"{mount}{spoken}/fhir", f"{mount}{spoken}/fhir/{{rest:path}}")


async def _serve(sites: Sites, doors: Doors, http: HttpRequest) -> Response:
    mount = _mount(http)
    base = _base(http, mount)
    try:
        request = Request(
            method=http.method,
            path=_path(http),
            query=tuple(parse_qsl(http.url.query, keep_blank_values=True)),
            headers=dict(http.headers),
            body=await _body(http),
            base=base,
            asked=http.url.query,
        )
    except Refusal as refused:
        return _response(refused.reply(), http)
    if http.path_params.get("kind") == AUTH:
        at_door = doors.answer(http.path_params["name"], request)
        if at_door is not None:
            return _response(at_door, http)
    site = sites.at(mount, base)
    if site is None:
        return _response(_refused(HTTPStatus.NOT_FOUND, "not-found", f"There is nothing at /{mount}."), http)
    with release(site.release):
        reply = answer(site, request)
    return _response(reply.with_headers(date=http_date(site.store.now())), http, request)


def _mount(http: HttpRequest) -> str:
    return http.url.path.partition("/fhir")[0].strip("/")


def _path(http: HttpRequest) -> tuple[str, ...]:
    raw = http.scope.get("raw_path") or http.url.path.encode()
    below = raw.decode("ascii", "replace").partition("?")[0].partition("/fhir")[2]
    return tuple(unquote(part) for part in below.split("/") if part)


def _base(http: HttpRequest, mount: str) -> str:
    host = http.headers.get("host") or http.url.netloc
    return "/".join(part for part in (f"{http.url.scheme}://{host}", mount, "fhir") if part)


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
