"""The reference server's search: parse, select, order, page, bundle.

`Searcher(world)` answers for one base URL; every stage is a method of its own, so that a fault overrides one:

    search(type, pairs)       the whole way, as follows
    split(type, pairs)        parameters → criteria and controls
    check(query)              `Refused` for modifiers and values that cannot be run
    candidates(type)          the resources that are searched through
    test(criterion)           one criterion → a predicate over resources
    select(query)             resources that meet every criterion
    order(query, resources)   by the sort keys
    cut(query, resources)     the matches of one page
    included(query, matches)  what comes along
    hits(query, …)            both, with their search mode
    links(query, total)       self, and the neighbours of the page
    page(query, resources)    all of these together
    entry(query, hit)         one Bundle.entry
    bundle(page)              the Bundle

`matches(type, pairs)` parses and selects alone, for conditional interactions; `subset` cuts single resources
as `_summary` and `_elements` ask.

Nothing here is shared with the oracle that judges servers: the two check each other.
"""

from __future__ import annotations

from conformance.server.search.claims import Claims, ParameterClaim, claims
from conformance.server.search.query import Criterion, Hit, Include, Page, Query, SortKey
from conformance.server.search.searcher import Searcher
from conformance.server.search.subset import subset
from conformance.server.search.world import Refused, StoredResource, World

__all__ = [
    "Claims",
    "Criterion",
    "Hit",
    "Include",
    "Page",
    "ParameterClaim",
    "Query",
    "Refused",
    "Searcher",
    "SortKey",
    "StoredResource",
    "World",
    "claims",
    "subset",
]
