"""Which comparison a parameter's type and modifier call for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.search import composites, dates, quantities, references, strings, tokens, uris

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.definitions.r4 import SearchParameter
    from conformance.search.answers import Verdict
    from conformance.search.asked import Asked, Found, Match

_MATCHERS: Mapping[tuple[str, str], Match] = {
    ("token", ""): tokens.match,
    ("token", "not"): tokens.match,  # the negation is over the whole set: see `terms`
    ("token", "text"): strings.text,
    ("token", "below"): tokens.below,
    ("token", "above"): tokens.above,
    ("token", "of-type"): tokens.of_type,
    ("reference", ""): references.match,
    ("reference", "identifier"): references.by_identifier,
    ("date", ""): dates.match,
    ("number", ""): quantities.number,
    ("quantity", ""): quantities.quantity,
    ("string", ""): strings.match,
    ("string", "exact"): strings.exact,
    ("string", "contains"): strings.contains,
    ("uri", ""): uris.match,
    ("uri", "below"): uris.below,
    ("uri", "above"): uris.above,
}
# Server-defined by R4: how a phonetic algorithm or a whole-text search matches cannot be foretold.
_BEYOND = frozenset({"phonetic", "_text", "_content", "_query"})


def matcher(parameter: SearchParameter, modifier: str) -> Match | None:
    """Return the comparison of one value with one item, or None where the oracle has none."""
    if parameter.code in _BEYOND:
        return None
    if parameter.type == "reference" and modifier in r4.resource_types():
        return references.typed
    if parameter.type == "composite" and not modifier:
        return _composite
    return _MATCHERS.get((parameter.type, modifier))


def _composite(found: Found, item: str, asked: Asked) -> Verdict:
    return composites.match(found, item, asked, matcher)
