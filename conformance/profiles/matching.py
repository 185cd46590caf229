"""Whether a value is what a slice says: fixed, by pattern, by value set, or by its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.bindings import codings_of, membership
from conformance.profiles.differences import equals, matches
from conformance.profiles.terms import NO, YES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.fhirpath import Node
    from conformance.profiles.differences import Test
    from conformance.profiles.library import Library
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Visit

    Match = Callable[[Node, Visit], bool | None]

_DEEPEST = 8
_ANSWERS: dict[str, bool | None] = {YES: True, NO: False}


def matcher(element: Element, library: Library, depth: int = 0) -> Match | None:
    """Return the test that a value is what an element says; None where the element says nothing of values."""
    own = stated(element)
    if own is not None:
        return lambda node, _visit: own(node.value)
    below = [] if depth > _DEEPEST else _below(element, library, depth)
    if below:
        return _all(below)
    return _bound(element)


def stated(element: Element) -> Test | None:
    """Return the test of a value by what an element states itself, or None where it states no value."""
    fixed, pattern = element.value("fixed"), element.value("pattern")
    if fixed is not None:
        return equals(fixed[1])
    return matches(pattern[1]) if pattern is not None else None


def _below(element: Element, library: Library, depth: int) -> list[Match]:
    """Return the tests of what stands below, where the definition itself goes there."""
    profiled = len(element.types) == 1 and bool(element.types[0].get("profile"))
    parts = library.parts(element) if element.children or profiled else {}
    found = []
    for part in parts.values():
        for each in (part, *part.slices):
            match = matcher(each, library, depth + 1)
            if match is not None and (part is each or each.min):
                found.append(_one_below(part.name, match, needed=each.min > 0))
    return found


def _one_below(name: str, match: Match, *, needed: bool) -> Match:
    def test(node: Node, visit: Visit) -> bool | None:
        found: list[Node] = []
        node.read(name, found)
        if not found:
            return not needed
        answers = {match(each, visit) for each in found}
        return True if True in answers else (None if None in answers else False)

    return test


def _bound(element: Element) -> Match | None:
    binding = element.row.get("binding", {})
    value_set = binding.get("valueSet")
    if binding.get("strength") != "required" or not value_set:
        return None

    def test(node: Node, visit: Visit) -> bool | None:
        codings = codings_of(node.type, node.value)
        return _ANSWERS.get(membership(codings, str(value_set), visit.terms)) if codings else False

    return test


def _all(tests: Sequence[Match]) -> Match:
    def test(node: Node, visit: Visit) -> bool | None:
        answers = {each(node, visit) for each in tests}
        return False if False in answers else (None if None in answers else True)

    return test
