"""Whose rule an issue breaks: the element or constraint of a definition, and the requirement it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.issue import Rule
from conformance.profiles.tree import extension_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json
    from conformance.profiles.tree import Element

REQUIREMENT = "urn:dermconf:requirement"
EVIDENCE = "urn:dermconf:evidence"


def rule_of(element: Element, *parts: Json) -> Rule:
    """Return the rule behind an element; a part of its definition may carry a requirement of its own."""
    source = f"{element.profile}#{element.id}"
    for holder in (*parts, element.row):
        requirement = extension_value(holder, REQUIREMENT)
        if requirement:
            return Rule(source=source, requirement=requirement, evidence=extension_value(holder, EVIDENCE))
    return Rule(source=source)


def constraint_rule(element: Element, constraint: Mapping[str, Json]) -> Rule:
    """Return the rule behind a constraint: its definition and key."""
    holder = constraint if extension_value(constraint, REQUIREMENT) else {}
    return Rule(
        source=f"{constraint.get('source', element.profile)}#{constraint.get('key', '')}",
        requirement=extension_value(holder, REQUIREMENT),
        evidence=extension_value(holder, EVIDENCE),
    )
