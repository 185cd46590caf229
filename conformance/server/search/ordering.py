"""Puts matches into the order of `_sort` (search.html#sort)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.server.search.kinds import KINDS
from conformance.server.search.supported import parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.server.search.index import Index
    from conformance.server.search.query import SortKey
    from conformance.server.search.world import StoredResource


def ordered(
    resources: Sequence[StoredResource], keys: Sequence[SortKey], index: Index
) -> list[StoredResource]:
    """Return the resources by the keys, the first one weighing most; what has no value comes last."""
    found = list(resources)
    for key in reversed(keys):
        found = _by(found, key, index)
    return found


def _by(resources: list[StoredResource], key: SortKey, index: Index) -> list[StoredResource]:
    valued, rest = [], []
    for resource in resources:
        value = _value(resource, key, index)
        if value is None:
            rest.append(resource)
        else:
            valued.append((value, resource))
    # A stable sort keeps the order of the lesser keys, also when reversed.
    valued.sort(key=lambda pair: pair[0], reverse=key.descending)
    return [resource for _, resource in valued] + rest


def _value(resource: StoredResource, key: SortKey, index: Index) -> Any:
    """Return the value that counts: of several, the first in the order asked for."""
    found = parameter(resource.type, key.code)
    values = index.values(resource, found) if found else ()
    if found is None or not values:
        return None
    kind = KINDS[found.type]
    return max(map(kind.high, values)) if key.descending else min(map(kind.low, values))
