"""FHIRPath for FHIR R4: an expression is parsed and checked once, and evaluated as often as wanted.

What is not supported is refused when it is compiled: there is no silent answer.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.definitions.release import latest_by_release
from conformance.fhirpath.compiler import Place, compiled
from conformance.fhirpath.node import Node, resource_node
from conformance.fhirpath.parser import parse
from conformance.fhirpath.plain import truth_of, values_of
from conformance.fhirpath.scope import Scope
from conformance.fhirpath.types import base_shapes
from conformance.fhirpath.values import misspelt
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json

__all__ = ["Compiled", "Node", "compile", "misspelt", "plain_values", "resource_node"]

_NONE: Mapping[str, Any] = MappingProxyType({})


class Compiled:
    """An expression that is ready to be evaluated on resources, or on nodes that another one found."""

    __slots__ = ("_run", "base", "expression", "known")

    def __init__(self, expression: str, base: str) -> None:
        shapes = base_shapes(base)
        self.expression = expression
        self.base = base
        try:
            term = parse(expression)
            self._run = compiled(term, Place(expression, shapes, shapes)).run
        except RecursionError:
            raise Problem("fhirpath", f"FHIRPath `{expression[:60]}…` is nested too deeply") from None
        shape = min(shapes) if shapes is not None and len(shapes) == 1 else ""
        # The truth that an evaluation of a node would end with, where the JSON tells it; else None
        self.known: Callable[[Node], bool | None] = (truth_of(term, shape) if shape else None) or _unknown

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
        """Return what the expression finds; raises Problem where FHIRPath ends in an error."""
        context = resource if isinstance(resource, Node) else resource_node(resource)
        outer = None if root is None else resource_node(root)
        this = [context]
        scope = Scope(this, context, outer, variables or _NONE, resolve)
        try:
            return [*self._run(this, scope)]  # a literal keeps its own list
        except Problem as problem:
            raise self._named(problem.message.removeprefix("FHIRPath: "), problem.hint) from problem
        except (ArithmeticError, RecursionError) as error:
            raise self._named("a number or a depth is beyond what can be computed") from error

    def _named(self, message: str, hint: str = "") -> Problem:
        """Return a complaint about an evaluation, with the expression."""
        return Problem("fhirpath", f"FHIRPath `{self.expression}`: {message}", hint=hint)


def _unknown(_node: Node) -> bool | None:
    """Leave it to an evaluation."""
    return None


@latest_by_release(4096)
def compile(expression: str, base: str) -> Compiled:  # noqa: A001 - what it does
    """Return an expression ready for use; `base` is the type (or element path) that it starts from.

    Raises Problem for what is not FHIRPath, names nothing in FHIR R4, or is not supported.
    """
    return Compiled(expression, base)


@latest_by_release(4096)
def plain_values(path: str, shape: str) -> Callable[[Json], list[Json] | None]:
    """Return what reads the values at a path from the JSON of a shape.

    It returns None where that takes nodes: where the JSON is irregular, or the path is not a plain one.
    """
    try:
        read = values_of(parse(path), shape)
    except Problem:  # no path at all: what is to be said of it is said by an evaluation
        read = None
    return read or (lambda _value: None)
