"""Faults that alter AI predictions and their Provenance."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json


@breaks("DERM-AIP-01")
class PredictionLabelLost(derm.AlteringPredictions):
    """An AI prediction loses its AIAST label."""

    def alter(self, resource: Json) -> Json:
        return derm.without_label(resource)


@breaks("DERM-AIP-02")
class PredictionCalledExpert(derm.AlteringPredictions):
    """The method of an AI prediction becomes expert-annotation."""

    def alter(self, resource: Json) -> Json:
        codings = [{**coding, "code": "expert-annotation"} for coding in resource["method"].get("coding", [])]
        return {**resource, "method": {**resource["method"], "coding": codings}}

    def concerns(self, resource: Json) -> bool:
        return super().concerns(resource) and "method" in resource


@breaks("DERM-AIP-03")
class PredictionFinal(derm.AlteringPredictions):
    """An AI prediction becomes final."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "status": "final"}


@breaks("DERM-AIP-04")
class PredictionCancelled(derm.AlteringPredictions):
    """An AI prediction is cancelled without anybody having asked for it."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "status": "cancelled"}


@breaks("DERM-AIP-05")
class PredictionRegistered(derm.AlteringPredictions):
    """The status of an AI prediction becomes registered."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "status": "registered"}


@breaks("DERM-AIP-07a")
class PredictionOfQuestionnaire(derm.AlteringPredictions):
    """An AI prediction is made to refer to something that is no image."""

    def alter(self, resource: Json) -> Json:
        return derm.relinked(resource, "QuestionnaireResponse")


@breaks("DERM-AIP-08")
class ModelLost(derm.AlteringPredictions):
    """An AI prediction loses the reference to its model."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "device")


@breaks("DERM-AIP-11")
class PredictionConfidenceAsPercentage(derm.AlteringPredictions):
    """The confidence of an AI prediction is stored in hundredths under its old unit."""

    def alter(self, resource: Json) -> Json:
        return derm.as_percentage(resource, "prediction-confidence")


@breaks("DERM-AIP-12")
class PredictionCategoriesLost(derm.AlteringPredictions):
    """An AI prediction loses its categories."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "category")


@breaks("DERM-AIT-07")
class ProvenanceAgentReplaced(derm.Altering):
    """The agent of a Provenance becomes the server itself."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Provenance")

    def alter(self, resource: Json) -> Json:
        return {**resource, "agent": [{"who": {"display": "the record system"}}]}


@breaks("DERM-AIT-08")
class ProvenanceEntityLost(derm.Altering):
    """A Provenance loses the image that it names as its source."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Provenance")

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "entity")


@breaks("DERM-AIP-07b")
class PredictionWithForeignSource(derm.AlteringPredictions):
    """An AI prediction is made to derive from something that is no image, too."""

    def alter(self, resource: Json) -> Json:
        return derm.with_source(resource, "QuestionnaireResponse/x")


@breaks("DERM-AIP-09")
class PredictedFindingLost(derm.AlteringPredictions):
    """An AI prediction loses its coded findings."""

    def alter(self, resource: Json) -> Json:
        return derm.without_findings(resource)


@breaks("DERM-AIP-14")
class PredictionSourceLost(derm.AlteringPredictions):
    """An AI prediction loses the reference to its image."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "derivedFrom")


@breaks("DERM-AIT-09")
class ModelVersionLost(derm.Altering):
    """The Device of a model loses its names and versions."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Device")

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "deviceName", "version", "modelNumber")


@breaks("DERM-TRM-02")
class PredictedFindingsRecoded(derm.AlteringPredictions):
    """The findings of an AI prediction are recoded with the server's own codes."""

    def alter(self, resource: Json) -> Json:
        own = {"valueCodeableConcept": {"coding": [{"system": "https://example.org/findings", "code": "F1"}]}}
        return derm.with_component(resource, "106076001", own)
