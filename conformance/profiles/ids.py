"""Ids that name an element within its resource, or a contained resource within its container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.fields import Field
    from conformance.profiles.issue import Rule
    from conformance.profiles.visit import Visit

# What defines an id that has to be unique: R4 element.html#id, references.html#contained.
NAMING = {"Element.id", "Resource.id"}
# FHIR's own definitions name the elements of both in the same way.
_VIEWS = {"snapshot", "differential"}


def naming(field: Field, rule: Rule) -> Field:
    """Return the check of an id with that of its being stated once."""

    def named(value: Json, owner: Mapping[str, Json], node: Node, visit: Visit) -> None:
        field(value, owner, node, visit)
        if type(value) is str and visit.names is not None:
            _judge(value, node, visit, rule)

    return named


def _judge(name: str, node: Node, visit: Visit, rule: Rule) -> None:
    scope = _scope(node)
    if scope is None or visit.names is None:
        return
    first = visit.names.setdefault((*scope, name), node)
    # An element that is judged by several profiles is met more than once.
    if first is not node and first.path != node.path:
        said = f"The id '{name}' names {first.path} already."
        hint = "An id is unique within its resource; a contained resource's within its container."
        visit.report(node, "duplicate", said, rule=rule, expected="another id", actual=name, hint=hint)


def _scope(node: Node) -> tuple[str, str] | None:
    """Return the whole within which a node's id has to be its own, and for what; None for a free resource."""
    if node.type in r4.resource_types():
        container = node.parent if node.stem == "contained" else None
        return None if container is None else (container.path, "contained")
    above: Node | None = node.parent
    while above is not None and above.type not in r4.resource_types() and above.stem not in _VIEWS:
        above = above.parent
    return "" if above is None else above.path, "element"
