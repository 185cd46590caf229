"""How deep a resource may nest before nobody walks through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.issue import Issue, Severity

if TYPE_CHECKING:
    from conformance.model import Json

DEEPEST = 100
_CONTAINERS = (dict, list)


def too_deep(resource: Json) -> Issue | None:
    """Return the issue that a resource nests too deeply, or nothing."""
    level = [resource] if type(resource) in _CONTAINERS else []
    for _ in range(DEEPEST):
        if not level:
            return None
        level = [
            part
            for whole in level
            for part in (whole.values() if type(whole) is dict else whole)
            if type(part) in _CONTAINERS
        ]
    return Issue(
        severity=Severity.ERROR,
        code="too-long",
        at="",
        message=f"The resource nests deeper than {DEEPEST} levels.",
        expected=f"at most {DEEPEST} levels",
    )
