"""Takes the names of search parameters apart: code, modifier, chain, `_has`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks.searchset import RESULT_PARAMETERS

__all__ = ["RESULT_PARAMETERS"]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json

# A name that begins so is unknown to every server, on purpose.
UNKNOWN_ON_PURPOSE = "dermconf-"


@dataclass(frozen=True, slots=True)
class Part:
    """One link of a parameter's name: `code:modifier` on a type."""

    code: str
    modifier: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A whole parameter name: the links of its chain, and the `_has` steps before them."""

    parts: tuple[Part, ...]
    has: tuple[tuple[str, str], ...] = ()

    @property
    def first(self) -> Part:
        """Return the link that stands on the searched type (or on the last `_has` type)."""
        return self.parts[0]


def name(text: str) -> Name:
    """Return a parameter name taken apart; what is malformed comes out as codes that no type has."""
    has = []
    while text.startswith("_has:"):
        type_, _, rest = text.removeprefix("_has:").partition(":")
        reference, _, text = rest.partition(":")
        has.append((type_, reference))
    return Name(tuple(map(_part, text.split("."))), tuple(has))


def _part(text: str) -> Part:
    code, _, modifier = text.partition(":")
    return Part(code, modifier)


def pairs(where: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Return the name and value pairs that `where` sends, in order; a list repeats the parameter."""
    for key, value in where.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            yield key, str(one)
