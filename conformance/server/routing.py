"""From a request to the interaction that answers it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import R4, current
from conformance.server import binary, history, instance, statement
from conformance.server.bodies import form_of
from conformance.server.conditions import refusal
from conformance.server.media import answer_type
from conformance.server.messages import Refusal, Reply, Request
from conformance.server.search import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.server.site import Site

Handler = Callable[..., Reply]
_SEARCH, _HISTORY, _VALIDATE = "_search", "_history", "$validate"
_WORDS = frozenset({_SEARCH, _HISTORY, _VALIDATE})


def answer(site: Site, request: Request) -> Reply:
    """Return the answer to one request or to one entry of a Bundle, refusals included."""
    try:
        understood = site.behaviour.hear(request)
        as_is = binary.asked_as_is(understood)
        if not understood.within and not as_is:
            answer_type(understood)
        reply = handle(site, understood)
        if as_is and not understood.within:
            reply = binary.as_is(site.behaviour, reply)
    except Refusal as refused:
        reply = refused.reply()
    return site.behaviour.say(request, reply)


def handle(site: Site, request: Request) -> Reply:
    """Answer a request by the interaction that its path and method name; raises Refusal."""
    handlers, arguments = _route(request.path)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in handlers:
        allowed = ", ".join(sorted({*handlers, *(["HEAD"] if "GET" in handlers else [])}))
        text = f"{request.method} is not possible here; possible: {allowed}."
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", text, headers={"allow": allowed})
    return handlers[method](site, request, *arguments)


def search(site: Site, request: Request, type_: str | None = None) -> Reply:
    """Answer a search by GET or POST; the parameters of URL and form add up (R4-SRCH-03)."""
    pairs = request.query + (form_of(request) if request.method == "POST" else ())
    strict = request.prefers("handling") == "strict"
    try:
        bundle = site.searcher.search(type_, _searching(pairs), strict=strict)
    except Refused as refused:
        raise refusal(refused) from None
    return Reply(status=HTTPStatus.OK, resource=bundle)


def _searching(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in pairs if name not in {"_format", "_pretty"}]


def _bundle(site: Site, request: Request) -> Reply:
    from conformance.server.bundles import process  # noqa: PLC0415 - entries are routed by this module

    return process(site, request)


def _validate(site: Site, request: Request, *of: str) -> Reply:
    from conformance.server.validation import validate  # noqa: PLC0415 - the engine loads when it is asked

    return validate(site, request, *of)


_SYSTEM: Mapping[str, Mapping[str, Handler]] = {
    "": {"GET": search, "POST": _bundle},
    "metadata": {"GET": statement.metadata},
    _HISTORY: {"GET": history.system},
    _SEARCH: {"POST": search},
    _VALIDATE: {"POST": _validate},
}
# What may stand behind a type, an id or a version id written as `*`
_BELOW_TYPE: Mapping[tuple[str, ...], Mapping[str, Handler]] = {
    (): {
        "GET": search,
        "POST": instance.create,
        "PUT": instance.conditional_update,
        "PATCH": instance.conditional_patch,
        "DELETE": instance.conditional_delete,
    },
    (_HISTORY,): {"GET": history.of_type},
    (_SEARCH,): {"POST": search},
    (_VALIDATE,): {"POST": _validate},
    ("*",): {
        "GET": instance.read,
        "PUT": instance.update,
        "PATCH": instance.patch,
        "DELETE": instance.delete,
    },
    ("*", _VALIDATE): {"GET": _validate, "POST": _validate},
    ("*", _HISTORY): {"GET": history.of_instance},
    ("*", _HISTORY, "*"): {"GET": instance.vread},
}


def _route(path: tuple[str, ...]) -> tuple[Mapping[str, Handler], tuple[str, ...]]:
    # What is validated here is R4.
    possible = _VALIDATE if current() == R4 else ""
    if any(part.startswith("$") and part != possible for part in path):
        text = f"This base has no operation{f' but {possible}' if possible else ''}."
        raise Refusal(HTTPStatus.NOT_FOUND, "not-supported", text)
    if "/".join(path) in _SYSTEM:
        return _SYSTEM["/".join(path)], ()
    type_, *below = path
    if type_ not in r4.resource_types():
        text = f"'{type_}' is not a resource type of FHIR {current()}."
        raise Refusal(HTTPStatus.NOT_FOUND, "not-supported", text)
    shape = tuple(part if part in _WORDS else "*" for part in below)
    if shape not in _BELOW_TYPE:
        raise Refusal(HTTPStatus.NOT_FOUND, "not-found", f"There is nothing at /{'/'.join(path)}.")
    return _BELOW_TYPE[shape], (type_, *(part for part in below if part not in _WORDS))
