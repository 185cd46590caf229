"""How deep a resource may nest before nobody walks through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.issue import Issue, Severity

if TYPE_CHECKING:
    from conformance.model import Json

DEEPEST = 100
_CONTAINERS = (dict, list)


def _deeper(value: Json, most: int) -> bool:
    """Tell whether an object or array nests deeper than so many levels."""
    if not most:
        return True
    for part in value.values() if type(value) is dict else value:
        if type(part) in _CONTAINERS and _deeper(part, most - 1):
            return True
    return False


def too_deep(resource: Json) -> Issue | None:
    """Return the issue that a resource nests too deeply, or nothing."""
    if type(resource) not in _CONTAINERS or not _deeper(resource, DEEPEST):
        return None
    return Issue(
        severity=Severity.ERROR,
        code="too-long",
        at="",
        message=f"The resource nests deeper than {DEEPEST} levels.",
        expected=f"at most {DEEPEST} levels",
    )
