"""Faults that alter annotations: what comes back is no longer what was sent."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json


@breaks("DERM-ANN-01")
class ImagingCategoryLost(derm.AlteringAnnotations):
    """An annotation loses its category imaging."""

    def alter(self, resource: Json) -> Json:
        return derm.without_category(resource, "imaging")


@breaks("DERM-ANN-02")
class AnnotationCategoryLost(derm.AlteringAnnotations):
    """An annotation loses its category dermatology-annotation."""

    def alter(self, resource: Json) -> Json:
        return derm.without_category(resource, "dermatology-annotation")


@breaks("DERM-ANN-04")
class SourceImageLost(derm.AlteringAnnotations):
    """An annotation loses the reference to its image."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "derivedFrom")


@breaks("DERM-ANN-05a")
class SourceIsQuestionnaire(derm.AlteringAnnotations):
    """An annotation is made to refer to something that is no image."""

    def alter(self, resource: Json) -> Json:
        return derm.relinked(resource, "QuestionnaireResponse")


@breaks("DERM-ANN-06")
class MethodReplaced(derm.AlteringAnnotations):
    """The method of an annotation is replaced by a code of the server's own."""

    def alter(self, resource: Json) -> Json:
        coding = {"system": "https://example.org/methods", "code": "M1"}
        return {**resource, "method": {"coding": [coding]}}


@breaks("DERM-ANN-07")
class MethodLost(derm.AlteringAnnotations):
    """An annotation loses its method."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "method")


@breaks("DERM-ANN-08a")
class FindingsLost(derm.AlteringAnnotations):
    """An annotation loses its coded findings."""

    def alter(self, resource: Json) -> Json:
        kept = [part for part in resource.get("component", []) if "valueCodeableConcept" not in part]
        return {**views.without(resource, "component"), **({"component": kept} if kept else {})}


@breaks("DERM-ANN-08b")
class FindingCodeReplaced(derm.AlteringAnnotations):
    """The code that marks a skin finding is replaced by one of the server's own."""

    def alter(self, resource: Json) -> Json:
        own = {"coding": [{"system": "https://example.org/findings", "code": "F1"}]}
        return derm.with_component(resource, "106076001", {"code": own})


@breaks("DERM-ANN-15")
class AnnotationRegistered(derm.AlteringAnnotations):
    """The status of an annotation becomes registered."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "status": "registered"}


@breaks("DERM-ANN-16")
class ConfidenceAsPercentage(derm.AlteringAnnotations):
    """The confidence of an annotation is stored in hundredths under its old unit."""

    def alter(self, resource: Json) -> Json:
        return derm.as_percentage(resource, "confidence-score")


@breaks("DERM-AIT-01")
class AssistedLabelLost(derm.Altering):
    """Whatever a model has made or helped to make loses its AIAST label."""

    def concerns(self, resource: Json) -> bool:
        return derm.method(resource).startswith("ai-")

    def alter(self, resource: Json) -> Json:
        return derm.without_label(resource)


@breaks("DERM-AIT-02")
class ConfirmedLabelLost(derm.Altering):
    """An AI result that a clinician confirmed loses its AIAST label."""

    def concerns(self, resource: Json) -> bool:
        return derm.method(resource) == "ai-assisted-confirmed"

    def alter(self, resource: Json) -> Json:
        return derm.without_label(resource)


@breaks("DERM-AIT-03")
class CorrectedLabelLost(derm.Altering):
    """An AI result that a clinician corrected loses its AIAST label."""

    def concerns(self, resource: Json) -> bool:
        return derm.method(resource) == "ai-assisted-corrected"

    def alter(self, resource: Json) -> Json:
        return derm.without_label(resource)


@breaks("DERM-WRT-03")
class LastComponentLost(derm.AlteringAnnotations):
    """An annotation loses the last of its components."""

    def alter(self, resource: Json) -> Json:
        parts = resource.get("component", [])
        return {**resource, "component": parts[:-1]} if len(parts) > 1 else resource


@breaks("DERM-LNK-01")
class SourceImageElsewhere(derm.AlteringAnnotations):
    """An annotation is made to refer to an image that does not exist."""

    def alter(self, resource: Json) -> Json:
        return derm.relinked(resource, "DocumentReference")
