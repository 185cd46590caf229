"""Definitions and instances that the tests of the profile engine share; everybody in them is invented."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path

from conformance.definitions.packages import Package
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology
from conformance.profiles import Severity, judge

HERE = Path(__file__).parent / "definitions"
READING = "http://tests.example/StructureDefinition/image-reading"
PARTS = "http://tests.example/CodeSystem/parts"


def package(*resources):
    return Package(name="tests", version="1.0.0", sha256="", resources=resources)


@cache
def definitions():
    profiles = [json.loads(path.read_text()) for path in sorted(HERE.glob("StructureDefinition-*.json"))]
    return Definitions([package(*profiles, *json.loads((HERE / "terminology.json").read_text()))])


@cache
def terminology():
    return Terminology(definitions())


def over(*resources):
    """Return the definitions of the core with some profiles of one test."""
    return Definitions([package(*resources)])


def profile(type_, *elements, name="p", base=None):
    return {
        "resourceType": "StructureDefinition",
        "url": f"http://tests.example/StructureDefinition/{name}",
        "name": name,
        "status": "draft",
        "kind": "resource" if type_[0].isupper() and type_ not in DATA_TYPES else "complex-type",
        "abstract": False,
        "type": type_,
        "baseDefinition": base or f"http://hl7.org/fhir/StructureDefinition/{type_}",
        "derivation": "constraint",
        "differential": {"element": [{"id": type_, "path": type_}, *elements]},
    }


DATA_TYPES = {"Extension", "Quantity", "HumanName", "Identifier"}


def issues(resource, *profiles, known=None, **options):
    known = known or definitions()
    return judge(resource, profiles, known, terminology=Terminology(known), **options)


def errors(resource, *profiles, **options):
    found = issues(resource, *profiles, **options)
    return sorted((issue.at, issue.code) for issue in found if issue.severity is Severity.ERROR)


def reading():
    return deepcopy(_READING)


_READING = {
    "resourceType": "Observation",
    "id": "reading-1",
    "meta": {
        "profile": [READING],
        "security": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST"}
        ],
    },
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">A reading</div>'},
    "status": "preliminary",
    "category": [
        {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                    "code": "imaging",
                }
            ]
        }
    ],
    "code": {"text": "Reading of a photograph"},
    "subject": {"reference": "Patient/ada"},
    "effectiveDateTime": "2026-03-17T14:00:00Z",
    "method": {"coding": [{"system": "http://tests.example/CodeSystem/methods", "code": "machine"}]},
    "device": {"reference": "Device/model-1"},
    "derivedFrom": [{"reference": "DocumentReference/photo-1"}],
    "component": [
        {
            "code": {"coding": [{"system": PARTS, "code": "confidence"}]},
            "valueQuantity": {"value": 0.92, "system": "http://unitsofmeasure.org", "code": "1"},
        },
        {
            "code": {"coding": [{"system": PARTS, "code": "lesion"}]},
            "valueCodeableConcept": {"text": "Naevus"},
        },
    ],
}
