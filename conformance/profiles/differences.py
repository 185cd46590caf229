"""Values against fixed values and patterns: whether they agree, and where they do not."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from conformance.definitions import r4

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.fhirpath import Node
    from conformance.model import Json


def equals(wanted: Json, value: Json) -> bool:
    """Tell whether a value is a fixed value: nothing more, nothing less."""
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and wanted.keys() == value.keys()
            and all(equals(part, value[key]) for key, part in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and len(wanted) == len(value)
            and all(equals(one, other) for one, other in zip(wanted, value, strict=True))
        )
    return _same(wanted, value)


def matches(wanted: Json, value: Json) -> bool:
    """Tell whether a value has all that a pattern states; other parts and items are free."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            key in value and matches(part, value[key]) for key, part in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and all(any(matches(one, each) for each in value) for one in wanted)
    return _same(wanted, value)


def _same(wanted: Json, value: Json) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    if isinstance(wanted, (int, float, Decimal)) and isinstance(value, (int, float, Decimal)):
        return number(wanted) == number(value)
    return type(wanted) is type(value) and bool(wanted == value)


def number(value: Json) -> Decimal | None:
    """Return a number as it is written: 0.1 is one tenth."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def unequal_parts(wanted: Json, node: Node) -> Iterator[tuple[str, Json, Json]]:
    """Yield where a value is not the fixed one: the place, what is expected there, and what is there."""
    if not (isinstance(wanted, dict) and isinstance(node.value, dict)):
        yield node.path, wanted, node.value
        return
    for key, part in node.value.items():
        if key not in wanted or not equals(wanted[key], part):
            yield f"{node.path}.{_name(key, node)}", wanted.get(key), part
    for key in wanted.keys() - node.value.keys():
        yield node.path, {key: wanted[key]}, None


def unmatched_parts(wanted: Json, node: Node) -> Iterator[tuple[str, Json, Json]]:
    """Yield where a value lacks what a pattern states."""
    if not (isinstance(wanted, dict) and isinstance(node.value, dict)):
        yield node.path, wanted, node.value
        return
    for key, part in wanted.items():
        if key not in node.value:
            yield node.path, {key: part}, None
        elif not matches(part, node.value[key]):
            yield f"{node.path}.{_name(key, node)}", part, node.value[key]


def _name(key: str, node: Node) -> str:
    """Return the FHIRPath name of a JSON property: a choice has none of its own for each type."""
    bare = key.removeprefix("_")
    for name, element in r4.children(node.shape).items():
        if element.choice and any(bare == name + t[:1].upper() + t[1:] for t in element.types):
            return name
    return bare
