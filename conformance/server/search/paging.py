"""Links between the pages of an answer (http.html#paging, search.html#conformance)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.server.search.query import Query

DEFAULT_PAGE = 50
_CURSOR = ("_count", "_offset")


def size(query: Query) -> int:
    """Return how many matches a page holds at most."""
    return DEFAULT_PAGE if query.count is None else query.count


def self_url(query: Query, base: str) -> str:
    """Return the search as it was really run: what was ignored is not in it (R4-RES-01)."""
    return _url(query, base, query.used)


def links(query: Query, base: str, total: int) -> tuple[tuple[str, str], ...]:
    """Return relation and URL of this page and its neighbours, offsets over an order that stays."""
    return (("self", self_url(query, base)), *_neighbours(query, base, total))


def _neighbours(query: Query, base: str, total: int) -> Iterator[tuple[str, str]]:
    step = size(query)
    if query.counts_only or (total <= step and not query.offset):
        return
    last = (total - 1) // step * step if total else 0
    yield "first", _page(query, base, 0)
    if query.offset:
        yield "previous", _page(query, base, max(query.offset - step, 0))
    if query.offset + step < total:
        yield "next", _page(query, base, query.offset + step)
    yield "last", _page(query, base, last)


def _page(query: Query, base: str, offset: int) -> str:
    kept = tuple((name, text) for name, text in query.used if name not in _CURSOR)
    cursor = (("_count", str(size(query))), ("_offset", str(offset)))
    return _url(query, base, (*kept, *cursor))


def _url(query: Query, base: str, pairs: tuple[tuple[str, str], ...]) -> str:
    where = f"{base}/{query.type}" if query.type else base
    return f"{where}?{urlencode(pairs, safe=':/,')}" if pairs else where
