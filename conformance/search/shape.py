"""Resources as they come: what a server returned need not have the shape that FHIR gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4

if TYPE_CHECKING:
    from conformance.model import Json


def objects(value: Json) -> list[dict[str, Json]]:
    """Return the objects of a list, or nothing where there is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def obj(value: Json) -> dict[str, Json]:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Json) -> str:
    """Return a text, or an empty one."""
    return value if isinstance(value, str) else ""


def fits(value: Json, type_: str) -> bool:
    """Tell whether a value has the JSON shape of its type: an object, or a primitive."""
    simple = type_ in r4.primitive_types() or type_.startswith("System.")
    return not isinstance(value, (dict, list)) if simple else isinstance(value, dict)
