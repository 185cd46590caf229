"""Under which names other resources refer to a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.search.kinds.links import read

if TYPE_CHECKING:
    from conformance.server.search.world import StoredResource


def keys(resource: StoredResource, base: str) -> tuple[str, ...]:
    """Return `Type/id` and, where the resource has one, its canonical URL."""
    own = f"{resource.type}/{resource.id}"
    url = resource.body.get("url")
    return (own, read(url, base).key) if isinstance(url, str) else (own,)
