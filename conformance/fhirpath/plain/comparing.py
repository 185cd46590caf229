"""Operators between regular JSON and what stands in the expression, and between truths."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from conformance.fhirpath import syntax
from conformance.fhirpath.operators import LOGIC
from conformance.fhirpath.plain.parts import (
    TERMS,
    Truth,
    Unfit,
    compiled,
    items_of,
    negated,
    run_of,
    text_of,
    unfit,
)
from conformance.fhirpath.plain.regular import NUMBERS, Irregular, is_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.plain.parts import Run
    from conformance.model import Json

_STRING, _BOOLEAN = "System.String", "System.Boolean"
_NUMBERS = {"System.Integer", "System.Decimal"}
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _binary(term: syntax.Binary, shape: str) -> Truth:
    found: Truth = _OPERATORS.get(term.operator, unfit)(term, shape)
    return found


def _logic(term: syntax.Binary, shape: str) -> Truth:
    left, right = run_of(term.left, shape), _if_needed(term.right, shape)
    settling, settled = LOGIC[term.operator], term.operator != "and"

    def run(this: Json) -> bool | None:
        one = left(this)
        if one is settling:
            return settled
        other = right(this)
        if other is settled:
            return settled
        return None if one is None or other is None else not settled

    return Truth(run=run)


def _if_needed(term: syntax.Term, shape: str) -> Run:
    """Return a term as a truth; one for nodes alone may still be settled by the left operand."""
    try:
        return run_of(term, shape)
    except Unfit:
        return _irregular


def _irregular(_this: Json) -> bool | None:
    raise Irregular


def _equal(term: syntax.Binary, shape: str) -> Truth:
    left = compiled(term.left, shape)
    if isinstance(left, Truth):
        return _same_truth(left.run, run_of(term.right, shape))
    wanted = _literal(term.right, left.shape)
    many, one = left.many, left.one
    if one is not None:
        return Truth(run=lambda this: None if (found := one(this)) is None else bool(found == wanted))
    # FHIRPath 2.0, 'Equals': collections of different sizes are unequal, and no error
    return Truth(run=lambda this: found == [wanted] if (found := many(this)) else None)


def _same_truth(left: Run, right: Run) -> Truth:
    def run(this: Json) -> bool | None:
        one, other = left(this), right(this)
        return None if one is None or other is None else one is other

    return Truth(run=run)


def _unequal(term: syntax.Binary, shape: str) -> Truth:
    return negated(_equal(term, shape).run)


def _xor(term: syntax.Binary, shape: str) -> Truth:
    return negated(_same_truth(run_of(term.left, shape), run_of(term.right, shape)).run)


def _literal(term: syntax.Term, shape: str) -> Json:
    """Return a value that stands in the expression, where items of the shape are compared as plain values."""
    if not isinstance(term, syntax.Literal):
        raise Unfit
    alike = (
        (term.type == _STRING and is_text(shape))
        or (term.type == _BOOLEAN and shape == "boolean")
        or (term.type in _NUMBERS and shape in NUMBERS)
    )
    return term.value if alike else unfit(term, shape)


def _ordered(term: syntax.Binary, shape: str) -> Truth:
    items, compare = items_of(term.left, shape), _ORDER[term.operator]
    only, bound = items.only, _literal(term.right, items.shape)
    if items.shape not in NUMBERS:
        raise Unfit
    return Truth(run=lambda this: None if (found := only(this)) is None else bool(compare(found, bound)))


def _among(term: syntax.Binary, shape: str) -> Truth:
    only, wanted = text_of(term.left, shape), frozenset(_literals(term.right))
    return Truth(run=lambda this: None if (found := only(this)) is None else found in wanted)


def _literals(term: syntax.Term) -> list[Json]:
    if isinstance(term, syntax.Binary) and term.operator == "|":
        return _literals(term.left) + _literals(term.right)
    return [_literal(term, _STRING)]


_OPERATORS: dict[str, Callable[[syntax.Binary, str], Truth]] = {
    **dict.fromkeys(LOGIC, _logic),
    **dict.fromkeys(_ORDER, _ordered),
    "=": _equal,
    "!=": _unequal,
    "xor": _xor,
    "in": _among,
}
TERMS |= {syntax.Binary: _binary}
