"""How each type of search parameter reads values, matches and sorts them; one table for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.server.search.kinds import dates, links, numbers, strings, tokens, uris

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.fhirpath import Node

Value = Any  # a Span, Amount, Text, Token, Link or uri: each kind knows its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One type of search parameter."""

    take: Callable[[Node, str], Iterator[Value]]
    matcher: Callable[[str, str, str], Callable[[Value], bool]]
    modifiers: frozenset[str]
    low: Callable[[Value], Any]
    high: Callable[[Value], Any]


KINDS: Mapping[str, Kind] = {
    "date": Kind(
        take=dates.take, matcher=dates.matcher, modifiers=dates.MODIFIERS, low=dates.low, high=dates.high
    ),
    "number": Kind(
        take=numbers.take,
        matcher=numbers.matcher,
        modifiers=numbers.MODIFIERS,
        low=numbers.low,
        high=numbers.high,
    ),
    "quantity": Kind(
        take=numbers.take,
        matcher=numbers.quantity_matcher,
        modifiers=numbers.MODIFIERS,
        low=numbers.low,
        high=numbers.high,
    ),
    "reference": Kind(
        take=links.take, matcher=links.matcher, modifiers=links.MODIFIERS, low=links.key, high=links.key
    ),
    "string": Kind(
        take=strings.take,
        matcher=strings.matcher,
        modifiers=strings.MODIFIERS,
        low=strings.key,
        high=strings.key,
    ),
    "token": Kind(
        take=tokens.take, matcher=tokens.matcher, modifiers=tokens.MODIFIERS, low=tokens.key, high=tokens.key
    ),
    "uri": Kind(take=uris.take, matcher=uris.matcher, modifiers=uris.MODIFIERS, low=uris.key, high=uris.key),
}
