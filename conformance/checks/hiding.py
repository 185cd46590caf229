"""What a server may hide: labels decide who is shown a resource (fairness F19, F20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Resource


def perhaps_hidden(resource: Resource, scene: Scene) -> str:
    """Return why a resource may lawfully stay unseen, or nothing; what was read back is not hidden."""
    meta = resource.sent.get("meta") if isinstance(resource.sent, dict) else None
    labelled = bool(meta.get("security")) if isinstance(meta, dict) else False
    if not labelled or resource.reference in scene.seen:
        return ""
    return f"{resource.reference} carries a security label: a policy may hide it from this client"
