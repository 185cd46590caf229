"""What stands between two operands (FHIRPath 2.0, section 'Operations')."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.fhirpath import arithmetic, equality
from conformance.fhirpath.values import boolean, single, text, truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes


def _truth_of(answer: bool | None) -> Nodes:  # noqa: FBT001 - a truth is the value itself
    return [] if answer is None else boolean(answer)


def _equal(left: Nodes, right: Nodes) -> Nodes:
    return _truth_of(equality.equal(left, right))


def _unequal(left: Nodes, right: Nodes) -> Nodes:
    answer = equality.equal(left, right)
    return [] if answer is None else boolean(not answer)


def _ordered(sign: str, accepted: tuple[int, ...]) -> Callable[[Nodes, Nodes], Nodes]:
    def run(left: Nodes, right: Nodes) -> Nodes:
        one, other = single(left, f"'{sign}'"), single(right, f"'{sign}'")
        if one is None or other is None:
            return []
        found = equality.order(one, other)
        return [] if found is None else boolean(found in accepted)

    return run


def _in(left: Nodes, right: Nodes) -> Nodes:
    node = single(left, "'in'")
    return [] if node is None else boolean(equality.contains(right, node))


def _xor(left: Nodes, right: Nodes) -> Nodes:
    one, other = truth(left, "'xor'"), truth(right, "'xor'")
    return [] if one is None or other is None else boolean(one != other)


def _joined(left: Nodes, right: Nodes) -> Nodes:
    return arithmetic.joined(text(left, "'&'"), text(right, "'&'"))


# Operators that need both operands.
OPERATORS: dict[str, Callable[[Nodes, Nodes], Nodes]] = {
    "=": _equal,
    "!=": _unequal,
    "~": lambda left, right: boolean(equality.equivalent(left, right)),
    "!~": lambda left, right: boolean(not equality.equivalent(left, right)),
    "<": _ordered("<", (-1,)),
    "<=": _ordered("<=", (-1, 0)),
    ">": _ordered(">", (1,)),
    ">=": _ordered(">=", (0, 1)),
    "in": _in,
    "contains": lambda left, right: _in(right, left),
    "xor": _xor,
    "|": lambda left, right: equality.distinct(left + right),
    "&": _joined,
    "+": arithmetic.plus,
    "-": arithmetic.minus,
    "*": arithmetic.times,
    "/": arithmetic.divided,
    "div": arithmetic.whole_quotient,
    "mod": arithmetic.remainder,
}
# Operators that the left operand alone may settle: by which truth.
LOGIC = {"and": False, "or": True, "implies": False}


def logic(operator: str, left: bool | None, right: bool | None) -> Nodes:  # noqa: FBT001 - three-valued logic
    """Return the three-valued truth of `and`, `or` and `implies`."""
    if operator == "implies":
        operator, left = "or", (None if left is None else not left)
    settling = operator == "or"
    if settling in (left, right):
        return boolean(settling)
    return [] if left is None or right is None else boolean(not settling)
