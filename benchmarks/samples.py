"""Invented resources that validators are asked about."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from conformance import packages

if TYPE_CHECKING:
    from conformance.model import Json

EXAMPLE = packages.folder("dermatology") / "example" / "Observation-ExampleAIPrediction.json"
BASE = "https://example.org/fhir"
# Spelt as codes of SNOMED CT are; which of them it defines, nobody here can tell
LESIONS = ("372244006", "254701007", "201101007", "400096001", "400210000", "254786006")
CONTACT = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "N"}]}


def predictions(count: int) -> list[str]:
    """Return the texts of so many different predictions."""
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    texts = []
    for number in range(count):
        example["id"] = f"prediction-{number}"
        example["component"][1]["valueQuantity"]["value"] = number % 1000 / 1000
        texts.append(json.dumps(example))
    return texts


def differing(count: int) -> list[str]:
    """Return predictions in which everything differs that does between two predictions of one model."""
    drawn = random.Random(1)  # noqa: S311 - no secret
    texts = []
    for text in predictions(count):
        made = json.loads(text)
        finding, confidence, duration = made["component"]
        made["text"]["div"] = (
            f'<div xmlns="http://www.w3.org/1999/xhtml">{made["id"]} predicts a lesion.</div>'
        )
        made["subject"]["reference"] = f"Patient/{drawn.randrange(10**6)}"
        made["derivedFrom"][0]["reference"] = f"DocumentReference/{drawn.randrange(10**9)}"
        made["effectiveDateTime"] = f"2026-03-{drawn.randrange(1, 29):02}T14:{drawn.randrange(60):02}:00Z"
        finding["valueCodeableConcept"]["coding"][0]["code"] = drawn.choice(LESIONS)
        confidence["valueQuantity"]["value"] = drawn.randrange(10**6) / 10**6
        duration["valueQuantity"]["value"] = drawn.randrange(30, 4000)
        texts.append(json.dumps(made))
    return texts


def patients(count: int) -> list[str]:
    """Return invented patients, each with values of its own."""
    return [json.dumps(patient(number)) for number in range(count)]


def patient(number: int) -> Json:
    """Return one invented patient."""
    return {
        "resourceType": "Patient",
        "id": f"patient-{number}",
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">Ada Muster {number}</div>',
        },
        "identifier": [
            {"system": f"{BASE}/numbers", "value": str(number), "period": {"start": "2001-05-06"}}
        ],
        "active": True,
        "name": [{"use": "official", "family": f"Muster {number}", "given": ["Ada", f"B. {number % 7}"]}],
        "telecom": [
            {"system": "phone", "value": f"+41 {number}", "use": "work"},
            {"system": "email", "value": f"ada{number}@s.example"},
        ],
        "gender": ("male", "female", "other")[number % 3],
        "birthDate": f"19{number % 90 + 10}-0{number % 9 + 1}-1{number % 9}",
        "address": [{"use": "home", "line": [f"Musterweg {number}"], "city": "Bern", "country": "CH"}],
        "contact": [
            {"relationship": [CONTACT], "name": {"family": f"Beispiel {number}"}, "gender": "female"}
        ],
        "managingOrganization": {"reference": f"Organization/{number}"},
    }
