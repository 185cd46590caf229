"""How a search is cut into pages (fairness F9)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.search import Searcher
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search import Page, Query

_SMALL = 2
_TOKEN = "_page"  # noqa: S105 - a parameter's name


@allowed("F9")
class NoTotal(Searcher):
    """Searches have no total."""

    def bundle(self, page: Page) -> dict[str, Json]:
        made = super().bundle(page)
        return made if page.query.counts_only else views.without(made, "total")


@allowed("F9")
class SmallPages(Searcher):
    """No page has more than two matches, whatever `_count` says."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        query = super().split(type, pairs)
        return replace(query, count=_SMALL if query.count is None else min(query.count, _SMALL))


@allowed("F9")
class SelfAndNextOnly(Searcher):
    """Pages have a self link and a next link, and no other."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        return tuple(link for link in super().links(query, total) if link[0] in {"self", "next"})


@allowed("F9")
class EmptyLastPage(Searcher):
    """A full page always has a next link, even where nothing follows."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        # As if one more resource matched, which is how a server counts that does not look ahead.
        full = bool(query.count) and total and query.offset < total and total % (query.count or 1) == 0
        return super().links(query, total + 1 if full else total)


@allowed("F9")
class OpaqueLinks(Behaviour):
    """A link to another page is the base with a token, which says nothing of the search."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[str] = []

    def hear(self, request: Request) -> Request:
        heard = super().hear(request)
        token = heard.parameter(_TOKEN)
        if heard.path or not token.isdigit() or int(token) >= len(self._pages):
            return heard
        asked = urlsplit(self._pages[int(token)])
        path = asked.path.partition("/fhir/")[2].split("/")
        return replace(heard, path=tuple(path), query=tuple(parse_qsl(asked.query, keep_blank_values=True)))

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if views.kind(said.resource) != "Bundle" or said.resource.get("type") != "searchset":
            return said
        return views.showing(said, link=[self._opaque(link) for link in said.resource["link"]])

    def _opaque(self, link: Json) -> Json:
        if link["relation"] == "self":
            return link
        self._pages.append(link["url"])
        base = link["url"].partition("/fhir")[0]
        return {**link, "url": f"{base}/fhir?{_TOKEN}={len(self._pages) - 1}"}


@allowed("F9")
class FinestHistory(Behaviour):
    """A page of a history holds one version."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not views.looks_at_history(request) or views.kind(said.resource) != "Bundle":
            return said
        start, entries = int(request.parameter("from") or 0), said.resource["entry"]
        next_ = [{"relation": "next", "url": f"{'/'.join(request.path)}?from={start + 1}"}]
        more = next_ if start + 1 < len(entries) else []
        return views.showing(said, entry=entries[start : start + 1], link=more)
