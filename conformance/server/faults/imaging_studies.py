"""Faults of how studies are found, what they and their endpoints say, and how a busy server puts off."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.faults import views
from conformance.server.faults.registry import breaks
from conformance.server.imaging.behaviour import Imaging
from conformance.server.imaging.studies import studies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Json
    from conformance.server.imaging.studies import Study
    from conformance.server.messages import Reply


class _Lacking(Imaging):
    """A server whose studies lack an element."""

    element = ""

    def record(self, resource: Json) -> Json:
        return {name: value for name, value in resource.items() if name != self.element}


class _Deaf(Imaging):
    """A server that does not hear a parameter of a search."""

    parameter = ""

    def hear(self, pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        return [pair for pair in pairs if pair[0] != self.parameter]


class _Bundling(Imaging):
    """A server whose searchsets have other entries."""

    def kept(self, entry: Json) -> bool:
        """Tell whether an entry stays."""
        raise NotImplementedError

    def enclose(self, bundle: Json) -> Json:
        return {**bundle, "entry": [one for one in bundle.get("entry", ()) if self.kept(one)]}


@breaks("SIA-SRC-01")
class EverybodysStudies(Imaging):
    """A search by patient finds the studies of all patients."""

    def hear(self, pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        return [pair for pair in pairs if pair[0] != "patient"]

    def searched(self, permitted: Sequence[Study], every: Sequence[Study]) -> Sequence[Study]:
        _ = permitted
        return every


@breaks("SIA-SRC-02")
class ChangesUnheard(_Deaf):
    """A search by when studies changed finds all of them."""

    parameter = "_lastUpdated"


@breaks("SIA-SRC-03", seen="https://github.com/RadicalImaging/Static-DICOMWeb/pull/86")
class StudyIdentifierUnheard(_Deaf):
    """A search by UID finds all studies of the patient."""

    parameter = "identifier"


@breaks("SIA-SRC-04", seen="https://github.com/athenahealth/apiserver-athenaFlex/issues/230")
class EndpointsLeftOut(_Bundling):
    """An _include of endpoints adds none."""

    def kept(self, entry: Json) -> bool:
        return bool(entry["resource"]["resourceType"] != "Endpoint" or entry["fullUrl"].startswith("urn:"))


@breaks("SIA-SRC-09", seen="https://github.com/openemr/openemr/issues/6885")
class StudiesAsCollection(Imaging):
    """The answer to a search of studies is a collection."""

    def enclose(self, bundle: Json) -> Json:
        return {**bundle, "type": "collection"}


@breaks("SIA-SRC-10", seen="https://github.com/microsoft/dicom-server/pull/434")
class InstancesUncounted(_Lacking):
    """Studies do not tell how many instances they have."""

    element = "numberOfInstances"


@breaks("SIA-SRC-12")
class LocalEndpointsByOid(Imaging):
    """An endpoint that is made for one answer is named by an OID."""

    def enclose(self, bundle: Json) -> Json:
        return {**bundle, "entry": [_renamed(one) for one in bundle.get("entry", ())]}


@breaks("SIA-SRC-13")
class LocalEndpointsLeftOut(_Bundling):
    """An endpoint that is made for one answer does not stand in it."""

    def kept(self, entry: Json) -> bool:
        return not str(entry.get("fullUrl", "")).startswith("urn:")


@breaks("SIA-503-01", seen="https://github.com/medplum/medplum/issues/10518")
class BusySearchSaysNothing(Imaging):
    """A search that is put off does not say until when."""

    def put_off(self) -> Mapping[str, str]:
        return {}


@breaks("SIA-503-03", seen="https://github.com/microsoft/fhir-server/pull/1643")
class BusyRetrievalSaysNothing(Imaging):
    """A retrieval that is put off does not say until when."""

    def say(self, door: str, reply: Reply) -> Reply:
        if door == "study" and reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
            return reply.without("retry-after")
        return reply


@breaks("SIA-STU-01")
class StudyUidUnlabelled(Imaging):
    """A study's UID stands under another system."""

    def record(self, resource: Json) -> Json:
        return {
            **resource,
            "identifier": [{**one, "system": "urn:oid:1.2"} for one in resource["identifier"]],
        }


@breaks("SIA-STU-02")
class StudyStatusLost(_Lacking):
    """Studies have no status."""

    element = "status"


