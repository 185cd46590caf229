"""ImagingStudy and Endpoint resources, as SMART Imaging Access profiles them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.server.imaging.studies import Pointing, studies

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.imaging.addresses import Addresses
    from conformance.server.imaging.admission import Admitted
    from conformance.server.imaging.studies import Image, Series, Study

SHARED = "wado"
_CONTAINED = "images"
_PROFILES = "http://fhir.org/argonaut/smart-imaging/StructureDefinition"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Writes the resources for whoever was admitted, at the addresses that they used."""

    admitted: Admitted
    at: Addresses

    def shared(self) -> Json:
        """Return the Endpoint of all studies that have no other."""
        told = {"versionId": "1", "lastUpdated": "2026-02-01T08:00:00.000Z"}
        made = self._endpoint(self.at.wado, token_needed=True)
        return {**made, "id": SHARED, "meta": {**made["meta"], **told}}

    def found(self, study: Study) -> Json:
        """Return a study as a search finds it: an Endpoint made for the answer is an entry beside it."""
        if self._response_local(study):
            return self._said(study, self._local(study))
        return self.read(study)

    def read(self, study: Study) -> Json:
        """Return a study as it is read: what an Endpoint of its own says, it contains."""
        if study.pointing is Pointing.SHARED:
            return self._said(study, f"Endpoint/{SHARED}")
        own = {**self._own(study), "id": _CONTAINED}
        # R4 dom-4: what is contained has no version and no time.
        own = {name: value for name, value in own.items() if name != "meta"}
        return self._said(study, f"#{_CONTAINED}", contained=[own])

    def beside(self, resource: Json) -> Json | None:
        """Return the entry that has to stand beside a study of a searchset, None where there is none."""
        for reference in resource.get("endpoint", ()):
            for study in studies().values():
                if self._response_local(study) and reference.get("reference") == self._local(study):
                    own = self._own(study)
                    return {"fullUrl": self._local(study), "resource": own, "search": {"mode": "include"}}
        return None

    def _response_local(self, study: Study) -> bool:
        return study.pointing is Pointing.GRANTED and self.admitted.side.generation.bound

    @staticmethod
    def _local(study: Study) -> str:
        """Return the name of an Endpoint within an answer."""
        return uuid.uuid5(uuid.NAMESPACE_OID, study.uid).urn

    def _own(self, study: Study) -> Json:
        side = self.admitted.side
        granted = study.pointing is Pointing.GRANTED and (side.generation.bound or side.generation.bearer)
        if not granted:
            return self._endpoint(self.at.wado, token_needed=True)
        token = side.behaviour.bind(self.admitted.token) if side.generation.bound else ""
        made = side.mint.make(
            study=study.uid, token=token, now=side.clock(), until=self.admitted.access.expires
        )
        return self._endpoint(f"{self.at.wado}/granted/{made}", token_needed=not side.generation.bearer)

    def _endpoint(self, address: str, *, token_needed: bool) -> Json:
        extension = self.admitted.side.generation.extension
        said = [{"url": extension, "valueBoolean": token_needed}] if extension else []
        made = {
            "resourceType": "Endpoint",
            "meta": {"profile": [f"{_PROFILES}/smart-wado-endpoint"]},
            "extension": said,
            "status": "active",
            "connectionType": {
                "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
                "code": "dicom-wado-rs",
            },
            "payloadType": [{"text": "DICOM"}],
            "payloadMimeType": ["application/dicom"],
            "address": address,
        }
        pointed: Json = self.admitted.side.behaviour.point({name: v for name, v in made.items() if v != []})
        return pointed

    def _said(self, study: Study, endpoint: str, contained: Json = ()) -> Json:
        held = [] if study.pointing is not Pointing.CONTAINED else [{"reference": endpoint}]
        made = {
            "resourceType": "ImagingStudy",
            "id": study.id,
            "meta": {
                "versionId": "1",
                "lastUpdated": f"2026-02-{study.day:02d}T12:00:00.000Z",
                "profile": [f"{_PROFILES}/smart-imaging-study"],
            },
            "contained": list(contained),
            "identifier": _identifiers(study),
            "status": "available",
            "modality": [
                {"system": _DCM, "code": code} for code in sorted({one.modality for one in study.series})
            ],
            "subject": {"reference": f"Patient/{study.patient}"},
            "started": f"2026-02-{study.day:02d}T09:00:00Z",
            "endpoint": [{"reference": endpoint}],
            "numberOfSeries": len(study.series),
            "numberOfInstances": sum(len(series.images) for series in study.series),
            "description": study.description,
            "series": [_series(series, held) for series in study.series],
        }
        said: Json = self.admitted.side.behaviour.record({name: v for name, v in made.items() if v != []})
        return said


def study_with(id_: str) -> Study | None:
    """Return the study that a resource id names."""
    return next((study for study in studies().values() if study.id == id_), None)


def _identifiers(study: Study) -> Json:
    accession = {
        "type": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN"}],
        },
        "system": "https://example.org/sample/accessions",
        "value": f"ACC-{study.day:04d}",
    }
    return [{"use": "official", "system": "urn:dicom:uid", "value": f"urn:oid:{study.uid}"}, accession]


def _series(series: Series, endpoint: Json) -> Json:
    made = {
        "uid": series.uid,
        "number": series.number,
        "modality": {"system": _DCM, "code": series.modality},
        "numberOfInstances": len(series.images),
        "endpoint": endpoint,
        "instance": [_instance(image) for image in series.images],
    }
    return {name: value for name, value in made.items() if value != []}


def _instance(image: Image) -> Json:
    sop = {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{image.sop_class}"}
    return {"uid": image.uid, "number": image.number, "sopClass": sop}
