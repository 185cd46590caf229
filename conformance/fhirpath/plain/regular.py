"""Elements read from JSON that is written as R4 says; anything else is for the nodes to read."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.definitions import r4

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.fhirpath.node import Field
    from conformance.model import Json

    One = Callable[[Json], Json]  # None where there is nothing
    Many = Callable[[Json], list[Json]]

_WHOLE = {"integer", "positiveInt", "unsignedInt"}
_MOMENTS = {"date", "dateTime", "instant", "time"}
_KINDS: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "decimal": (int, Decimal),
    **dict.fromkeys(_WHOLE, (int,)),
}
NUMBERS = {"decimal", *_WHOLE}


class Irregular(Exception):  # noqa: N818 - no error: nodes read it
    """The JSON is not what the definition of the element leads to expect."""


def is_text(shape: str) -> bool:
    """Tell whether values of a shape mean nothing but their text."""
    primitive = shape in r4.primitive_types() and not shape.startswith("System.")
    return shape == "System.String" or (primitive and shape not in _KINDS and shape not in _MOMENTS)


def is_regular(shape: str) -> Callable[[Json], bool]:
    """Return the test that a value is written as values of a shape are."""
    if shape not in r4.primitive_types():
        return lambda value: type(value) is dict
    if shape not in _KINDS:
        return lambda value: type(value) is str
    kinds = _KINDS[shape]
    return lambda value: isinstance(value, kinds) and (type(value) is not bool or bool in kinds)


def usual(shape: str) -> type:
    """Return the Python type that most regular values of a shape have: to have it is enough."""
    return _KINDS.get(shape, (str,))[0] if shape in r4.primitive_types() else dict


def one_of(fields: Sequence[Field]) -> One:
    """Return the reader of an element that stands at most once in an object, under any of its names."""
    if len(fields) == 1:
        return _one(fields[0])
    readers = [_one(field) for field in fields]

    def read(owner: Json) -> Json:
        found = [value for reader in readers if (value := reader(owner)) is not None]
        if len(found) > 1:
            raise Irregular
        return found[0] if found else None

    return read


def _one(field: Field) -> One:
    key, sibling, kind, fits = field.key, field.sibling, usual(field.type), is_regular(field.type)

    def read(owner: Json) -> Json:
        found = owner.get(key)
        if (type(found) is not kind and found is not None and not fits(found)) or sibling in owner:
            raise Irregular
        return found

    return read


def all_of(field: Field) -> Many:
    """Return the reader of an element that JSON writes as an array."""
    key, sibling, kind, fits = field.key, field.sibling, usual(field.type), is_regular(field.type)

    def read(owner: Json) -> list[Json]:
        found = owner.get(key, [])
        if type(found) is not list or sibling in owner:
            raise Irregular
        for each in found:
            if type(each) is not kind and not fits(each):
                raise Irregular
        return found

    return read
