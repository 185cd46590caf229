"""What a client does to a server so that each fault about ISIC, sessions and reports would show."""

from __future__ import annotations

import json
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures"
CLASSES = "urn:dermconf:isic-class"
SNOMED = "http://snomed.info/sct"


def fixture(name, **changes):
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8")) | changes


def labelled():
    finding = {"coding": [{"system": SNOMED, "code": "106076001"}]}
    coded = [{"system": SNOMED, "code": "372244006"}, {"system": CLASSES, "version": "2018", "code": "MEL"}]
    parts = [
        {"code": finding, "valueCodeableConcept": {"coding": coded, "text": "MEL"}},
        {"code": finding, "dataAbsentReason": {"coding": [{"system": CLASSES, "code": "UNK"}]}},
    ]
    numbers = [{"system": "urn:dicom:uid", "value": "urn:oid:" + "2" * 64}, {"value": "2"}]
    return fixture("observation-annotation", id="labelled", component=parts, identifier=numbers)


def studied():
    study = fixture("imagingstudy", id="studied", numberOfSeries=2)
    study["identifier"].append({"system": "urn:accession", "value": "A1"})
    study["series"][0]["numberOfInstances"] = 3
    return study


def reported():
    form = {"contentType": "text/plain", "data": "YWJj", "size": 3, "hash": "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}
    return fixture("diagnosticreport-ai", id="reported", presentedForm=[form])


def of_a_study():
    return fixture(
        "observation-annotation", id="of-a-study", derivedFrom=[{"reference": "ImagingStudy/studied"}]
    )


def series():
    return fixture("observation-series", id="lesion", identifier=[{"value": "L"}])


def numbered():
    return fixture(
        "patient", id="numbered", identifier=[{"system": "urn:dermconf:isic-patient", "value": "P"}]
    )


def steps():
    """Return the requests: method, URL and body."""
    bodies = [numbered(), labelled(), studied(), of_a_study(), reported(), series()]
    places = [f"{body['resourceType']}/{body['id']}" for body in bodies]
    return [
        *[("PUT", place, body) for place, body in zip(places, bodies, strict=True)],
        *[("GET", place) for place in places],
    ]
