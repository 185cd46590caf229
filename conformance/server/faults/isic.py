"""Faults that alter what annotations know of ISIC: its labels, what it does not know, its numbers."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json

_SWAPPED = {
    "372244006": "400096001",
    "400096001": "372244006",
    "254701007": "254651007",
    "254651007": "254701007",
    "201101007": "254656002",
}


@breaks("ISIC-02", seen="https://github.com/LinuxForHealth/hl7v2-fhir-converter/issues/66")
class FurtherCodingsLost(derm.AlteringAnnotations):
    """Of the codings of a finding only the first is stored."""

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _with_first_coding)


@breaks("ISIC-02", seen="https://github.com/openFHIR/openfhir/issues/117")
class FindingTextLost(derm.AlteringAnnotations):
    """The texts of coded findings are lost."""

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _without_text)


@breaks("ISIC-03", seen="https://github.com/openemr/openemr/issues/13767")
class FindingsSwapped(derm.AlteringAnnotations):
    """Findings are coded by a table of the server's own, in which two diagnoses are exchanged."""

    def alter(self, resource: Json) -> Json:
        return derm.with_snomed(resource, lambda code: _SWAPPED.get(code, code))


@breaks("ISIC-07", seen="https://github.com/medblocks/openFHIR/issues/174")
class CodingVersionLost(derm.AlteringAnnotations):
    """The versions of codings are lost."""

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _without_version)


@breaks("ISIC-04", seen="https://github.com/openFHIR/openfhir/issues/91")
class AbsenceForgotten(derm.AlteringAnnotations):
    """Components without a value are lost, and with them the reason why they have none."""

    def alter(self, resource: Json) -> Json:
        parts = resource.get("component", [])
        return {**resource, "component": [part for part in parts if "dataAbsentReason" not in part]}


@breaks("ISIC-04")
class AbsenceMadeBenign(derm.AlteringAnnotations):
    """A finding that is unknown becomes a nevus."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "component": [_benign(part) for part in resource.get("component", [])]}


@breaks("ISIC-09", seen="https://github.com/openmrs/openmrs-module-fhir2/pull/570")
class NotesLost(derm.AlteringAnnotations):
    """An annotation loses its notes."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "note")


@breaks("ISIC-10", seen="https://github.com/hmislk/hmis/issues/23496")
class ForeignNumbersLost(derm.Altering):
    """Of the identifiers of a patient those are lost whose system the server does not know."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Patient")

    def alter(self, resource: Json) -> Json:
        known = [one for one in resource.get("identifier", []) if not _is_foreign(one)]
        return {**views.without(resource, "identifier"), **({"identifier": known} if known else {})}


@breaks("ISIC-10")
class LesionForgotten(derm.Altering):
    """A series of annotations loses its identifiers."""

    def concerns(self, resource: Json) -> bool:
        return "hasMember" in resource

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "identifier")


def _with_first_coding(part: dict[str, Json]) -> Json:
    return {**part, "coding": part["coding"][:1]} if isinstance(part.get("coding"), list) else part


def _without_text(part: dict[str, Json]) -> Json:
    value = part.get("valueCodeableConcept")
    if not isinstance(value, dict) or "coding" not in value:
        return part
    return {**part, "valueCodeableConcept": views.without(value, "text")}


def _without_version(part: dict[str, Json]) -> Json:
    return views.without(part, "version") if {"system", "code"} <= part.keys() else part


def _benign(component: Json) -> Json:
    if "dataAbsentReason" not in component:
        return component
    nevus = {"coding": [{"system": "http://snomed.info/sct", "code": "400096001"}]}
    return {**views.without(component, "dataAbsentReason"), "valueCodeableConcept": nevus}


def _is_foreign(identifier: Json) -> bool:
    return str(identifier.get("system", "")).startswith("urn:dermconf:isic-")
