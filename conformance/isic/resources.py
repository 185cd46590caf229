"""What a row of ISIC metadata is in FHIR: a patient, an image, an annotation; and the series of a lesion."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from conformance.isic import mapping
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.isic.rows import Label, Row
    from conformance.model import Json

_GUIDE = "https://annotatemd.com/fhir/ig"
_TYPES = f"{_GUIDE}/CodeSystem/annotation-type"
_SNOMED = "http://snomed.info/sct"
_CATEGORIES = (
    ("http://terminology.hl7.org/CodeSystem/observation-category", "imaging"),
    (_TYPES, "dermatology-annotation"),
)
_GENDERS = frozenset({"male", "female", "other"})
# Of ISIC's ways to confirm a diagnosis, one is of whoever treats; the others are of specialists.
_POINT_OF_CARE = "single contributor clinical assessment"
_PLAIN = re.compile(r"[A-Za-z0-9_.]{1,40}")


def resources(rows: Iterable[Row]) -> Iterator[Json]:
    """Yield the resources of rows, each after what it refers to, and series of lesions with several."""
    patients: set[str] = set()
    lesions: dict[str, tuple[str, list[str]]] = {}
    for row in rows:
        patient = _patient_of(row, lesions)
        if patient not in patients:
            patients.add(patient)
            yield _patient(row, patient)
        yield _image(row, patient)
        yield _annotation(row, patient)
        _remember(row, patient, lesions)
    yield from (_series(lesion, *known) for lesion, known in lesions.items() if len(known[1]) > 1)


def _remember(row: Row, patient: str, lesions: dict[str, tuple[str, list[str]]]) -> None:
    lesion = row.others.get("lesion_id", "")
    if not lesion:
        return
    owner, members = lesions.setdefault(lesion, (patient, []))
    if owner != patient:
        message = f"the lesion {lesion} is of this patient here, and of another one on a line before"
        raise Problem("isic-lesion", message, place=row.place)
    members.append(_id("annotation", row.image))


def _patient_of(row: Row, lesions: Mapping[str, tuple[str, list[str]]]) -> str:
    """Return who a row is of: where no patient is named, whoever has the lesion, or this image."""
    lesion = row.others.get("lesion_id", "")
    owner, _ = lesions.get(lesion, ("", []))
    return row.others.get("patient_id") or owner or lesion or row.image


def _patient(row: Row, patient: str) -> Json:
    named = {"identifier": _identifier("patient", patient)} if row.others.get("patient_id") else {}
    sex = row.others.get("sex", "")
    gender = {"gender": sex if sex in _GENDERS else "unknown"} if sex else {}
    return {"resourceType": "Patient", "id": _id("patient", patient), **named, **gender}


def _image(row: Row, patient: str) -> Json:
    kind = row.others.get("image_type", "")
    return {
        "resourceType": "DocumentReference",
        "id": _id("image", row.image),
        "identifier": _identifier("image", row.image),
        "status": "current",
        "type": {
            "coding": [{"system": "http://loinc.org", "code": "72170-4"}],
            "text": kind or "Photographic image",
        },
        "subject": {"reference": f"Patient/{_id('patient', patient)}"},
        "content": [{"attachment": {"contentType": "image/jpeg", "title": row.image}}],
    }


def _annotation(row: Row, patient: str) -> Json:
    confirmed = row.others.get("diagnosis_confirm_type", "")
    method = "clinician-point-of-care" if confirmed == _POINT_OF_CARE else "expert-annotation"
    body_site = {"bodySite": _concept(_SNOMED, row.site_code, row.site)} if row.site else {}
    note = {"note": [{"text": f"Diagnosis confirmed by: {confirmed}"}]} if confirmed else {}
    return {
        "resourceType": "Observation",
        "id": _id("annotation", row.image),
        "meta": {"profile": [f"{_GUIDE}/StructureDefinition/dermatology-image-annotation"]},
        "identifier": _identifier("annotation", row.image),
        "status": "final",
        "category": [_concept(system, code) for system, code in _CATEGORIES],
        "code": _concept(_TYPES, "lesion-classification"),
        "subject": {"reference": f"Patient/{_id('patient', patient)}"},
        "performer": [{"display": "A contributor to the ISIC Archive"}],
        **body_site,
        **note,
        "method": _concept(f"{_GUIDE}/CodeSystem/annotation-method", method),
        "derivedFrom": [{"reference": f"DocumentReference/{_id('image', row.image)}"}],
        "component": [_finding(row.label), *_beside(row)],
    }


def _finding(label: Label | None) -> Json:
    """Return the finding: its code, if any, and the label as ISIC has it; or that it is unknown, and why."""
    code = _concept(_SNOMED, "106076001", "Skin finding")
    original = [_coding(label)] if label else []
    if label is None or label.name == "UNK":
        reason = {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}
        text = label.name if label else "No diagnosis is given"
        return {"code": code, "dataAbsentReason": {"coding": [reason, *original], "text": text}}
    snomed = [{"system": _SNOMED, "code": label.code}] if label.code else []
    return {"code": code, "valueCodeableConcept": {"coding": [*snomed, *original], "text": label.name}}


def _coding(label: Label) -> Json:
    version = {"version": label.version} if label.version else {}
    return {"system": label.system, **version, "code": label.name}


def _beside(row: Row) -> Iterator[Json]:
    """Yield what the row says besides, for which the guide has no code."""
    if "benign_malignant" in row.others:
        code = {"text": "Benign or malignant"}
        yield {"code": code, "valueString": row.others["benign_malignant"]}
    if row.age:
        years, least = row.age
        comparator = {"comparator": ">="} if least else {}
        unit = {"unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}
        yield {"code": {"text": "Approximate age"}, "valueQuantity": {"value": years, **comparator, **unit}}


def _series(lesion: str, patient: str, members: list[str]) -> Json:
    return {
        "resourceType": "Observation",
        "id": _id("lesion", lesion),
        "identifier": _identifier("lesion", lesion),
        "status": "final",
        "category": [_concept(system, code) for system, code in _CATEGORIES],
        "code": {"text": "Course of one lesion"},
        "subject": {"reference": f"Patient/{_id('patient', patient)}"},
        "hasMember": [{"reference": f"Observation/{member}"} for member in members],
    }


def _identifier(kind: str, value: str) -> list[Json]:
    return [{"system": f"urn:dermconf:isic-{kind}", "value": value}]


def _concept(system: str, code: str, text: str = "") -> Json:
    coding = {"coding": [{"system": system, "code": code}]} if code else {}
    return {**coding, **({"text": text} if text else {})}


def _id(kind: str, name: str) -> str:
    """Return an id for a name of ISIC's; ids have no underscores and 64 characters (R4 datatypes.html#id)."""
    plain = (
        name.replace("_", "-") if _PLAIN.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()[:32]
    )
    return f"isic-{kind}-{plain}"


def is_unknown(label: Label | None) -> bool:
    """Tell whether a label says that nothing is known: then no code is missing."""
    return label is None or (label.system == mapping.CLASSES and label.name == "UNK")
