"""Turns filters into predicates over resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from conformance.server.search.escape import split
from conformance.server.search.identity import keys
from conformance.server.search.index import Index, components
from conformance.server.search.kinds import KINDS, Value
from conformance.server.search.supported import parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.definitions.r4 import SearchParameter
    from conformance.model import Json
    from conformance.server.search.query import Criterion
    from conformance.server.search.world import StoredResource, World

    Test = Callable[[StoredResource], bool]


class Engine(Protocol):
    """What a predicate may ask of the search that it belongs to."""

    world: World
    index: Index

    def test(self, criterion: Criterion) -> Test:
        """Return the predicate of a further criterion."""


def test(criterion: Criterion, engine: Engine) -> Test:
    """Return the predicate that a criterion stands for."""
    if criterion.source:
        return _has(criterion, engine)
    if criterion.then:
        return _chain(criterion, engine)
    found = parameters(criterion.type)[criterion.code]
    if criterion.modifier == "missing":
        return _missing(criterion, found, engine.index)
    matches = _any(criterion, found, engine)
    if criterion.modifier == "not":
        # The negation is over the whole set and includes resources without the element (search.html#not).
        return lambda resource: not matches(resource)
    return matches


def _missing(criterion: Criterion, found: SearchParameter, index: Index) -> Test:
    wanted = criterion.alternatives == ("true",)
    return lambda resource: (not index.values(resource, found)) is wanted


def _any(criterion: Criterion, found: SearchParameter, engine: Engine) -> Test:
    tests = [_value_test(criterion, found, text, engine.world.base) for text in criterion.alternatives]
    values = engine.index.values
    if len(tests) == 1:
        only = tests[0]
        return lambda resource: any(map(only, values(resource, found)))
    return lambda resource: any(test(value) for value in values(resource, found) for test in tests)


def _value_test(
    criterion: Criterion, found: SearchParameter, text: str, base: str
) -> Callable[[Value], bool]:
    if found.type == "composite":
        return _composite(criterion.type, found, text, base)
    return KINDS[found.type].matcher(text, criterion.modifier, base)


def _composite(type_: str, found: SearchParameter, text: str, base: str) -> Callable[[Value], bool]:
    kinds = [kind for kind, _ in components(type_, found)]
    tests = [KINDS[kind].matcher(part, "", base) for kind, part in zip(kinds, split(text, "$"), strict=True)]
    # Every part must hold in the one element that the parameter's expression selects.
    return lambda parts: all(any(map(test, part)) for test, part in zip(tests, parts, strict=True))


def _chain(criterion: Criterion, engine: Engine) -> Test:
    found = parameters(criterion.type)[criterion.code]
    tests = {further.type: engine.test(further) for further in criterion.then}
    reached = {key for type_, meets in tests.items() for key in _keys(type_, meets, engine.world)}
    values = engine.index.values

    def reaches(resource: StoredResource) -> bool:
        links = values(resource, found)
        return any(link.key in reached or _inside(resource, link.key, tests) for link in links)

    return reaches


def _keys(type_: str, meets: Test, world: World) -> Iterator[str]:
    for resource in filter(meets, world.current(type_)):
        yield from keys(resource, world.base)


@dataclass(frozen=True, slots=True)
class _Contained:
    """A contained resource as if it stood alone; a chain may end in one (R4 search.html#contained)."""

    type: str
    id: str
    body: dict[str, Json]


def _inside(resource: StoredResource, key: str, tests: Mapping[str, Test]) -> bool:
    if not key.startswith("#"):
        return False
    parts = [part for part in resource.body.get("contained", ()) if f"#{part.get('id')}" == key]
    inner = [_Contained(part["resourceType"], f"{resource.id}{key}", part) for part in parts]
    return any(part.type in tests and tests[part.type](part) for part in inner)


def _has(criterion: Criterion, engine: Engine) -> Test:
    found = parameters(criterion.source)[criterion.code]
    world, meets = engine.world, engine.test(criterion.then[0])
    referring = filter(meets, world.current(criterion.source))
    reached = {link.key for resource in referring for link in engine.index.values(resource, found)}
    return lambda resource: not reached.isdisjoint(keys(resource, world.base))