@breaks("SIA-STU-03")
class StudyOfDevice(Imaging):
    """A study's subject is a device."""

    def enclose(self, bundle: Json) -> Json:
        return {**bundle, "entry": [_of_device(one) for one in bundle.get("entry", ())]}


@breaks("SIA-STU-04", seen="https://github.com/DICOMcloud/DICOMcloud/issues/34")
class StudyModalityLost(_Lacking):
    """Studies name no modality."""

    element = "modality"


@breaks("SIA-STU-05")
class StudyEndpointLost(_Lacking):
    """Studies name no endpoint."""

    element = "endpoint"


@breaks("SIA-EPT-01")
class EndpointIsUri(Imaging):
    """Endpoints say that they are of WADO-URI."""

    def point(self, endpoint: Json) -> Json:
        return {**endpoint, "connectionType": {**endpoint["connectionType"], "code": "dicom-wado-uri"}}


@breaks("SIA-EPT-02")
class EndpointAddressRelative(Imaging):
    """Endpoints have an address without a host."""

    def point(self, endpoint: Json) -> Json:
        return {**endpoint, "address": "/wado"}


@breaks("SIA-EPT-03", generation="G2")
class TokenUnsaid(Imaging):
    """Endpoints do not say whether they want the token."""

    def point(self, endpoint: Json) -> Json:
        return {name: value for name, value in endpoint.items() if name != "extension"}


@breaks("SIA-EPT-04")
class EndpointPayloadLost(Imaging):
    """Endpoints have no payload type."""

    def point(self, endpoint: Json) -> Json:
        return {name: value for name, value in endpoint.items() if name != "payloadType"}


@breaks("WADO-02")
class StudyLeadsNowhere(Imaging):
    """Neither a study nor its series names an endpoint."""

    def record(self, resource: Json) -> Json:
        bare = {name: value for name, value in resource.items() if name != "endpoint"}
        series = [{k: v for k, v in one.items() if k != "endpoint"} for one in bare["series"]]
        return {**bare, "series": series}


@breaks("WADO-03")
class EndpointSuspended(Imaging):
    """Endpoints are suspended."""

    def point(self, endpoint: Json) -> Json:
        return {**endpoint, "status": "suspended"}


@breaks("WADO-13", seen="https://github.com/medplum/medplum/pull/10150")
class InstancesMiscounted(Imaging):
    """Studies tell one instance more than there are."""

    def record(self, resource: Json) -> Json:
        return {**resource, "numberOfInstances": resource["numberOfInstances"] + 1}


@breaks("WADO-01")
class StudiesForgotten(Imaging):
    """No study is found by its UID."""

    def searched(self, permitted: Sequence[Study], every: Sequence[Study]) -> Sequence[Study]:
        _ = every
        first = next(iter(studies().values()))
        return [study for study in permitted if study.uid != first.uid]


@breaks("WADO-01")
class AnotherStudyRead(Imaging):
    """What a study's reference leads to is another study."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        told = said.resource or {}
        if door != "read" or told.get("resourceType") != "ImagingStudy":
            return said
        other = [{**one, "value": "urn:oid:2.25.99"} for one in told["identifier"]]
        return replace(said, resource={**told, "identifier": other})


def _of_device(entry: Json) -> Json:
    resource = entry["resource"]
    if resource["resourceType"] != "ImagingStudy":
        return entry
    return {**entry, "resource": {**resource, "subject": {"reference": "Device/camera"}}}


def _renamed(entry: Json) -> Json:
    """Return an entry in which the name of an endpoint within the answer is an OID."""
    resource, full = entry["resource"], str(entry.get("fullUrl", ""))
    if full.startswith("urn:uuid:"):
        return {**entry, "fullUrl": _oid(full)}
    told = [{**one, "reference": _oid(str(one.get("reference", "")))} for one in resource.get("endpoint", ())]
    return {**entry, "resource": {**resource, "endpoint": told}} if told else entry


def _oid(urn: str) -> str:
    return (
        f"urn:oid:2.25.{int(urn.rpartition(':')[2].replace('-', ''), 16)}"
        if urn.startswith("urn:uuid:")
        else urn
    )


@breaks("WADO-02")
class EndpointsGone(Imaging):
    """A study names an Endpoint that is not there."""

    def record(self, resource: Json) -> Json:
        made = views.without(super().record(resource), "contained")
        series = [views.without(one, "endpoint") for one in made["series"]]
        return {**made, "series": series, "endpoint": [{"reference": "Endpoint/gone"}]}
