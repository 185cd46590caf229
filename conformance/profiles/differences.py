"""Values against fixed values and patterns: whether they agree, and where they do not."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from conformance.definitions import r4

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.fhirpath import Node
    from conformance.model import Json

    Test = Callable[[Json], bool]

_NUMBERS = (int, float, Decimal)


def equals(wanted: Json) -> Test:
    """Return the test that a value is a fixed value: nothing more, nothing less."""
    if isinstance(wanted, dict):
        parts = {key: equals(part) for key, part in wanted.items()}
        return lambda value: (
            isinstance(value, dict)
            and parts.keys() == value.keys()
            and all(holds(value[key]) for key, holds in parts.items())
        )
    if isinstance(wanted, list):
        items = [equals(each) for each in wanted]
        return lambda value: (
            isinstance(value, list)
            and len(items) == len(value)
            and all(holds(each) for holds, each in zip(items, value, strict=True))
        )
    return _same(wanted)


def matches(wanted: Json) -> Test:
    """Return the test that a value has all that a pattern states; other parts and items are free."""
    if isinstance(wanted, dict):
        return _members({key: matches(part) for key, part in wanted.items()})
    if isinstance(wanted, list):
        return _somewhere([matches(each) for each in wanted])
    return _same(wanted)


def _members(parts: Mapping[str, Test]) -> Test:
    pairs = tuple(sorted(parts.items()))  # a code tells sooner than its system

    def test(value: Json) -> bool:
        if not isinstance(value, dict):
            return False
        for key, holds in pairs:  # noqa: SIM110 - asked of nearly everything; a generator takes twice as long
            if key not in value or not holds(value[key]):
                return False
        return True

    return test


def _somewhere(wanted: Sequence[Test]) -> Test:
    if len(wanted) == 1:
        (only,) = wanted
        return lambda value: isinstance(value, list) and any(map(only, value))
    return lambda value: isinstance(value, list) and all(any(map(holds, value)) for holds in wanted)


def _same(wanted: Json) -> Test:
    if isinstance(wanted, bool):
        return lambda value: wanted is value
    if isinstance(wanted, _NUMBERS):
        return lambda value: (
            isinstance(value, _NUMBERS) and not isinstance(value, bool) and number(wanted) == number(value)
        )
    if isinstance(wanted, str):
        return lambda value: bool(value == wanted)
    kind = type(wanted)
    return lambda value: type(value) is kind and bool(wanted == value)


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
        if key not in wanted or not equals(wanted[key])(part):
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
        elif not matches(part)(node.value[key]):
            yield f"{node.path}.{_name(key, node)}", part, node.value[key]


def _name(key: str, node: Node) -> str:
    """Return the FHIRPath name of a JSON property: a choice has none of its own for each type."""
    bare = key.removeprefix("_")
    for name, element in r4.children(node.shape).items():
        if element.choice and any(bare == name + t[:1].upper() + t[1:] for t in element.types):
            return name
    return bare
