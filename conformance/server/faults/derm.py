"""How the alteration faults see annotations and predictions, and how they change them."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.server.store import Version

_IG = "https://annotatemd.com/fhir/ig"
_METHODS = f"{_IG}/CodeSystem/annotation-method"
_TYPES = f"{_IG}/CodeSystem/annotation-type"
TYPES = f"{_IG}/CodeSystem/annotation-type"
_ANNOTATION, _PREDICTION = "dermatology-image-annotation", "ai-prediction"


class Altering(Behaviour):
    """A server that stores the resources of one kind changed."""

    def concerns(self, resource: Json) -> bool:
        """Tell whether a resource is of the kind that is changed."""
        raise NotImplementedError

    def alter(self, resource: Json) -> Json:
        """Return what is stored instead of the resource."""
        raise NotImplementedError

    def keep(self, resource: Json, before: Version | None) -> Json:
        kept = super().keep(resource, before)
        return self.alter(kept) if self.concerns(kept) else kept


class AlteringAnnotations(Altering):
    """A server that stores annotations changed."""

    def concerns(self, resource: Json) -> bool:
        return is_annotation(resource)


class AlteringPredictions(Altering):
    """A server that stores AI predictions changed."""

    def concerns(self, resource: Json) -> bool:
        return is_prediction(resource)


def is_prediction(resource: Json) -> bool:
    """Tell whether a resource is an AI prediction, by the profile it claims or by its method."""
    return _claims(resource, _PREDICTION) or method(resource) == "ai-inference"


def is_annotation(resource: Json) -> bool:
    """Tell whether a resource is an annotation, by the profile it claims or by its method."""
    by_method = method(resource) not in {"", "ai-inference"} and "hasMember" not in resource
    return not is_prediction(resource) and (_claims(resource, _ANNOTATION) or by_method)


def method(resource: Json) -> str:
    """Return the guide's code for the method of an Observation, or nothing."""
    codings = (
        resource.get("method", {}).get("coding", []) if resource["resourceType"] == "Observation" else []
    )
    return next((coding.get("code", "") for coding in codings if coding.get("system") == _METHODS), "")


def without_category(resource: Json, code: str) -> Json:
    """Return the resource without the category of this code."""
    kept = [item for item in resource.get("category", []) if not has_code(item, code)]
    rest = {name: value for name, value in resource.items() if name != "category"}
    return {**rest, "category": kept} if kept else rest


def has_code(concept: Json, code: str) -> bool:
    """Tell whether a concept has a coding with this code."""
    return any(coding.get("code") == code for coding in concept.get("coding", []))


def without_label(resource: Json) -> Json:
    """Return the resource without its AIAST label."""
    meta = resource.get("meta", {})
    kept = [label for label in meta.get("security", []) if label.get("code") != "AIAST"]
    rest = {name: value for name, value in meta.items() if name != "security"}
    return {**resource, "meta": {**rest, "security": kept} if kept else rest}


def relinked(resource: Json, type_: str) -> Json:
    """Return the resource with every source reference pointing to a resource of another type."""
    return {**resource, "derivedFrom": [{"reference": f"{type_}/x"} for _ in resource.get("derivedFrom", [])]}


def with_source(resource: Json, reference: str) -> Json:
    """Return the resource with one more source reference."""
    return {**resource, "derivedFrom": [*resource.get("derivedFrom", []), {"reference": reference}]}


def with_method(resource: Json, change: Callable[[str], str]) -> Json:
    """Return the resource with the codes of its method changed."""
    concept = resource.get("method", {})
    codings = [{**coding, "code": change(coding.get("code", ""))} for coding in concept.get("coding", [])]
    return {**resource, "method": {**concept, "coding": codings}} if codings else resource


def without_findings(resource: Json) -> Json:
    """Return the resource without the components whose value is coded."""
    kept = [part for part in resource.get("component", []) if "valueCodeableConcept" not in part]
    rest = {name: value for name, value in resource.items() if name != "component"}
    return {**rest, "component": kept} if kept else rest


def with_component(resource: Json, code: str, change: Json) -> Json:
    """Return the resource with members of one component's value replaced."""
    return {**resource, "component": [_changed(one, code, change) for one in resource.get("component", [])]}


def with_snomed(value: Json, change: Callable[[str], str]) -> Json:
    """Return a value with every code of SNOMED CT in it changed."""
    if isinstance(value, list):
        return [with_snomed(part, change) for part in value]
    if not isinstance(value, dict):
        return value
    changed = {name: with_snomed(part, change) for name, part in value.items()}
    if changed.get("system") == "http://snomed.info/sct" and isinstance(changed.get("code"), str):
        changed["code"] = change(changed["code"])
    return changed


def agreement(value: int) -> Json:
    """Return the component that says how far annotators agree."""
    code = {"coding": [{"system": _TYPES, "code": "inter-annotator-agreement"}]}
    unit = {"system": "http://unitsofmeasure.org", "code": "1"}
    return {"code": code, "valueQuantity": {"value": value, **unit}}


def as_percentage(resource: Json, code: str) -> Json:
    """Return the resource with the score of one component given in hundredths, under its old unit."""
    parts = resource.get("component", [])
    return {
        **resource,
        "component": [_hundredfold(part) if has_code(part["code"], code) else part for part in parts],
    }


def _changed(component: Json, code: str, change: Json) -> Json:
    return {**component, **change} if has_code(component["code"], code) else component


def _hundredfold(component: Json) -> Json:
    quantity = component.get("valueQuantity", {})
    if "value" not in quantity:
        return component
    return {**component, "valueQuantity": {**quantity, "value": Decimal(str(quantity["value"])) * 100}}


def _claims(resource: Json, profile: str) -> bool:
    url = f"{_IG}/StructureDefinition/{profile}"
    return any(claim.partition("|")[0] == url for claim in resource.get("meta", {}).get("profile", []))
