"""How deep a resource may nest before nobody walks through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.issue import Issue, Severity

if TYPE_CHECKING:
    from conformance.model import Json

DEEPEST = 100


def too_deep(resource: Json) -> Issue | None:
    """Return the issue that a resource nests too deeply, or nothing."""
    level = [resource]
    for _ in range(DEEPEST):
        level = (
            [
                part
                for whole in level
                for part in (whole.values() if isinstance(whole, dict) else whole)
                if isinstance(part, (dict, list))
            ]
            if all(isinstance(each, (dict, list)) for each in level)
            else []
        )
        if not level:
            return None
    return Issue(
        severity=Severity.ERROR,
        code="too-long",
        at="",
        message=f"The resource nests deeper than {DEEPEST} levels.",
        expected=f"at most {DEEPEST} levels",
    )
