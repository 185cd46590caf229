"""FHIRPath as checks use it: over one subject, with the scene's resources to resolve references by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.resolving import look_up
from conformance.checks.subjects import kind_of, leading_path, opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.scene import Scene, Subject
    from conformance.fhirpath import Node
    from conformance.model import Json


def evaluate(expression: str, subject: Subject, scene: Scene) -> Sequence[Node]:
    """Return what an expression finds in a subject; raises Problem where it cannot be evaluated."""
    from conformance import fhirpath  # noqa: PLC0415 - the engine loads when a check first needs it

    base = opening(expression) or kind_of(subject.resource) or "Resource"
    compiled = fhirpath.compile(expression, base)
    return compiled(
        subject.resource,
        resolve=lambda text: look_up(text, subject.resource, scene).resource,
    )


# So much of a resource is looked through for what is misspelt: a server's may be huge.
_MOST_NODES = 2_000


def misspelt(resource: Json) -> str:
    """Return where a resource has a number or a truth as a JSON text: expressions go astray by it."""
    from conformance import fhirpath  # noqa: PLC0415 - the engine loads when a check first needs it

    todo = [fhirpath.resource_node(resource)] if isinstance(resource, dict) else []
    for _ in range(_MOST_NODES):
        if not todo:
            break
        node = todo.pop()
        if said := fhirpath.misspelt(node):
            return f"{node.path}: {said}"
        if isinstance(node.value, dict):
            todo.extend(reversed(node.children()))
    return ""


def location(expression: str, nodes: Sequence[Node], resource: Json) -> str:
    """Return where the nodes stand: their own place if there is one, else the path that was asked for."""
    if len(nodes) == 1 and nodes[0].path:
        return str(nodes[0].path)
    return leading_path(expression, kind_of(resource))
