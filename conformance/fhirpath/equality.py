"""Equality, equivalence and order of items (FHIRPath 2.0, sections 'Equality' and 'Comparison')."""

from __future__ import annotations

import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from conformance.fhirpath import quantity as quantities
from conformance.fhirpath import temporal
from conformance.fhirpath.quantity import Quantity
from conformance.fhirpath.temporal import Moment
from conformance.fhirpath.values import is_primitive, misspelt, problem, value_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from conformance.fhirpath.node import Node, Nodes
    from conformance.fhirpath.values import Value

_NUMBERS = (int, Decimal)


def equal(left: Nodes, right: Nodes) -> bool | None:
    """Return whether two collections are equal in order; None where one is empty or a pair is undecided."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answers = [same(one, other) for one, other in zip(left, right, strict=True)]
    if False in answers:
        return False
    return None if None in answers else True


def same(left: Node, right: Node) -> bool | None:
    """Return whether two items are equal; None where precision or units leave it open."""
    one, other = value_of(left), value_of(right)
    if isinstance(one, Moment) and isinstance(other, Moment):
        return _same_moment(one, other)
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        return _same_quantity(one, other)
    if one is None or other is None:
        return one is other and left.extra == right.extra
    return _same_plain(_spelling(one), _spelling(other))


def _same_plain(one: Value, other: Value) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one == other or (one.keys() == other.keys() and bool(_plain(one) == _plain(other)))
    return bool(one == other)


def _spelling(value: Value) -> Value:
    """Return a moment as it is spelt: `birthDate = '1990-05-17'` is what people write, and mean."""
    return value.spelt if isinstance(value, Moment) else value


def _plain(value: Value) -> Value:
    """Return JSON with its floats exact, so that 1.5 is 1.5 whoever read it."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def _same_moment(left: Moment, right: Moment) -> bool | None:
    if (left.kind == "time") != (right.kind == "time"):
        return False
    order = temporal.compare(left, right)
    return None if order is None else order == 0


def as_quantity(value: Value) -> Quantity | None:
    """Return a number as quantity without unit, a quantity as it is."""
    if isinstance(value, Quantity):
        return value
    return Quantity(Decimal(value), "1") if type(value) in _NUMBERS else None


def _same_quantity(left: Value, right: Value) -> bool | None:
    one, other = as_quantity(left), as_quantity(right)
    if one is None or other is None:
        return False
    pair = quantities.paired(one, other)
    if pair is None:
        mixed = quantities.is_calendar(one) != quantities.is_calendar(other)
        return None if mixed else False
    return pair[0] == pair[1]


def equivalent(left: Nodes, right: Nodes) -> bool:
    """Return whether two collections are equivalent, whatever their order."""
    if len(left) != len(right):
        return False
    rest = list(right)
    for one in left:
        match = next((i for i, other in enumerate(rest) if alike(one, other)), None)
        if match is None:
            return False
        del rest[match]
    return True


def alike(left: Node, right: Node) -> bool:
    """Return whether two items are equivalent: texts without case, numbers at the lesser precision."""
    one, other = value_of(left), value_of(right)
    if isinstance(one, str) and isinstance(other, str):
        return folded(one) == folded(other)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        pair = quantities.paired(one, other)
        return pair is not None and _close(*pair)
    if type(one) in _NUMBERS and type(other) in _NUMBERS:
        return _close(Decimal(one), Decimal(other))
    if is_primitive(left) or is_primitive(right):
        return bool(same(left, right))
    return _alike_children(left, right)


def _alike_children(left: Node, right: Node) -> bool:
    mine, theirs = left.children(), right.children()
    return equivalent([n for n in mine if _counts(n)], [n for n in theirs if _counts(n)])


def _counts(node: Node) -> bool:
    """FHIRPath 2.0, '~': an element's id does not make it another one."""
    return not node.path.endswith(".id")


def folded(text: str) -> str:
    """Return a text without case, accents and runs of white space."""
    bare = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(bare).split())


def _close(left: Decimal, right: Decimal) -> bool:
    step = Decimal(1).scaleb(max(_exponent(left), _exponent(right)))
    return _rounded(left, step) == _rounded(right, step)


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, rounding=ROUND_HALF_UP)


def order(left: Node, right: Node) -> int | None:
    """Return -1, 0 or 1, or None where it cannot be said; raises Problem for what has no order."""
    one, other = value_of(left), value_of(right)
    if isinstance(one, Moment) and isinstance(other, Moment):
        return temporal.compare(one, other) if (one.kind == "time") == (other.kind == "time") else None
    if isinstance(one, Quantity) or isinstance(other, Quantity):
        mine, theirs = as_quantity(one), as_quantity(other)
        pair = quantities.paired(mine, theirs) if mine and theirs else None
        return _sign(*pair) if pair else None
    if (isinstance(one, str) and isinstance(other, str)) or (
        type(one) in _NUMBERS and type(other) in _NUMBERS
    ):
        return _sign(one, other)
    if one is None or other is None:
        return None
    raise problem(misspelt(left) or misspelt(right) or f"a {left.type} and a {right.type} have no order")


def _sign(left: Value, right: Value) -> int:
    return int(left > right) - int(left < right)


def key(node: Node) -> Hashable | None:
    """Return what equal simple items share, so that they can be told apart quickly; None for the others."""
    value = value_of(node)
    if type(value) in {str, int, Decimal}:
        return str(value) if isinstance(value, str) else (Decimal(value),)
    return (str(value), bool) if isinstance(value, bool) else None


def distinct(nodes: Nodes) -> Nodes:
    """Return the items without those that equal an earlier one."""
    if len(nodes) < 2:  # noqa: PLR2004 - one alone is distinct
        return nodes
    kept: Nodes = []
    keys: set[Hashable] = set()
    for node in nodes:
        known = key(node)
        if known is None:
            if not contains(kept, node):
                kept.append(node)
        elif known not in keys:
            keys.add(known)
            kept.append(node)
    return kept


def contains(nodes: Nodes, wanted: Node) -> bool:
    """Tell whether an item equal to the wanted one is there."""
    return any(node is wanted or same(node, wanted) for node in nodes)
