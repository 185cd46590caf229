"""A search as plain values: what was asked, what of it is used, and the page that answers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.server.search.world import StoredResource


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One filter: `alternatives` are joined by OR, the criteria of a query by AND.

    `name` and `text` are what the client wrote. A chain and `_has` carry the criteria that the resources
    at their other end must meet in `then`, one for each type that can stand there. `_has` has the referring
    type in `source`.
    """

    name: str
    text: str
    type: str
    code: str
    modifier: str = ""
    alternatives: tuple[str, ...] = ()
    source: str = ""
    then: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """One key of `_sort`."""

    code: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """One `_include`, or `_revinclude` where `reverse`; code `*` stands for every reference."""

    source: str
    code: str
    target: str = ""
    reverse: bool = False
    iterate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search that can be run; `used` goes into the self link, `ignored` into an outcome entry."""

    type: str | None
    types: tuple[str, ...]
    criteria: tuple[Criterion, ...] = ()
    sort: tuple[SortKey, ...] = ()
    includes: tuple[Include, ...] = ()
    count: int | None = None
    offset: int = 0
    total: bool = True
    summary: str = "false"
    elements: tuple[str, ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()

    @property
    def counts_only(self) -> bool:
        """Tell whether nothing but the number of matches is asked for (R4-RES-03)."""
        return self.count == 0 or self.summary == "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One entry to be: a resource and why it is there (`match` or `include`)."""

    resource: StoredResource
    mode: str = "match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of an answer: its hits, the number of all matches, and where the neighbours begin."""

    query: Query
    hits: tuple[Hit, ...] = ()
    total: int = 0
    links: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = field(default=())
