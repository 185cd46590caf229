"""Truths read from the JSON itself: a short way for the commonest expressions, without any nodes.

It only walks over regular JSON. Whatever else it meets (an array where one value stands, a `_` sibling, a
text where a number stands, several items where one is needed) it leaves to the nodes: it never says what
they do not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.fhirpath.plain import asking, comparing, steps
from conformance.fhirpath.plain.parts import Unfit, items_of, run_of
from conformance.fhirpath.plain.regular import Irregular, is_regular, usual

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Node
    from conformance.fhirpath.plain.regular import Many, One
    from conformance.fhirpath.syntax import Term
    from conformance.model import Json

    Known = Callable[[Node], bool | None]

__all__ = ["asking", "comparing", "steps", "truth_of", "values_of"]


def truth_of(term: Term, shape: str) -> Known | None:
    """Return what tells the truth of a common expression for a node of a shape, or None for another one.

    It answers None for the empty collection, and where only nodes can tell.
    """
    try:
        run, kind, fits = run_of(term, shape), usual(shape), is_regular(shape)
    except (Unfit, RecursionError):
        return None

    def known(node: Node) -> bool | None:
        value = node.value
        if node.shape != shape or node.extra is not None or (type(value) is not kind and not fits(value)):
            return None
        try:
            return run(value)
        except (Irregular, ArithmeticError):  # a number that is none cannot be compared
            return None

    return known


def values_of(term: Term, shape: str) -> Callable[[Json], list[Json] | None] | None:
    """Return what reads the values of a path from one JSON value; it returns None for an irregular one."""
    try:
        items, fits = items_of(term, shape), is_regular(shape)
    except (Unfit, RecursionError):
        return None

    read = _listed(items.one) if items.one is not None else items.many

    def regular(value: Json) -> list[Json] | None:
        try:
            return read(value) if fits(value) else None
        except Irregular:
            return None

    return regular


def _listed(one: One) -> Many:
    return lambda value: [] if (found := one(value)) is None else [found]
