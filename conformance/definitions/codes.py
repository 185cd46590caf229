"""One code system as judging asks for it: its codes, what they are called, and what is above them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.definitions.shape import objects, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.model import Json

_ABOVE = ("parent", "subsumedBy")
_BELOW = ("child",)


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The codes of a system with their displays; `parents` says where each code hangs."""

    version: str
    complete: bool
    exact: bool
    displays: Mapping[str, str]
    parents: Mapping[str, Sequence[str]]

    def spelt(self, code: str) -> str | None:
        """Return a code as the system spells it, or None where it has no such code."""
        if self.exact or code in self.displays:
            return code if code in self.displays else None
        return self._folded.get(code.casefold())

    def above(self, code: str) -> frozenset[str]:
        """Return a code and all that it is a kind of."""
        seen: set[str] = set()
        todo = [code]
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                todo.extend(self.parents.get(each, ()))
        return frozenset(seen)

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {code.casefold(): code for code in self.displays}


def read(system: Json) -> Codes:
    """Return the codes of a CodeSystem."""
    placed = list(_placed(objects(system, "concept")))
    parents: dict[str, list[str]] = {}
    for concept, nested_in in placed:
        code = text(concept, "code")
        parents.setdefault(code, []).extend([*nested_in, *_stated(concept, _ABOVE)])
        for below in _stated(concept, _BELOW):
            parents.setdefault(below, []).append(code)
    return Codes(
        version=text(system, "version"),
        complete=system.get("content") == "complete" and bool(placed),
        # Where a system does not say, any case is accepted (R4 codesystem.html#CodeSystem.caseSensitive).
        exact=system.get("caseSensitive") is True,
        displays={text(concept, "code"): text(concept, "display") for concept, _ in placed},
        parents=parents,
    )


def _placed(concepts: Sequence[Json]) -> Iterator[tuple[Json, tuple[str, ...]]]:
    """Yield every concept, in the order of the document, with the code that it is nested in."""
    todo: list[tuple[Json, tuple[str, ...]]] = [(concept, ()) for concept in reversed(concepts)]
    while todo:
        concept, above = todo.pop()
        yield concept, above
        below = (text(concept, "code"),)
        todo.extend((each, below) for each in reversed(objects(concept, "concept")))


def _stated(concept: Json, names: Sequence[str]) -> list[str]:
    return [text(p, "valueCode") for p in objects(concept, "property") if p.get("code") in names]
