"""The values that a search parameter selects from a resource."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance import fhirpath
from conformance.problem import Problem
from conformance.references import identity
from conformance.search.asked import Found
from conformance.search.shape import fits, obj, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.definitions.r4 import SearchParameter
    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.search.world import World

# The only use of resolve() in R4's definitions; it is judged here, because an unknown type leaves it open.
_TYPED = re.compile(r"\.where\(resolve\(\) is (?P<type>[A-Za-z]+)\)")


def values(parameter: SearchParameter, resource: Json, world: World) -> list[Found] | None:
    """Return the selected values, or None where we cannot evaluate the expression."""
    special = _SPECIAL.get(f"{resource.get('resourceType')}.{parameter.code}")
    if special:
        return special(resource)
    expression, types = _without_types(parameter.expression)
    found = select(expression, str(resource.get("resourceType")), resource)
    if found is None or not types:
        return found
    return [kept for one in found if (kept := _of_type(one, types, world))]


def select(expression: str, base: str, resource: Json) -> list[Found] | None:
    """Return what an expression selects, or None where there is none or we cannot evaluate it."""
    if not expression:
        return None
    try:
        nodes = fhirpath.compile(expression, base)(resource)
    except Problem:
        return None
    return [_found(node) for node in nodes]


def _found(node: Node) -> Found:
    shaped = node.value is None or fits(node.value, node.type)
    return Found(type=node.type if shaped else f"malformed {node.type}", value=node.value, path=node.path)


def _without_types(expression: str) -> tuple[str, frozenset[str]]:
    return _TYPED.sub("", expression), frozenset(_TYPED.findall(expression))


def _of_type(found: Found, types: frozenset[str], world: World) -> Found | None:
    """Keep a reference to one of the types; one of unknown type stays, but not for certain."""
    type_ = target_type(found.value, world)
    if type_ and type_ not in types:
        return None
    return found if type_ else Found(type=found.type, value=found.value, path=found.path, certain=False)


def target_type(reference: Json, world: World) -> str:
    """Return the type that a Reference names by its URL, its `type` or a known resource, or nothing."""
    stated = text(obj(reference).get("type")).rpartition("/")[2]
    return identity(text(obj(reference).get("reference")), world.base).type or stated


def _deceased(resource: Json) -> list[Found]:
    """Patient.deceased: an instant of death counts as true; absence is false by the expression alone."""
    stated = resource.get("deceasedBoolean")
    dead = stated if isinstance(stated, bool) else "deceasedDateTime" in resource
    if isinstance(stated, bool) or dead:
        return [_death(value=dead, certain=True)]
    # An extension in the place of the value: the element exists, but does not say which of the two it is.
    told = "_deceasedDateTime" in resource or "_deceasedBoolean" in resource
    return [_death(value=value, certain=False) for value in ((False, True) if told else (False,))]


def _death(*, value: bool, certain: bool) -> Found:
    return Found(type="boolean", value=value, path="Patient.deceased", certain=certain)


_SPECIAL: Mapping[str, Callable[[Json], list[Found]]] = {"Patient.deceased": _deceased}
