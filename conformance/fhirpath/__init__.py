"""FHIRPath for FHIR R4: an expression is parsed and checked once, and evaluated as often as wanted.

What is not supported is refused when it is compiled: there is no silent answer.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.fhirpath.compiler import Place, compiled
from conformance.fhirpath.node import Node, resource_node
from conformance.fhirpath.parser import parse
from conformance.fhirpath.scope import Scope
from conformance.fhirpath.types import base_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Compiled", "Node", "compile"]

_NONE: Mapping[str, Any] = MappingProxyType({})


class Compiled:
    """An expression that is ready to be evaluated on resources, or on nodes that another one found."""

    __slots__ = ("_run", "base", "expression")

    def __init__(self, expression: str, base: str) -> None:
        shapes = base_shapes(base)
        self.expression = expression
        self.base = base
        self._run = compiled(parse(expression), Place(expression, shapes, shapes)).run

    def __repr__(self) -> str:
        return f"Compiled({self.expression!r}, {self.base!r})"

    def __call__(
        self,
        resource: dict[str, Any] | Node,
        *,
        root: dict[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        resolve: Callable[[str], dict[str, Any] | None] | None = None,
    ) -> list[Node]:
        """Return what the expression finds; raises Problem where FHIRPath ends an evaluation with an error."""
        context = resource if isinstance(resource, Node) else resource_node(resource)
        outer = context.home if root is None else resource_node(root)
        this = [context]
        return self._run(this, Scope(this, context, outer, variables or _NONE, resolve))


@lru_cache(maxsize=4096)
def compile(expression: str, base: str) -> Compiled:  # noqa: A001 - what it does
    """Return an expression ready for use; `base` is the type (or element path) that it starts from.

    Raises Problem for what is not FHIRPath, names nothing in FHIR R4, or is not supported.
    """
    return Compiled(expression, base)
