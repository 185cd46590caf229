"""What a server holds that others wrote (fairness F1, F13): it says that it publishes none of it."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import views
from conformance.server.variations.registry import allowed
from conformance.server.variations.showing import Showing

if TYPE_CHECKING:
    from conformance.model import Json

_STORED = "sample-"


class HoldingData(Showing):
    """A server whose stored annotations are others than the sample's, and that claims no profile."""

    def stored(self, annotation: Json) -> Json:
        """Return an annotation as it stands in the data."""
        raise NotImplementedError

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), lambda one: views.without(one, "supportedProfile"))

    def shown(self, resource: Json) -> Json:
        resource = super().shown(resource)
        stored = views.kind(resource) == "Observation" and resource.get("id", "").startswith(_STORED)
        return self.stored(resource) if stored else resource


@allowed("F1")
class UnsoundDataHeld(HoldingData):
    """Stored annotations have one category, no finding and no device, and a prediction is final."""

    def stored(self, annotation: Json) -> Json:
        made = views.without(annotation, "component", "device", "valueCodeableConcept")
        return {**made, "status": "final", "category": annotation.get("category", [{}])[:1]}


@allowed("F13")
class ImagesElsewhere(HoldingData):
    """Stored annotations are derived from a contained image, from one on another server, or by identifier."""

    def stored(self, annotation: Json) -> Json:
        photo = {
            "resourceType": "Media",
            "id": "photo",
            "status": "completed",
            "content": {"title": "A photo"},
        }
        elsewhere = [
            {"reference": "#photo"},
            {"reference": "https://images.example.org/fhir/DocumentReference/p-1"},
            {"type": "Media", "identifier": {"system": "https://example.org/images", "value": "P-1"}},
        ]
        return {**annotation, "contained": [photo], "derivedFrom": elsewhere}
