"""Steps along a path: where it starts, which element comes next, which types are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import by_release, current
from conformance.fhirpath.node import child_names, shape_types
from conformance.fhirpath.registry import UNKNOWN
from conformance.fhirpath.types import casts_to, is_a, member_shapes
from conformance.fhirpath.values import boolean, single
from conformance.problem import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.registry import Shapes
    from conformance.fhirpath.scope import Scope

    Run = Callable[[Nodes, Scope], Nodes]

_ABSTRACT = {"Resource", "DomainResource"}


def is_start(name: str, shapes: Shapes) -> bool:
    """Tell whether a first name is the type that the path starts from, as in `Patient.name`."""
    return name[0].isupper() and name in r4.type_names() and not (shapes and member_shapes(shapes, name))


def start_shapes(name: str, shapes: Shapes) -> Shapes:
    """Return which of the shapes a path that begins with a type name starts from."""
    if shapes is None:
        return UNKNOWN if name in _ABSTRACT else frozenset({name})
    return frozenset(shape for shape in shapes if name in shape_types(shape))


def start(name: str) -> Run:
    """Return the step that keeps the items of the type that a path names first."""
    wanted = frozenset({name})

    def run(items: Nodes, _scope: Scope) -> Nodes:
        if len(items) == 1 and items[0].type == name:
            return items
        return [node for node in items if is_a(node, wanted)]

    return run


def below(shapes: Shapes, name: str) -> tuple[Shapes, str, str]:
    """Return the shapes of an element, and what is wrong where nothing has such an element."""
    if shapes is None:
        known = name in r4.element_names()
        hint = "" if known else did_you_mean(name, r4.element_names())
        return UNKNOWN, "" if known else f"no element of FHIR {current()} is called '{name}'", hint
    if not shapes:
        return shapes, "", ""
    found = member_shapes(shapes, name)
    if found == frozenset():
        return found, f"{' or '.join(sorted(shapes))} has no element '{name}'", _nearest(shapes, name)
    return found, "", ""


def _nearest(shapes: frozenset[str], name: str) -> str:
    names = [known for shape in sorted(shapes) for known in child_names(shape)]
    for known in names:
        if name.startswith(known) and name[len(known) :] in _capitals():
            return f"write '{known}', or '{known} as {_capitals()[name[len(known) :]]}'"
    return did_you_mean(name, names)


@by_release
def _capitals() -> dict[str, str]:
    """Return the type names by how they end the JSON name of a choice."""
    return {name[0].upper() + name[1:]: name for name in r4.type_names()}


def step(name: str) -> Run:
    """Return the step to the children with a name."""

    def run(items: Nodes, _scope: Scope) -> Nodes:
        found: Nodes = []
        for node in items:
            node.read(name, found)
        return found

    return run


def type_test(wanted: frozenset[str]) -> Run:
    """Return `is`."""

    def run(items: Nodes, _scope: Scope) -> Nodes:
        node = single(items, "'is'")
        return [] if node is None else boolean(is_a(node, wanted))

    return run


def cast(wanted: frozenset[str], *, lenient: bool) -> Run:
    """Return `as` (of one item, unless lenient) or `ofType`."""

    def run(items: Nodes, _scope: Scope) -> Nodes:
        if not lenient:
            single(items, "'as'")
        return [node for node in items if casts_to(node, wanted)]

    return run
