"""Truths read from the JSON itself: a short way for the commonest expressions, without any nodes.

It only walks over regular JSON. Whatever else it meets (an array where one value stands, a `_` sibling, a
text where a number stands, several items where one is needed) it leaves to the nodes: it never says what
they do not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.fhirpath.plain import asking, comparing, steps
from conformance.fhirpath.plain.parts import Unfit, run_of
from conformance.fhirpath.plain.regular import Irregular, is_regular

if TYPE_CHECKING:
    from conformance.fhirpath.plain.parts import Run
    from conformance.fhirpath.syntax import Term
    from conformance.model import Json

__all__ = ["asking", "comparing", "steps", "truth_of"]


def truth_of(term: Term, shape: str) -> Run | None:
    """Return what tells the truth of an expression for one JSON value of a shape, where it is a common one.

    It answers None for the empty collection, and where only nodes can tell.
    """
    try:
        run, fits = run_of(term, shape), is_regular(shape)
    except (Unfit, RecursionError):
        return None

    def known(value: Json) -> bool | None:
        try:
            return run(value) if fits(value) else None
        except (Irregular, ArithmeticError):  # a number that is none cannot be compared
            return None

    return known
