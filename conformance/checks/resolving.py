"""What a reference leads to, as far as the scene knows it; nothing here reads anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks import searchset
from conformance.references import identity

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Json


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a reference's target: `known` with a resource, `known` without one, or not known."""

    known: bool
    resource: Json = None


UNKNOWN = Found(known=False)


def look_up(text: str, root: Json, scene: Scene) -> Found:
    """Return what a literal reference within the resource `root` leads to."""
    if text.startswith("#"):
        return Found(known=True, resource=_contained(text[1:], root))
    short = identity(text, scene.base).reference
    for key in (text, short):
        if key in scene.resolved:
            return Found(known=True, resource=scene.resolved[key])
    return _own(short, scene) or _in_bundle(text, short, scene) or UNKNOWN


def _contained(id_: str, root: Json) -> Json:
    if not id_:  # R4 references.html#contained: '#' alone names the container
        return root
    contained = root.get("contained") if isinstance(root, dict) else None
    listed = contained if isinstance(contained, list) else []
    return next((r for r in listed if isinstance(r, dict) and r.get("id") == id_), None)


def _own(short: str, scene: Scene) -> Found | None:
    resource = scene.own.get(short)
    if resource is None:
        return None
    if resource.deleted:
        return Found(known=True)
    body = resource.sent if resource.received is None else resource.received
    return Found(known=True, resource=body) if isinstance(body, dict) else None


def _in_bundle(text: str, short: str, scene: Scene) -> Found | None:
    for entry in searchset.entries(scene.body, scene.base):
        if isinstance(entry.resource, dict) and (entry.full_url == text or entry.reference == short):
            return Found(known=True, resource=entry.resource)
    return None
