"""Whose resource it is: the patient that a resource is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.searchset import reference_of
from conformance.checks.subjects import kind_of
from conformance.model import Resource
from conformance.references import identity

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Json

# R4's patient compartment names these for the types that hold and describe images and annotations.
_ELEMENTS = ("subject", "patient", "individual")


def patient_of(resource: Resource | Json, scene: Scene) -> str:
    """Return the reference of the patient that a resource is or is about, or nothing where it is not told."""
    if isinstance(resource, Resource):
        if resource.type == "Patient":
            return resource.reference
        resource = resource.sent if resource.received is None else resource.received
    if kind_of(resource) == "Patient":
        return reference_of(resource)
    named = (_literal(resource, element, scene) for element in _ELEMENTS)
    return next((reference for reference in named if reference), "")


def _literal(resource: Json, element: str, scene: Scene) -> str:
    value = resource.get(element) if isinstance(resource, dict) else None
    text = value.get("reference") if isinstance(value, dict) else None
    named = identity(text, scene.base) if isinstance(text, str) else None
    return named.reference if named and named.type == "Patient" else ""
