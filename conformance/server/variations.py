"""Lawful variations: what R4 leaves to a server. A suite that fails one of them is wrong, not the server."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.messages import Refusal, information
from conformance.server.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search import Page, Query
    from conformance.server.store import Version

Overriding = TypeVar("Overriding", bound="type[Behaviour | Searcher]")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")
_SMALL = 2
_RELATIVE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One lawful variation: its name, the page that allows it, what it does, and the class that does it."""

    name: str
    allowed: str
    sentence: str
    overriding: type[Behaviour | Searcher]


VARIATIONS: dict[str, Variation] = {}


def allowed(page: str) -> Callable[[Overriding], Overriding]:
    """Register a class as a variation that a page of R4 allows."""

    def register(overriding: Overriding) -> Overriding:
        name = _WORD.sub("-", overriding.__name__).lower()
        sentence = (overriding.__doc__ or "").strip()
        VARIATIONS[name] = Variation(name=name, allowed=page, sentence=sentence, overriding=overriding)
        return overriding

    return register


@allowed("http.html#read")
class DeletionsForgotten(Behaviour):
    """The server does not track deletions: what was deleted is unknown."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if said.status != HTTPStatus.GONE:
            return said
        return Refusal(HTTPStatus.NOT_FOUND, "not-found", "There is no such resource.").reply()


@allowed("http.html#delete")
class DeleteWithOutcome(Behaviour):
    """A delete is answered with 200 and an OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if said.status != HTTPStatus.NO_CONTENT:
            return said
        return replace(said, status=HTTPStatus.OK, resource=information("The resource is deleted."))


@allowed("http.html#delete")
class SecondDeleteUnknown(Behaviour):
    """A delete of what is not there is answered with 404."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if said.status != HTTPStatus.NO_CONTENT or "etag" in said.headers:
            return said
        return Refusal(HTTPStatus.NOT_FOUND, "not-found", "There is no such resource.").reply()


@allowed("http.html#prefer")
class WritesWithoutBody(Behaviour):
    """Create and update are answered without a body."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        silent = request.method in {"POST", "PUT", "PATCH"} and "etag" in said.headers
        return replace(said, resource=None) if silent and not request.prefers("return") else said


@allowed("http.html#create")
class RelativeLocation(Behaviour):
    """Location is relative to the base."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if "location" not in said.headers or request.within:
            return said
        return said.with_headers(location=said.headers["location"].partition("/fhir/")[2])


@allowed("http.html#create")
class UnprocessableInsteadOfBad(Behaviour):
    """What is refused with 400 elsewhere is refused with 422 where it could be parsed."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        refused = said.status == HTTPStatus.BAD_REQUEST and views.creates(request)
        return replace(said, status=HTTPStatus.UNPROCESSABLE_ENTITY) if refused else said


@allowed("http.html#Status-Codes")
class ErrorsWithoutOutcome(Behaviour):
    """A read of what is not there is answered without an OperationOutcome."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        missing = said.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} and views.reads(request)
        return replace(said, resource=None) if missing else said


@allowed("search.html#total")
class NoTotal(Searcher):
    """Searches have no total."""

    def bundle(self, page: Page) -> dict[str, Json]:
        made = super().bundle(page)
        return made if page.query.counts_only else views.without(made, "total")


@allowed("search.html#count")
class SmallPages(Searcher):
    """No page has more than two matches, whatever `_count` says."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        return replace(query, count=_SMALL if query.count is None else min(query.count, _SMALL))


@allowed("http.html#paging")
class SelfAndNextOnly(Searcher):
    """Pages have a self link and a next link, and no other."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        return tuple(link for link in super().links(query, total) if link[0] in {"self", "next"})


@allowed("search.html#errors")
class HintInEveryResult(Searcher):
    """Every result holds an OperationOutcome with a hint."""

    def bundle(self, page: Page) -> dict[str, Json]:
        made = super().bundle(page)
        if page.query.counts_only:
            return made
        hint = {
            "fullUrl": "urn:uuid:7c3c9d3e-7f0a-4a43-9b55-2f6f1b0f5a10",
            "resource": information("The search took no time."),
            "search": {"mode": "outcome"},
        }
        return {**made, "entry": [*made.get("entry", []), hint]}


@allowed("references.html#literal")
class AbsoluteReferences(Behaviour):
    """References to the server's own resources are returned in their absolute form."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        host = request.header("host")
        if not host or said.resource is None:
            return said
        return replace(
            said, resource=_absolute(said.resource, f"http://{host}/variations/absolute-references/fhir")
        )


@allowed("resource.html#tag-updates")
class LabelsMerged(Behaviour):
    """An update keeps the labels and tags that the resource had before."""

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        old = before.body["meta"] if before and before.body else {}
        merged = {name: [*made.get(name, []), *old.get(name, [])] for name in ("security", "tag")}
        return super().stamp({**made, **{n: v for n, v in merged.items() if v}}, stamped, before)


@allowed("http.html#transactional-integrity")
class ServerAddsItsOwn(Behaviour):
    """The server adds a narrative, a tag and a source."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        div = '<div xmlns="http://www.w3.org/1999/xhtml">A resource.</div>'
        return {"text": {"status": "generated", "div": div}, **super().keep(resource, before)}

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        made = super().stamp(sent, stamped, before)
        own = {"system": "https://example.org/tags", "code": "received"}
        tags = [tag for tag in made.get("tag", []) if tag != own]
        return {"source": "https://example.org/app", **made, "tag": [*tags, own]}


@allowed("datatypes.html#dateTime")
class ValuesNormalised(Behaviour):
    """Decimals lose their last zeros and times are written with +00:00."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        return _normalised(super().keep(resource, before))


@allowed("http.html (a server chooses its interactions)")
class NoPatch(Behaviour):
    """The server neither declares nor offers patch."""

    def claim(self, statement: Json) -> Json:
        claimed = views.with_claims(super().claim(statement), lambda one: _without_interaction(one, "patch"))
        return views.without(claimed, "patchFormat")

    def say(self, request: Request, reply: Reply) -> Reply:
        if request.method == "PATCH":
            return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", "There is no patch.").reply()
        return super().say(request, reply)


def _without_interaction(resource: Json, code: str) -> Json:
    return {**resource, "interaction": [one for one in resource["interaction"] if one["code"] != code]}


def _absolute(value: Json, base: str) -> Json:
    if isinstance(value, list):
        return [_absolute(item, base) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _absolute(item, base) for name, item in value.items()}
    reference = made.get("reference")
    if isinstance(reference, str) and _RELATIVE.fullmatch(reference):
        made["reference"] = f"{base}/{reference}"
    return made


def _normalised(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _normalised(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_normalised(item) for item in value]
    if isinstance(value, Decimal):
        return Decimal(f"{value.normalize():f}")
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return f"{value[:-1]}+00:00"
    return value
