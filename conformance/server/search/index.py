"""What search takes out of resources: once per version and parameter, then remembered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import fhirpath
from conformance.definitions import r4
from conformance.definitions.release import by_release
from conformance.server.search.kinds import KINDS, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.definitions.r4 import SearchParameter
    from conformance.fhirpath import Compiled, Node
    from conformance.model import Json
    from conformance.server.search.world import StoredResource

    Values = tuple[Value, ...]

# Search is evaluated on the resource alone: what a reference resolves to is told by its own type.
_RESOLVED = re.compile(r"\.where\(resolve\(\) is (\w+)\)")
_INDEX = re.compile(r"\[\d+\]")
# Erratum of 4.0.1: the two expressions of this composite stand in each other's place.
_SWAPPED = frozenset({("DocumentReference", "relationship")})


class Index:
    """The values of resources, seen from the server at `base`."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._known: dict[tuple[str, str], tuple[Json, dict[str, Values]]] = {}

    def values(self, resource: StoredResource, parameter: SearchParameter) -> Values:
        """Return the values of one parameter; for a composite, tuples with the values of each part."""
        body = resource.body
        known = self._known.get((resource.type, resource.id))
        if known is None or known[0] is not body:
            known = self._known[(resource.type, resource.id)] = (body, {})
        found = known[1].get(parameter.code)
        if found is None:
            found = known[1][parameter.code] = tuple(self._take(resource.type, body, parameter))
        return found

    def _take(self, type_: str, body: dict[str, Json], parameter: SearchParameter) -> Iterator[Value]:
        if parameter.type == "composite":
            return self._composite(type_, body, parameter)
        return _plan(parameter.type, parameter.expression, type_).values(body, self._base)

    def _composite(self, type_: str, body: dict[str, Json], parameter: SearchParameter) -> Iterator[Values]:
        parts = components(type_, parameter)
        for root in fhirpath.compile(parameter.expression, type_)(body):
            below = _INDEX.sub("", root.path)
            plans = [_plan(kind, expression, below) for kind, expression in parts]
            found = tuple(tuple(plan.values(root, self._base)) for plan in plans)
            if all(found):
                yield found


@by_release
def components(type_: str, parameter: SearchParameter) -> tuple[tuple[str, str], ...]:
    """Return kind and expression of each part of a composite parameter."""
    expressions = [part.expression for part in parameter.components]
    if (type_, parameter.code) in _SWAPPED:
        expressions.reverse()
    found = [r4.parameter_by_url(part.definition_url, type_) for part in parameter.components]
    kinds = [part.type if part else "token" for part in found]
    return tuple(zip(kinds, expressions, strict=True))


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the values of one expression are taken; `only` holds the types that references may have."""

    evaluate: Compiled
    take: Callable[[Node, str], Iterator[Value]]
    only: frozenset[str]

    def values(self, start: dict[str, Json] | Node, base: str) -> Iterator[Value]:
        taken = (found for node in self.evaluate(start) for found in self.take(node, base))
        return (link for link in taken if link.type in self.only) if self.only else taken


@by_release
def _plan(kind: str, expression: str, base: str) -> _Plan:
    only = frozenset(_RESOLVED.findall(expression))
    return _Plan(fhirpath.compile(_RESOLVED.sub("", expression), base), KINDS[kind].take, only)
