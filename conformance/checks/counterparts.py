"""What an answer is compared with: another step's answer, or a resource as it was sent or found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks import searchset
from conformance.checks.subjects import kind_of
from conformance.references import identity

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """The other side of a comparison; `step` is set where it is another step's answer."""

    name: str
    reference: str = ""
    body: Json = None
    step: Scene | None = None


def counterparts(name: str, scene: Scene) -> list[Counterpart]:
    """Return what a name stands for: one step, or each of its resources."""
    step = scene.steps.get(name)
    if step is not None:
        return [Counterpart(name=name, reference=answered(step), body=step.body, step=step)]
    return [
        Counterpart(
            name=name,
            reference=resource.reference,
            body=resource.received if resource.sent is None else resource.sent,
        )
        for resource in scene.names.get(name, ())
    ]


def answered(scene: Scene) -> str:
    """Return the `Type/id` that an answer is about: its resource's, or its Location's (R4-CRE-02)."""
    told = "" if kind_of(scene.body) in {"Bundle", "OperationOutcome"} else searchset.reference_of(scene.body)
    if told or not scene.exchanges:
        return told
    headers = scene.exchanges[-1].answer.headers
    location = headers.get("location") or headers.get("content-location") or ""
    named = identity(location, scene.base)
    return named.reference if named.type else ""


def body_here(other: Counterpart, scene: Scene) -> Json:
    """Return this answer's resource to compare: the body, or the Bundle's entry of that resource."""
    if kind_of(scene.body) != "Bundle" or kind_of(other.body) == "Bundle":
        return scene.body
    listed = searchset.entries(scene.body, scene.base)
    return next((entry.resource for entry in listed if entry.reference == other.reference), None)
