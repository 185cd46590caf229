"""What a seeded FHIR base holds of the people with images: photographs, and what was said of them."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from conformance.server import sample
from conformance.server.imaging import pictures
from conformance.server.imaging.drawing import COLUMNS, ROWS, squares
from conformance.server.imaging.people import MEDIA, MRN, NAMES, PATIENT_A, PHOTO
from conformance.server.imaging.studies import named

if TYPE_CHECKING:
    from conformance.model import Json

STUDY = "imaging-study-a"
_TEMPLATE = "sample-annotation-expert"
_PRACTITIONER = {"reference": "Practitioner/sample-dermatologist"}
_SITE = {"coding": [{"system": "http://snomed.info/sct", "code": "14975008"}], "text": "Left forearm"}


def resources(base: str) -> list[Json]:
    """Return the sample data of a FHIR base at an address: the study is said to be beside it."""
    beside = base.removesuffix("/fhir")
    subject = {"reference": f"Patient/{PATIENT_A}"}
    images = {
        "photo": f"DocumentReference/{PHOTO}",
        "media": f"Media/{MEDIA}",
        "study": f"{beside}/imaging/fhir/ImagingStudy/{named(STUDY).id}",
    }
    photo, media = pictures.png(squares(PHOTO)), pictures.jpeg(squares(MEDIA))
    return [
        *(_patient(id_) for id_ in MRN),
        _binary(PHOTO, "image/png", photo),
        _binary(MEDIA, "image/jpeg", media),
        _document(subject, _attachment(PHOTO, "image/png", photo)),
        _media(subject, _attachment(MEDIA, "image/jpeg", media)),
        *(_annotation(name, subject, image) for name, image in images.items()),
    ]


def _patient(id_: str) -> Json:
    family, given = NAMES[id_]
    number = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [{"type": number, "system": "https://example.org/sample/records", "value": MRN[id_]}],
        "active": True,
        "name": [{"use": "official", "family": family, "given": [given]}],
        "gender": "other",
        "birthDate": "1970-01-01",
    }


def _binary(id_: str, type_: str, content: bytes) -> Json:
    data = base64.b64encode(content).decode()
    return {"resourceType": "Binary", "id": id_, "contentType": type_, "data": data}


def _attachment(id_: str, type_: str, content: bytes) -> Json:
    """Return where the bytes are, their number, and their SHA-1 in base64 (R4 datatypes.html#attachment)."""
    return {
        "contentType": type_,
        "url": f"Binary/{id_}",
        "size": len(content),
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
        "title": "Photograph of the left forearm",
        "creation": "2026-02-02T09:00:00Z",
    }


def _document(subject: Json, attachment: Json) -> Json:
    kind = {"coding": [{"system": "http://loinc.org", "code": "72170-4"}], "text": "Photographic image"}
    return {
        "resourceType": "DocumentReference",
        "id": PHOTO,
        "status": "current",
        "docStatus": "final",
        "type": kind,
        "subject": subject,
        "date": "2026-02-02T09:05:00Z",
        "author": [_PRACTITIONER],
        "description": "Clinical photograph of the left forearm",
        "content": [{"attachment": attachment}],
    }


def _media(subject: Json, attachment: Json) -> Json:
    kind = {"system": "http://terminology.hl7.org/CodeSystem/media-type", "code": "image"}
    return {
        "resourceType": "Media",
        "id": MEDIA,
        "status": "completed",
        "type": {"coding": [kind]},
        "subject": subject,
        "createdDateTime": "2026-02-02T09:10:00Z",
        "operator": _PRACTITIONER,
        "bodySite": _SITE,
        "height": ROWS,
        "width": COLUMNS,
        "content": attachment,
    }


def _annotation(name: str, subject: Json, image: str) -> Json:
    """Return what an expert said of an image: as in the sample, of this patient."""
    said = next(one for one in sample.resources() if one["id"] == _TEMPLATE)
    own = {"id": f"imaging-annotation-{name}", "subject": subject, "bodySite": _SITE}
    return {**said, **own, "derivedFrom": [{"reference": image}]}
