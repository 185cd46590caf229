"""Runs a search, one overridable stage after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.search import bundling, including, matching, ordering, paging, parsing
from conformance.server.search.index import Index
from conformance.server.search.query import Hit, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.model import Json
    from conformance.server.search.query import Criterion, Query
    from conformance.server.search.world import StoredResource, World

    Pairs = Sequence[tuple[str, str]]


class Searcher:
    """Search over one world; `pairs` are the decoded parameters of URL and body together."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.index = Index(world.base)

    def search(self, type: str | None, pairs: Pairs, *, strict: bool = False) -> dict[str, Json]:  # noqa: A002
        """Return the searchset Bundle; raise `Refused` for a search that cannot be run."""
        query = self.parse(type, pairs, strict=strict)
        return self.bundle(self.page(query, self.order(query, self.select(query))))

    def matches(self, type: str, pairs: Pairs) -> list[StoredResource]:  # noqa: A002
        """Return the resources that a conditional interaction means; unknown parameters are refused."""
        return self.select(self.parse(type, pairs, strict=True))

    def parse(self, type: str | None, pairs: Pairs, *, strict: bool = False) -> Query:  # noqa: A002
        """Return the query that will be run, checked."""
        query = self.split(type, pairs)
        self.check(query, strict=strict)
        return query

    def split(self, type: str | None, pairs: Pairs) -> Query:  # noqa: A002 - FHIR's own word
        """Return what the parameters ask for, its modifiers and values not yet checked."""
        return parsing.read(type, pairs, self.world.types())

    def check(self, query: Query, *, strict: bool = False) -> None:
        """Raise `Refused` for a modifier or a value that cannot be run."""
        parsing.check(query, self.world.base, strict=strict)

    def select(self, query: Query) -> list[StoredResource]:
        """Return the resources that meet every criterion."""
        return [found for type_ in query.types for found in self._selected(type_, query)]

    def _selected(self, type_: str, query: Query) -> Iterable[StoredResource]:
        found = self.candidates(type_)
        for criterion in query.criteria:
            if criterion.type == type_:
                found = filter(self.test(criterion), found)
        return found

    def candidates(self, type: str) -> Iterable[StoredResource]:  # noqa: A002 - FHIR's own word
        """Return the resources that are searched through: never a deleted one (R4-SRCH-17)."""
        return self.world.current(type)

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        """Return the predicate that a criterion stands for."""
        return matching.test(criterion, self)

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        """Return the resources in the order asked for, else as they were created."""
        return ordering.ordered(resources, query.sort, self.index)

    def page(self, query: Query, resources: list[StoredResource]) -> Page:
        """Return the page asked for, with what comes along."""
        total = len(resources)
        shown = self.cut(query, resources)
        return Page(
            query=query,
            hits=self.hits(query, shown, self.included(query, shown)),
            total=total,
            links=self.links(query, total),
            warnings=tuple(parsing.unsupported(query, *pair) for pair in query.ignored),
        )

    def cut(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        """Return the matches of one page; no more than `_count` (R4-RES-02)."""
        if query.counts_only:
            return []
        return resources[query.offset : query.offset + paging.size(query)]

    def hits(
        self, query: Query, matches: Sequence[StoredResource], included: Sequence[StoredResource]
    ) -> tuple[Hit, ...]:
        """Return matches and included resources with their search mode."""
        _ = query
        return (
            *(Hit(resource=resource) for resource in matches),
            *(Hit(resource=resource, mode="include") for resource in included),
        )

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        """Return what `_include` and `_revinclude` add to the matches of one page."""
        return including.included(query.includes, matches, self.world, self.index)

    def links(self, query: Query, total: int) -> tuple[tuple[str, str], ...]:
        """Return relation and URL of every link of a page."""
        return paging.links(query, self.world.base, total)

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        """Return one Bundle.entry."""
        return bundling.entry(query, hit, self.world.base)

    def bundle(self, page: Page) -> dict[str, Json]:
        """Return the searchset."""
        entries = [self.entry(page.query, hit) for hit in page.hits]
        if page.warnings and not page.query.counts_only:
            entries.append(bundling.outcome(page.warnings))
        return bundling.bundle(page, entries)
