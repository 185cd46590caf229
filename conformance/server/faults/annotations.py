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
        return derm.without_findings(resource)


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


@breaks("DERM-WRT-03")
class ZerosLost(derm.Altering):
    """Scores that are zero are taken for missing, and lost."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Observation")

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _without_zero)


@breaks("DERM-WRT-03")
class ReviewForgotten(derm.AlteringAnnotations):
    """An annotation loses its review status."""

    def alter(self, resource: Json) -> Json:
        parts = resource.get("component", [])
        kept = [part for part in parts if not derm.has_code(part["code"], "qa-review-status")]
        return {**resource, "component": kept} if len(kept) < len(parts) else resource


@breaks("DERM-LNK-01")
class SourceImageElsewhere(derm.AlteringAnnotations):
    """An annotation is made to refer to an image that does not exist."""

    def alter(self, resource: Json) -> Json:
        return derm.relinked(resource, "DocumentReference")


@breaks("DERM-ANN-05b")
class ForeignSourceAdded(derm.AlteringAnnotations):
    """An annotation is made to derive from something that is no image, too."""

    def alter(self, resource: Json) -> Json:
        return derm.with_source(resource, "QuestionnaireResponse/x")


@breaks("DERM-ANN-17")
class AgreementAsPercentage(derm.AlteringAnnotations):
    """The agreement of annotators is stored in hundredths under its old unit."""

    def alter(self, resource: Json) -> Json:
        return derm.as_percentage(resource, "inter-annotator-agreement")


@breaks("DERM-ANN-17")
class AgreementAdded(derm.AlteringAnnotations):
    """An annotation gains an agreement of annotators in hundredths."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "component": [*resource.get("component", []), derm.agreement(95)]}


@breaks("DERM-ANN-23")
class AnnotationWithdrawn(derm.AlteringAnnotations):
    """The status of an annotation becomes entered-in-error."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "status": "entered-in-error"}


@breaks("DERM-ANN-24")
class PerformerLost(derm.AlteringAnnotations):
    """An annotation loses its performer."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "performer")


@breaks("DERM-ANN-24")
class NobodysExpertise(derm.AlteringAnnotations):
    """An annotation becomes an expert's and loses its performer."""

    def alter(self, resource: Json) -> Json:
        expert = derm.with_method(resource, lambda code: "expert-annotation")  # noqa: ARG005 - whatever it was
        return views.without(expert, "performer")


@breaks("DERM-ANN-25")
class AnnotationCalledInference(derm.AlteringAnnotations):
    """The method of an annotation becomes ai-inference."""

    def alter(self, resource: Json) -> Json:
        return derm.with_method(resource, lambda code: "ai-inference")  # noqa: ARG005 - whatever it was


@breaks("DERM-TRM-02")
class FindingsRecoded(derm.AlteringAnnotations):
    """The findings of an annotation are recoded with the server's own codes."""

    def alter(self, resource: Json) -> Json:
        own = {"valueCodeableConcept": {"coding": [{"system": "https://example.org/findings", "code": "F1"}]}}
        return derm.with_component(resource, "106076001", own)


@breaks("DERM-TRM-03")
class SiteRecoded(derm.AlteringAnnotations):
    """The body site of an annotation is recoded with the server's own codes."""

    def alter(self, resource: Json) -> Json:
        own = {"coding": [{"system": "https://example.org/sites", "code": "S1"}]}
        return {**resource, "bodySite": own} if "bodySite" in resource else resource


@breaks("DERM-ANN-19")
class SiteWidened(derm.AlteringAnnotations):
    """The body site of an annotation becomes the whole skin, which is not in the guide's value set."""

    def alter(self, resource: Json) -> Json:
        own = {"coding": [{"system": "http://snomed.info/sct", "code": "39937001"}]}
        return {**resource, "bodySite": own} if "bodySite" in resource else resource


@breaks("DERM-TRM-06", seen="https://github.com/IHTSDO/snowstorm/issues/367")
class LongIdentifiersRounded(derm.AlteringAnnotations):
    """SNOMED CT identifiers of an annotation go through floating point, and long ones lose their end."""

    def alter(self, resource: Json) -> Json:
        return derm.with_snomed(resource, lambda code: str(int(float(code))))


@breaks("DERM-TRM-06")
class SiteFromAWrongTable(derm.AlteringAnnotations):
    """The body site of an annotation is mapped by a table in which the last digits were mistyped."""

    def alter(self, resource: Json) -> Json:
        site = derm.with_snomed(
            resource.get("bodySite"), lambda code: f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
        )
        return {**resource, "bodySite": site} if site else resource


@breaks("DERM-TRM-04")
class CodesInCapitals(derm.AlteringAnnotations):
    """The code of a method is stored in capital letters."""

    def alter(self, resource: Json) -> Json:
        return derm.with_method(resource, str.upper)


@breaks("DERM-LNK-02")
class SubjectReplaced(derm.AlteringAnnotations):
    """The subject of an annotation becomes another patient."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "subject": {"reference": "Patient/sample-patient-1"}}


def _without_zero(part: dict[str, Json]) -> Json:
    return views.without(part, "value") if part.get("value", 1) == 0 else part
