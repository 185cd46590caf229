"""Whether a StructureDefinition that others wrote has FHIR's shape where judging relies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions.shape import text
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Json

# A type, a list of one shape, or an object whose keys have shapes; other keys are free.
_ELEMENT = {
    "id": str,
    "path": str,
    "sliceName": str,
    "min": int,
    "max": str,
    "base": {"path": str, "min": int, "max": str},
    "contentReference": str,
    "type": [{"code": str, "profile": [str], "targetProfile": [str], "aggregation": [str]}],
    "slicing": {"discriminator": [{"type": str, "path": str}], "ordered": bool, "rules": str},
    "binding": {"strength": str, "valueSet": str, "extension": [{"url": str}]},
    "constraint": [{"key": str, "severity": str, "human": str, "expression": str}],
    "maxLength": int,
    "isModifier": bool,
    "mustSupport": bool,
}
_STRUCTURE = {
    "url": str,
    "version": str,
    "id": str,
    "name": str,
    "kind": str,
    "abstract": bool,
    "type": str,
    "baseDefinition": str,
    "derivation": str,
    "context": [{"type": str, "expression": str}],
    "contextInvariant": [str],
    "snapshot": {"element": [_ELEMENT]},
    "differential": {"element": [_ELEMENT]},
}
# What must be there wherever a shape has it.
_NEEDED = frozenset({"path", "code", "key", "url"})
_NAMES = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}


def refuse_unsound(definition: Json) -> None:
    """Raise a Problem where a StructureDefinition has another shape than FHIR's."""
    for at, expected in _faults(definition, _STRUCTURE, ""):
        message = f"{text(definition, 'url') or 'a StructureDefinition'}: '{at}' is not {expected}"
        raise Problem("broken-definition", message, hint="the package that holds it is at fault")


def _faults(value: Json, shape: Json, at: str) -> Iterator[tuple[str, str]]:
    """Yield each place whose value has another shape, with what was expected there."""
    kind: type = shape if isinstance(shape, type) else type(shape)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield at, _NAMES[kind]
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _faults(each, shape[0], f"{at}[{index}]")
    elif isinstance(value, dict):
        for key in shape.keys() & (value.keys() | _NEEDED):
            yield from _faults(value.get(key), shape[key], f"{at}.{key}".lstrip("."))
