"""Bare ids that two types share: R4 search.html#reference has servers reject such a search."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from conformance.references import identity
from conformance.search.references import is_bare
from conformance.search.shape import obj, text
from conformance.search.spelling import plain
from conformance.search.values import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json
    from conformance.search.asked import Asked


def ambiguous(item: str, asked: Asked) -> str:
    """Return why an id alone does not tell which resource is meant, or nothing."""
    id_ = plain(item) or ""
    if asked.parameter.type != "reference" or asked.modifier or not is_bare(id_):
        return ""
    known = {type_ for type_ in asked.parameter.targets if f"{type_}/{id_}" in asked.world.resources}
    types = known | _referred(asked).get(id_, set()) | _types_of(asked.resource, asked).get(id_, set())
    listed = " and ".join(f"{type_}/{id_}" for type_ in sorted(types))
    return f"'{id_}' may be {listed}, and servers should reject the search" if len(types) > 1 else ""


def _referred(asked: Asked) -> Mapping[str, set[str]]:
    """Return the types that known resources of this type refer to, by id."""
    type_ = str(asked.resource.get("resourceType"))
    memo = asked.world.memo
    key = (type_, asked.parameter.code)
    if key not in memo:
        memo[key] = defaultdict(set)
        for resource in asked.world.of_type(type_):
            for id_, types in _types_of(resource, asked).items():
                memo[key][id_] |= types
    return memo[key]


def _types_of(resource: Json, asked: Asked) -> Mapping[str, set[str]]:
    found = defaultdict(set)
    for one in values(asked.parameter, resource, asked.world) or []:
        named = identity(text(obj(one.value).get("reference")), asked.world.base)
        if named.local and named.type:
            found[named.id].add(named.type)
    return found
