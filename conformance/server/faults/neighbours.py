"""Faults that alter what sessions, results of AI, reports and manifests share with annotations."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from conformance.server.faults import derm, views
from conformance.server.faults.registry import breaks

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.store import Version

_LONGEST = 64


class _AlteringObservations(derm.Altering):
    """A server that stores Observations changed."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Observation")


class _AlteringStudies(derm.Altering):
    """A server that stores studies changed."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "ImagingStudy")


class _AlteringReports(derm.Altering):
    """A server that stores reports changed."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "DiagnosticReport")


@breaks("FCAST-02", seen="https://github.com/microsoft/dicom-server/pull/414")
class AccessionLost(_AlteringStudies):
    """A study keeps its UID as its only identifier."""

    def alter(self, resource: Json) -> Json:
        kept = [one for one in resource.get("identifier", []) if one.get("system") == "urn:dicom:uid"]
        return {**resource, "identifier": kept} if kept else resource


@breaks("FCAST-06")
class ResultIdentifiersLost(_AlteringObservations):
    """An Observation loses its identifiers."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "identifier")


@breaks("FCAST-07")
class UpdateFinalises(derm.AlteringPredictions):
    """An AI prediction that is updated becomes final."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        kept = super().keep(resource, before)
        return {**kept, "status": "final"} if before is not None and self.concerns(kept) else kept

    def alter(self, resource: Json) -> Json:
        return resource


@breaks("FCAST-07", seen="https://github.com/awslabs/fhir-works-on-aws-persistence-ddb/pull/62")
class UpdateUnlabels(derm.AlteringPredictions):
    """An AI prediction that is updated loses its label."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        kept = super().keep(resource, before)
        return derm.without_label(kept) if before is not None and self.concerns(kept) else kept

    def alter(self, resource: Json) -> Json:
        return resource


@breaks("AIR-01")
class LongIdentifiersCut(_AlteringObservations):
    """Identifiers of an Observation are cut after 64 characters."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "identifier": [_cut(one) for one in resource.get("identifier", [])]}

    def concerns(self, resource: Json) -> bool:
        return "identifier" in resource and super().concerns(resource)


@breaks("AIR-02")
class AlgorithmVersionLost(derm.Altering):
    """A Device loses its versions."""

    def concerns(self, resource: Json) -> bool:
        return bool(resource["resourceType"] == "Device")

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "version")


@breaks("AIR-05")
class FurtherIdentifiersLost(_AlteringObservations):
    """An Observation keeps the first of its identifiers."""

    def concerns(self, resource: Json) -> bool:
        return "identifier" in resource and super().concerns(resource)

    def alter(self, resource: Json) -> Json:
        return {**resource, "identifier": resource["identifier"][:1]}


@breaks("IMR-02")
class StudyFindingsRecategorised(_AlteringObservations):
    """What derives from a study is filed under exam."""

    def alter(self, resource: Json) -> Json:
        if not any(_of_study(one) for one in resource.get("derivedFrom", [])):
            return resource
        exam = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "exam"}
        return {**resource, "category": [{"coding": [exam]}]}


@breaks("IMR-04", seen="https://github.com/i4mi/MobileAccessGateway/issues/59")
class FormMeasuredInBase64(_AlteringReports):
    """The size of a report's rendered form is reckoned of its base64."""

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _measured)


@breaks("IMR-04")
class FormHashInHex(_AlteringReports):
    """The hash of a report's rendered form is written in hexadecimal digits."""

    def alter(self, resource: Json) -> Json:
        return views.throughout(resource, _hexadecimal)


@breaks("IMR-05", seen="https://github.com/department-of-veterans-affairs/vets-api-clients/issues/87")
class ReportResultsLost(_AlteringReports):
    """A report loses the Observations that it speaks of."""

    def alter(self, resource: Json) -> Json:
        return views.without(resource, "result")


@breaks("MADO-01")
class StudyUidBare(_AlteringStudies):
    """The UID of a study is stored without urn:oid before it."""

    def alter(self, resource: Json) -> Json:
        return {**resource, "identifier": [_bare(one) for one in resource.get("identifier", [])]}


@breaks("MADO-02")
class StudyCountedAgain(_AlteringStudies):
    """The series and instances of a study are counted by what the resource lists."""

    def alter(self, resource: Json) -> Json:
        series = [
            {**one, "numberOfInstances": len(one.get("instance", []))} for one in resource.get("series", [])
        ]
        return {**resource, "series": series, "numberOfSeries": len(series)} if series else resource


def _cut(identifier: Json) -> Json:
    return {**identifier, "value": str(identifier.get("value", ""))[:_LONGEST]}


def _of_study(reference: Json) -> bool:
    return "ImagingStudy/" in str(reference.get("reference", ""))


def _measured(part: dict[str, Json]) -> Json:
    return {**part, "size": len(part["data"])} if {"data", "size"} <= part.keys() else part


def _hexadecimal(part: dict[str, Json]) -> Json:
    if "hash" not in part:
        return part
    return {**part, "hash": base64.b64encode(base64.b64decode(part["hash"]).hex().encode()).decode()}


def _bare(identifier: Json) -> Json:
    return {**identifier, "value": str(identifier.get("value", "")).removeprefix("urn:oid:")}
