"""Finds what `_include` and `_revinclude` bring along (search.html#include, #revinclude)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.search.identity import keys
from conformance.server.search.supported import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.definitions.r4 import SearchParameter
    from conformance.server.search.index import Index
    from conformance.server.search.kinds.links import Link
    from conformance.server.search.query import Include
    from conformance.server.search.world import StoredResource, World


def included(
    includes: Sequence[Include], matches: Sequence[StoredResource], world: World, index: Index
) -> list[StoredResource]:
    """Return what comes along with the matches, each once and none that is itself a match."""
    seen = {_key(resource) for resource in matches}
    found: list[StoredResource] = []
    frontier, active = list(matches), list(includes)
    while frontier and active:
        frontier = [r for r in _around(active, frontier, world, index) if _fresh(r, seen)]
        found += frontier
        # Only `:iterate` goes on from what came along itself.
        active = [include for include in active if include.iterate]
    return found


def _key(resource: StoredResource) -> str:
    return f"{resource.type}/{resource.id}"


def _fresh(resource: StoredResource, seen: set[str]) -> bool:
    key = _key(resource)
    if key in seen:
        return False
    seen.add(key)
    return True


def _around(
    includes: Iterable[Include], frontier: list[StoredResource], world: World, index: Index
) -> Iterator[StoredResource]:
    for include in includes:
        yield from (_referring if include.reverse else _referred)(include, frontier, world, index)


def _parameters(include: Include, type_: str) -> list[SearchParameter]:
    if include.source not in ("*", type_):
        return []
    known = references(type_)
    return list(known.values()) if include.code == "*" else [known[include.code]]


def _referred(
    include: Include, frontier: list[StoredResource], world: World, index: Index
) -> Iterator[StoredResource]:
    for resource in frontier:
        for parameter in _parameters(include, resource.type):
            for link in index.values(resource, parameter):
                # An unresolvable target is silently left out.
                found = _targets(link, parameter.targets, world)
                yield from (target for target in found if include.target in ("", target.type))


def _targets(link: Link, types: Iterable[str], world: World) -> list[StoredResource]:
    if link.id:
        target = world.get(link.type, link.id)
        return [target] if target else []
    if not link.key or link.key.startswith("#"):
        return []
    present = set(world.types()).intersection(types)
    return [r for type_ in sorted(present) for r in world.current(type_) if r.body.get("url") == link.key]


def _referring(
    include: Include, frontier: list[StoredResource], world: World, index: Index
) -> Iterator[StoredResource]:
    meant = (resource for resource in frontier if include.target in ("", resource.type))
    wanted = {key for resource in meant for key in keys(resource, world.base)}
    parameters = _parameters(include, include.source)
    for resource in world.current(include.source):
        if any(link.key in wanted for parameter in parameters for link in index.values(resource, parameter)):
            yield resource
