"""What `_include` and `_revinclude` bring along (R4 search.html#include), one level deep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.references import Identity, identity
from conformance.search.shape import obj, text
from conformance.search.values import target_type, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.definitions.r4 import SearchParameter
    from conformance.model import Json
    from conformance.search.world import World

_EVERY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Included:
    """References that must come along, that may, and the types (`*`: any) of which unknown ones may too."""

    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    """One `Source:parameter[:Target]`."""

    source: str
    parameter: SearchParameter | None
    target: str
    iterates: bool


def included(query: Iterable[tuple[str, str]], matches: Sequence[Json], world: World) -> Included:
    """Return what comes along with the matches; what a server returned belongs into the world first."""
    parts = [_part(name, value, matches, world) for name, value in query if value]
    here = frozenset(f"{one.get('resourceType')}/{one.get('id')}" for one in matches)
    must = frozenset().union(*(part.must for part in parts)) - here
    return Included(
        must=must,
        may=frozenset().union(*(part.may for part in parts)) - here - must,
        open=frozenset().union(*(part.open for part in parts)),
    )


def _part(name: str, value: str, matches: Sequence[Json], world: World) -> Included:
    code, _, modifier = name.partition(":")
    if code not in {"_include", "_revinclude"}:
        return Included()
    path = _path(value, iterates=bool(modifier))
    if path is None:
        return Included(open=frozenset({_EVERY}))
    if path.parameter is None:
        return Included()  # an unknown parameter: servers should ignore it
    found = _forward(path, matches, world) if code == "_include" else _backward(path, matches, world)
    # How deep an iteration goes is the server's choice, and so is what it reaches.
    return Included(must=found.must, may=found.may, open=frozenset({_EVERY})) if path.iterates else found


def _path(value: str, *, iterates: bool) -> _Path | None:
    """Return the parts of an include, or None for a wildcard."""
    source, _, rest = value.partition(":")
    code, _, target = rest.partition(":")
    if _EVERY in {source, code}:
        return None
    parameter = r4.parameter(source, code) if source in r4.resource_types() else None
    usable = parameter if parameter and parameter.type == "reference" else None
    return _Path(source=source, parameter=usable, target=target, iterates=iterates)


def _forward(path: _Path, matches: Sequence[Json], world: World) -> Included:
    sources = [match for match in matches if match.get("resourceType") == path.source]
    listed = [named for source in sources for named in _links(path, source, world)]
    sure = {named.reference for named in listed if not named.version and named.reference in world.resources}
    return Included(must=frozenset(sure), may=frozenset(named.reference for named in listed) - sure)


def _backward(path: _Path, matches: Sequence[Json], world: World) -> Included:
    here = {f"{one.get('resourceType')}/{one.get('id')}" for one in matches}
    sources = {f"{path.source}/{one.get('id')}": one for one in world.of_type(path.source)}
    links = {
        key: [named for named in _links(path, one, world) if named.reference in here]
        for key, one in sources.items()
    }
    must = {key for key, found in links.items() if any(not named.version for named in found)}
    may = {key for key, found in links.items() if found} - must
    unknown: frozenset[str] = frozenset() if world.closed else frozenset({path.source})
    return Included(must=frozenset(must), may=frozenset(may), open=unknown)


def _links(path: _Path, resource: Json, world: World) -> list[Identity]:
    """Return what a resource refers to by the parameter, of the type asked for."""
    if path.parameter is None:
        return []
    found = values(path.parameter, resource, world) or []
    literals = [
        one.value["reference"]
        for one in found
        if one.type == "Reference" and one.certain and text(obj(one.value).get("reference"))
        if not path.target or target_type(one.value, world) in {path.target, ""}
    ]
    named = [identity(literal, world.base) for literal in literals if not literal.startswith("#")]
    return [one for one in named if one.type or not path.target]
