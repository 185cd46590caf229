"""Lawful annotations of invented patients: every choice that the guide leaves open is taken by some."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Json

IG: Final = "https://annotatemd.com/fhir/ig"
TYPES: Final = f"{IG}/CodeSystem/annotation-type"
METHODS: Final = f"{IG}/CodeSystem/annotation-method"
SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
AIAST: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST"}

_PEOPLE: Final = ("expert-annotation", "clinician-point-of-care")
_ASSISTED: Final = ("ai-assisted-confirmed", "ai-assisted-corrected")
_BODY_SITES: Final = ("368208006", "40983000", "69536005")
_FINDINGS: Final = ("372244006", "254701007", "402815007", "254632001")
_IMAGES: Final = (
    {"reference": "DocumentReference/lesion-1"},
    {"reference": "Media/lesion-2"},
    {"reference": "ImagingStudy/series-3"},
    {"reference": "https://images.example.org/fhir/ImagingStudy/4/_history/2"},
    {"reference": "urn:uuid:5f4b6a0e-6e0f-4c86-9a3f-4c0d64a8f6a1"},
    {"type": "DocumentReference", "identifier": {"system": "https://ids.example.org/images", "value": "5"}},
)
_TIMES: Final = ("2026", "2026-03", "2026-03-27", "2026-03-27T14:29:00Z", "2026-02-28T23:59:59.123+05:45")


def annotations(count: int, seed: int) -> Iterator[Json]:
    """Yield annotations and predictions, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same draw every time is the point
    for number in range(count):
        yield _prediction(chance, number) if number % 3 == 0 else _annotation(chance, number)


def _annotation(chance: random.Random, number: int) -> Json:
    method = chance.choice((*_PEOPLE, *_ASSISTED))
    labelled = method in _ASSISTED or chance.random() < 0.1
    components = [_finding(chance)]
    components += [_score(chance, "confidence-score") for _ in range(chance.randrange(2))]
    components += [_score(chance, "inter-annotator-agreement") for _ in range(chance.randrange(2))]
    components += [_text("segmentation-mask") for _ in range(chance.randrange(2))]
    chance.shuffle(components)
    return {
        **_common(chance, number, "dermatology-image-annotation", labelled=labelled),
        "status": chance.choice(("final", "amended", "preliminary")),
        "method": _concept(chance, METHODS, method),
        "performer": [{"reference": f"Practitioner/{number}"}, {"display": "Dr Invented"}][
            : chance.randrange(3)
        ]
        or [{"reference": "PractitionerRole/1"}],
        "component": components,
    }


def _prediction(chance: random.Random, number: int) -> Json:
    components = [_finding(chance), _score(chance, "prediction-confidence")]
    if chance.random() < 0.5:
        took = {"value": chance.randrange(1, 5000), "unit": "ms", "system": UCUM, "code": "ms"}
        components.append({"code": _of(TYPES, "inference-time-ms"), "valueQuantity": took})
    return {
        **_common(chance, number, "ai-prediction", labelled=True),
        "status": chance.choice(("preliminary", "cancelled", "entered-in-error")),
        "method": _concept(chance, METHODS, "ai-inference"),
        "device": {"reference": f"Device/model-{number % 7}"},
        "component": components,
    }


def _common(chance: random.Random, number: int, profile: str, *, labelled: bool) -> Json:
    meta: Json = {"profile": [f"{IG}/StructureDefinition/{profile}{chance.choice(('', '|0.1.0'))}"]}
    others = [{"system": "https://labels.example.org", "code": "study-7"}][: chance.randrange(2)]
    if labelled or others:
        meta["security"] = [*others, *([AIAST] if labelled else [])]
    made: Json = {
        "resourceType": "Observation",
        "id": f"synthetic-{number}",
        "meta": meta,
        "category": _categories(chance),
        "code": _of(TYPES, chance.choice(("lesion-classification", "full-annotation", "quick-classify"))),
        "subject": {"reference": f"Patient/invented-{number}"},
        "effectiveDateTime": chance.choice(_TIMES),
        "derivedFrom": chance.sample(_IMAGES, chance.randrange(1, 4)),
    }
    return {**made, **_optional(chance)}


def _optional(chance: random.Random) -> Json:
    """Return what most annotations lack, each with its own chance."""
    every: Json = {
        "bodySite": _concept(chance, SNOMED, chance.choice(_BODY_SITES)),
        "issued": "2026-03-27T14:30:00.5Z",
        "note": [{"text": "Seen under **polarised** light."}],
        "text": {
            "status": "generated",
            "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>A mole.</p></div>',
        },
        "identifier": [{"system": "urn:oid:2.16.840.1.113883.3.7", "value": "A-1"}],
        "extension": [{"url": "https://elsewhere.example.org/skin-type", "valueInteger": 3}],
        "_status": {"extension": [{"url": "https://elsewhere.example.org/why", "valueString": "no reason"}]},
        "language": "de-CH",
        "contained": [{"resourceType": "Specimen", "id": "s1"}],
    }
    taken = {key: value for key, value in every.items() if chance.random() < 0.3}
    return {**taken, "specimen": {"reference": "#s1"}} if "contained" in taken else taken


def _categories(chance: random.Random) -> list[Json]:
    both = [
        _concept(chance, "http://terminology.hl7.org/CodeSystem/observation-category", "imaging"),
        _concept(chance, TYPES, "dermatology-annotation"),
        {"text": "a category of the ward"},
    ]
    entries = both[: chance.randrange(2, 4)]
    chance.shuffle(entries)
    return entries


def _finding(chance: random.Random) -> Json:
    concept = _concept(chance, SNOMED, chance.choice(_FINDINGS))
    return {"code": _of(SNOMED, "106076001"), "valueCodeableConcept": concept}


def _score(chance: random.Random, code: str) -> Json:
    unit: Json = chance.choice(({}, {"unit": "1", "system": UCUM, "code": "1"}))
    value = chance.choice((0, 1, 0.5, 0.920, round(chance.random(), 6)))
    return {"code": _of(TYPES, code), "valueQuantity": {"value": value, **unit}}


def _text(code: str) -> Json:
    return {"code": _of(TYPES, code), "valueString": "0 0 1 1"}


def _concept(chance: random.Random, system: str, code: str) -> Json:
    extras: tuple[Json, ...] = ({}, {"text": "in a doctor's words"}, {"id": f"c{chance.randrange(10**9)}"})
    return {**_of(system, code), **chance.choice(extras)}


def _of(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}
