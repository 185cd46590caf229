"""The ASGI application: `/fhir`, and every fault at `/faults/NAME/fhir`."""

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

from conformance.server import sample
from conformance.server.answers import http_date
from conformance.server.faults import FAULTS, faulty
from conformance.server.media import FHIR_JSON, answer_type
from conformance.server.messages import Refusal, Reply, Request
from conformance.server.routing import answer
from conformance.server.site import Site
from conformance.server.store import Store
from conformance.server.wire import dumps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from starlette.requests import Request as HttpRequest

LARGEST_BODY = 8 * 2**20
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Sites:
    """The base URLs of one server, each made when it is first asked."""

    def __init__(self, *, seed: bool, database: str, faults: Iterable[str]) -> None:
        self._seed = seed
        self._database = database
        self._faults = tuple(faults)
        self._made: dict[str, Site] = {}

    def at(self, fault: str, base: str) -> Site:
        """Return the site of a fault (none: the main one) as it is addressed now."""
        site = self._made.get(fault)
        if site is None:
            site = self._made[fault] = self._make(fault, base)
        site.move(base)
        return site

    def close(self) -> None:
        """Close what the sites hold open."""
        for site in self._made.values():
            site.store.close()

    def _make(self, fault: str, base: str) -> Site:
        behaviour, searcher = faulty((fault,) if fault else self._faults)
        # A fault has its own data, so that what it spoils stays its own.
        store = Store(":memory:" if fault else self._database, deterministic=self._seed)
        site = Site(base=base, store=store, behaviour=behaviour, searcher=searcher, seeded=self._seed)
        if self._seed:
            sample.fill(store)
        return site


def create(*, seed: bool = False, database: str = ":memory:", faults: Iterable[str] = ()) -> Starlette:
    """Return the application; `faults` are switched on at `/fhir` itself."""
    sites = Sites(seed=seed, database=database, faults=faults)
    routes = [
        Route(path, partial(_serve, sites), methods=_METHODS)
        for path in ("/fhir", "/fhir/{rest:path}", "/faults/{fault}/fhir", "/faults/{fault}/fhir/{rest:path}")
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        _ = app
        yield
        sites.close()

    app = Starlette(routes=routes, exception_handlers={404: _no_base, Exception: _broken}, lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


async def _serve(sites: Sites, http: HttpRequest) -> Response:
    fault = http.path_params.get("fault", "")
    if fault and fault not in FAULTS:
        return _response(_refused(HTTPStatus.NOT_FOUND, "not-found", f"There is no fault '{fault}'."), http)
    try:
        request = Request(
            method=http.method,
            path=_path(http),
            query=tuple(parse_qsl(http.url.query, keep_blank_values=True)),
            headers=dict(http.headers),
            body=await _body(http),
        )
    except Refusal as refused:
        return _response(refused.reply(), http)
    site = sites.at(fault, _base(http, fault))
    reply = answer(site, request)
    return _response(reply.with_headers(date=http_date(site.store.now())), http, request)


def _path(http: HttpRequest) -> tuple[str, ...]:
    raw = http.scope.get("raw_path") or http.url.path.encode()
    below = raw.decode("ascii", "replace").partition("?")[0].partition("/fhir")[2]
    return tuple(unquote(part) for part in below.split("/") if part)


def _base(http: HttpRequest, fault: str) -> str:
    host = http.headers.get("host") or http.url.netloc
    return f"{http.url.scheme}://{host}/faults/{fault}/fhir" if fault else f"{http.url.scheme}://{host}/fhir"


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
    return Response(content=text, status_code=reply.status, headers=headers)


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
