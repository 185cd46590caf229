"""Search parameters of type string (search.html#string)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.server.search.escape import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json

MODIFIERS = frozenset({"missing", "exact", "contains"})
# The string parts that the page lists for names and addresses: neither use nor period.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "HumanName": ("family", "given", "prefix", "suffix", "text"),
    "Address": ("line", "city", "district", "state", "country", "postalCode", "text"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A string as written, and folded for comparison."""

    written: str
    folded: str
    plain: str


def text(written: str) -> Text:
    """Return a string ready for comparison."""
    folded = fold(written)
    return Text(unicodedata.normalize("NFC", written), folded, _plain(folded))


def fold(written: str) -> str:
    """Return the text without the case and accents that string search leaves out of account."""
    parts = unicodedata.normalize("NFKD", written)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def _plain(folded: str) -> str:
    return re.sub(r"[\W_]+", " ", folded).strip()


def take(node: Node, base: str) -> Iterator[Text]:  # noqa: ARG001 - every kind is asked alike
    """Yield the strings of one element."""
    if isinstance(node.value, str):
        yield text(node.value)
    elif isinstance(node.value, dict):
        yield from (text(part) for part in _parts(node.value, node.type))


def _parts(value: dict[str, Json], type_: str) -> Iterator[str]:
    for name in _PARTS.get(type_, ()):
        found = value.get(name)
        yield from (part for part in (found if isinstance(found, list) else [found]) if isinstance(part, str))


def matcher(search: str, modifier: str, base: str) -> Callable[[Text], bool]:  # noqa: ARG001
    """Return the test that a search value stands for."""
    wanted = text(unescape(search))
    return _MODIFIER[modifier](wanted)


def _starts(wanted: Text) -> Callable[[Text], bool]:
    # The page: punctuation and extra white space should be ignored.
    if not wanted.plain:
        return lambda value: value.folded.startswith(wanted.folded)
    return lambda value: value.folded.startswith(wanted.folded) or value.plain.startswith(wanted.plain)


_MODIFIER: Mapping[str, Callable[[Text], Callable[[Text], bool]]] = {
    "": _starts,
    "exact": lambda wanted: lambda value: value.written == wanted.written,
    "contains": lambda wanted: lambda value: wanted.folded in value.folded,
}


def key(value: Text) -> str:
    """Return the key by which the value sorts: R4-RES-09, without regard to case."""
    return value.folded
