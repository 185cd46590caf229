"""Type names in expressions: which exist, and which nodes have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import by_release, current
from conformance.fhirpath.node import readers, shape_types
from conformance.fhirpath.registry import UNKNOWN
from conformance.problem import Problem, did_you_mean

if TYPE_CHECKING:
    from conformance.fhirpath.node import Node
    from conformance.fhirpath.registry import Shapes

_SYSTEM = ("Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity")
# Any type of resource may stand where one of these is stated.
_OPEN = {"Resource", "DomainResource", "Element", "BackboneElement"}


@by_release
def wanted_types(name: str) -> frozenset[str]:
    """Return the type names that a type specifier such as `Quantity` or `FHIR.code` asks for."""
    namespace, _, last = name.rpartition(".")
    found = set()
    if namespace in {"", "FHIR"} and last in r4.type_names():
        found.add(last)
    if namespace in {"", "System"} and last in _SYSTEM:
        found.add(f"System.{last}")
    if not found:
        hint = did_you_mean(last, [*r4.type_names(), *_SYSTEM])
        raise Problem("fhirpath", f"FHIRPath: there is no type '{name}'", hint=hint)
    return frozenset(found)


def is_a(node: Node, wanted: frozenset[str]) -> bool:
    """Tell whether a node has one of the types, or one derived from it."""
    return not wanted.isdisjoint(shape_types(node.type))


def casts_to(node: Node, wanted: frozenset[str]) -> bool:
    """Tell whether `as` and `ofType` keep a node: primitives by their very type, others by derivation too.

    A valueCanonical is no uri here, as R4's own search parameters need it (`ConceptMap.source as uri`).
    """
    return node.type in wanted or (node.type not in r4.primitive_types() and is_a(node, wanted))


@by_release
def base_shapes(base: str) -> Shapes:
    """Return the shapes of what an expression starts from: a type, an element's path, or nothing known."""
    if base in _OPEN or not base:
        return UNKNOWN
    if base.startswith("System.") or base in r4.type_names():
        return frozenset({base})
    parent, _, name = base.rpartition(".")
    outer = base_shapes(parent) if parent else frozenset()
    found = outer if outer is None else member_shapes(outer, name.removesuffix("[x]"))
    if found == frozenset():
        hint = did_you_mean(base, r4.type_names())
        raise Problem("fhirpath", f"FHIRPath: FHIR {current()} has no '{base}' to start from", hint=hint)
    return found


def opened(shapes: frozenset[str]) -> Shapes:
    """Return the shapes, or unknown where one of them is abstract."""
    return UNKNOWN if shapes & _OPEN else shapes


def cast_shapes(shapes: Shapes, name: str) -> Shapes:
    """Return the shapes that are left when a collection is cut to one type."""
    wanted = wanted_types(name)
    return shapes if wanted & _OPEN else wanted


def member_shapes(shapes: frozenset[str], name: str) -> Shapes:
    """Return the shapes of an element below known shapes; empty where none of them has it."""
    below = [field.shape for shape in shapes for field in readers(shape, name).values()]
    return opened(frozenset(below))
