"""What a client stores of AI and asks for, so that each fault of labels, Provenance and models would show."""

from __future__ import annotations

import json

from conformance import shipped

AIT = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition"
LABELS = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
NAMES = (
    "device-ai",
    "documentreference-input-prompt",
    "documentreference-model-card",
    "observation-inline-labels",
    "provenance-ai",
)


def fixture(name):
    return json.loads((shipped.fixtures() / f"{name}.json").read_text(encoding="utf-8"))


def confident():
    """Return a prediction that says how sure it is, twice, and has a second label."""
    made = fixture("observation-ai-prediction")
    quantity = {"value": 89, "system": "http://unitsofmeasure.org", "code": "%"}
    made["extension"] = [
        {"url": f"{AIT}/AIconfidence", "valueDecimal": 0.89},
        {"url": f"{AIT}/AIconfidence", "valueQuantity": quantity},
    ]
    made["meta"]["security"].append({"system": LABELS, "code": "CLINAST"})
    return made


def claiming():
    """Return an Observation that claims the ballot's AI-data."""
    labels = [{"system": LABELS, "code": "AIAST"}]
    return fixture("observation-body-weight") | {
        "meta": {"profile": [f"{AIT}/AI-data"], "security": labels, "tag": labels}
    }


def tagged():
    """Return an annotation that has the AI label's code as a tag only."""
    made = fixture("observation-annotation")
    return made | {"meta": {"tag": [{"system": LABELS, "code": "AIAST"}]}}


def elsewhere():
    """Return a model card that says where its content is."""
    made = fixture("documentreference-model-card") | {"id": "elsewhere"}
    return made | {
        "content": [{"attachment": {"contentType": "text/markdown", "url": "http://example.org/card"}}]
    }


def elementwise():
    """Return a Provenance that is about one element."""
    made = fixture("provenance-ai") | {"id": "elementwise"}
    path = {
        "url": "http://hl7.org/fhir/StructureDefinition/targetPath",
        "valueString": "Observation.component",
    }
    made["target"][0]["extension"] = [path]
    return made


def steps():
    """Return the requests: method, URL and body."""
    bodies = [*map(fixture, NAMES), confident(), claiming(), tagged(), elsewhere(), elementwise()]
    places = [f"{body['resourceType']}/{body['id']}" for body in bodies]
    return [
        *[("PUT", place, body) for place, body in zip(places, bodies, strict=True)],
        *[("GET", place) for place in places],
        ("GET", f"Observation?_security={LABELS}|AIAST"),
        ("GET", f"Observation?_security:not={LABELS}|AIAST"),
        ("GET", "Observation?device=device-ai-model"),
        ("GET", "Provenance?agent=Device/device-ai"),
        ("GET", "Provenance?entity=DocumentReference/documentreference-model-card"),
        ("GET", "DocumentReference?type=AIInputPrompt"),
    ]
