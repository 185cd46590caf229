"""Faults of the answer to a search: which hits, in which order, on which page, with which links."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.server.faults.registry import breaks
from conformance.server.search import Hit, Searcher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.server.search import Page, Query, StoredResource

_STRANGERS = 5


@breaks("R4-RES-01")
class NoSelfLink(Searcher):
    """The answer to a search has no self link."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        return tuple(link for link in super().links(query, total) if link[0] != "self")


@breaks("R4-RES-02")
class PageTooLarge(Searcher):
    """A page has one match more than `_count` allows."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        more = replace(query, count=query.count + 1) if query.count else query
        return super().cut(more, resources)


@breaks("R4-RES-03")
class CountZeroIgnored(Searcher):
    """A search with `_count=0` returns entries."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().cut(replace(query, count=None) if query.count == 0 else query, resources)


@breaks("R4-RES-04")
class TotalTooHigh(Searcher):
    """The total of a search is one too high."""

    def bundle(self, page: Page) -> dict[str, Json]:
        return super().bundle(replace(page, total=page.total + 1))


@breaks("R4-RES-05")
class EntryTwice(Searcher):
    """The first match stands twice on its page."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        shown = super().cut(query, resources)
        return [*shown[:1], *shown]


@breaks("R4-RES-06")
class FullUrlOfAnother(Searcher):
    """The fullUrl of an entry ends with another id than its resource has."""

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        made = super().entry(query, hit)
        return {**made, "fullUrl": f"{made['fullUrl'][:-1]}-x"}


@breaks("R4-RES-07")
class IncludedCalledMatch(Searcher):
    """Included resources are called matches."""

    def hits(
        self, query: Query, matches: Sequence[StoredResource], included: Sequence[StoredResource]
    ) -> tuple[Hit, ...]:
        return tuple(replace(hit, mode="match") for hit in super().hits(query, matches, included))


@breaks("R4-RES-08")
class PagesOverlap(Searcher):
    """The last match of a page is the first of the next one."""

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().cut(replace(query, offset=max(query.offset - 1, 0)), resources)


@breaks("R4-RES-09")
class SortedBackwards(Searcher):
    """`_sort` sorts the other way round."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        ordered = super().order(query, resources)
        return ordered[::-1] if query.sort else ordered


@breaks("R4-RES-10")
class NothingIncluded(Searcher):
    """`_include` and `_revinclude` are claimed and bring nothing along."""

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        _ = query, matches
        return []


@breaks("R4-RES-19")
class MatchLost(Searcher):
    """Searches miss the newest match."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        return super().order(query, resources[:-1])


@breaks("R4-RES-20")
class StrangersFound(Searcher):
    """Searches find resources that do not match."""

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        found = {(resource.type, resource.id) for resource in resources}
        strangers = [
            resource
            for type_ in query.types
            for resource in self.candidates(type_)
            if (resource.type, resource.id) not in found
        ]
        return [*super().order(query, resources), *strangers[-_STRANGERS:]]


@breaks("R4-PAGE-01")
class NextLinkBroken(Searcher):
    """The next link of a page leads nowhere."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        lost = f"{self.world.base}/Lost/page"
        return tuple((name, lost if name == "next" else url) for name, url in super().links(query, total))


@breaks("R4-PAGE-01")
class NextLinkLost(Searcher):
    """No page has a next link."""

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        return tuple(link for link in super().links(query, total) if link[0] != "next")
