"""The reference server's search: parse, select, order, page, bundle.

`Searcher(world)` answers for one base URL; every stage is a method of its own, so that a fault overrides one:

    split(type, pairs)        parameters → criteria and controls, nothing checked yet
    parse(type, pairs)        the same, checked: `Refused` for what cannot be run
    select(query)             resources that meet every criterion
    test(criterion)           one criterion → a predicate over resources
    order(query, resources)   by the sort keys
    page(query, resources)    cut to `_count`, with total, links and included resources
    included(query, matches)  what comes along
    entry(query, hit)         one Bundle.entry
    bundle(page)              the Bundle
    search(type, pairs)       all of them
    matches(type, pairs)      parse and select alone: for conditional interactions

Nothing here is shared with the oracle that judges servers: the two check each other.
"""

from __future__ import annotations

from conformance.server.search.claims import Claims, ParameterClaim, claims
from conformance.server.search.query import Criterion, Hit, Include, Page, Query, SortKey
from conformance.server.search.searcher import Searcher
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
]
