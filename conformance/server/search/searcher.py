"""Runs a search, one overridable stage after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.model import Json
    from conformance.server.search.query import Criterion, Hit, Page, Query
    from conformance.server.search.world import StoredResource, World

    Pairs = Sequence[tuple[str, str]]


class Searcher:
    """Search over one world; `pairs` are the decoded parameters of URL and body together."""

    def __init__(self, world: World) -> None:
        self.world = world

    def search(self, type: str | None, pairs: Pairs, *, strict: bool = False) -> dict[str, Json]:  # noqa: A002
        """Return the searchset Bundle; raise `Refused` for a search that cannot be run."""
        query = self.parse(type, pairs, strict=strict)
        return self.bundle(self.page(query, self.order(query, self.select(query))))

    def matches(self, type: str, pairs: Pairs) -> list[StoredResource]:  # noqa: A002
        """Return the resources that a conditional interaction means; unknown parameters are refused."""
        return self.select(self.parse(type, pairs, strict=True))

    def parse(self, type: str | None, pairs: Pairs, *, strict: bool = False) -> Query:  # noqa: A002
        """Return the query that will be run, checked."""
        raise NotImplementedError

    def select(self, query: Query) -> list[StoredResource]:
        """Return the resources that meet every criterion."""
        raise NotImplementedError

    def test(self, criterion: Criterion) -> Callable[[StoredResource], bool]:
        """Return the predicate that a criterion stands for."""
        raise NotImplementedError

    def order(self, query: Query, resources: list[StoredResource]) -> list[StoredResource]:
        """Return the resources in the order asked for."""
        raise NotImplementedError

    def page(self, query: Query, resources: list[StoredResource]) -> Page:
        """Return the page asked for, with what comes along."""
        raise NotImplementedError

    def included(self, query: Query, matches: Sequence[StoredResource]) -> list[StoredResource]:
        """Return what `_include` and `_revinclude` add to the matches of one page."""
        raise NotImplementedError

    def entry(self, query: Query, hit: Hit) -> dict[str, Json]:
        """Return one Bundle.entry."""
        raise NotImplementedError

    def bundle(self, page: Page) -> dict[str, Json]:
        """Return the searchset."""
        raise NotImplementedError
