"""Read the parts of a definition that others wrote: what has another shape than FHIR's counts as absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Json


def objects(whole: Json, key: str) -> list[dict[str, Json]]:
    """Return the objects of a list."""
    value = whole.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def part(whole: Json, key: str) -> dict[str, Json]:
    """Return an object."""
    value = whole.get(key)
    return value if isinstance(value, dict) else {}


def text(whole: Json, key: str) -> str:
    """Return a text."""
    value = whole.get(key)
    return value if isinstance(value, str) else ""


def texts(whole: Json, key: str) -> list[str]:
    """Return the texts of a list."""
    value = whole.get(key)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
