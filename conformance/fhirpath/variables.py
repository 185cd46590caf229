"""Environment variables (FHIRPath 2.0, 'Environment variables'; R4 fhirpath.html#variables)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.fhirpath.node import Node, resource_node
from conformance.fhirpath.values import problem
from conformance.problem import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope
    from conformance.model import Json

_TEXTS = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ucum": "http://unitsofmeasure.org",
}
_PREFIXES = {
    "vs-": "http://hl7.org/fhir/ValueSet/",
    "ext-": "http://hl7.org/fhir/StructureDefinition/",
}


def _some(node: Node | None) -> Nodes:
    return [] if node is None else [node]


_NODES: dict[str, Callable[[Scope], Nodes]] = {
    "context": lambda scope: [scope.context],
    "resource": lambda scope: _some(scope.context.resource),
    "rootResource": lambda scope: _some(scope.root),
}


def variable(name: str, scope: Scope) -> Nodes:
    """Return what a variable stands for; raises Problem for an unknown one."""
    if name in scope.variables:
        return nodes(scope.variables[name])
    if name in _NODES:
        return _NODES[name](scope)
    if name in _TEXTS:
        return [Node(_TEXTS[name], "System.String")]
    for prefix, base in _PREFIXES.items():
        if name.startswith(prefix):
            return [Node(base + name.removeprefix(prefix), "System.String")]
    known = [*scope.variables, *_NODES, *_TEXTS]
    raise problem(f"there is no variable '%{name}'", did_you_mean(name, known))


def nodes(value: Json) -> Nodes:
    """Return a value from outside as a collection: nodes as they are, JSON by its look."""
    if value is None:
        return []
    if isinstance(value, list):
        return [node for item in value for node in nodes(item)]
    if isinstance(value, Node):
        return [value]
    if isinstance(value, dict):
        return [resource_node(value)]
    return [_simple(value)]


def _simple(value: Json) -> Node:
    if isinstance(value, bool):
        return Node(value, "System.Boolean")
    if isinstance(value, int):
        return Node(value, "System.Integer")
    if isinstance(value, (float, Decimal)):
        return Node(Decimal(str(value)), "System.Decimal")
    return Node(str(value), "System.String")
