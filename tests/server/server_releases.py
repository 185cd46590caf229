"""What a client does at the bases of other releases so that each of their faults would show."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures"


def fixture(name, **changes):
    return {**json.loads((FIXTURES / name).read_text(encoding="utf-8")), **changes}


@cache
def steps():
    """Return release, method, URL and body of every step."""
    return [
        *_selections(),
        *_selections_as_basic(),
        _put("R6", "r6", "imagingselection-content"),
        *_manifests("STU3", "ImagingManifest"),
        *_manifests("DSTU2", "ImagingObjectSelection"),
    ]


def _put(release, folder, name, **changes):
    body = fixture(f"{folder}/{name}.json", **changes)
    return release, "PUT", f"{body['resourceType']}/{body['id']}", body


def _selections():
    names = sorted(file.stem for file in (FIXTURES / "r5").glob("*.json"))
    return [
        *(_put("R5", "r5", name) for name in names),
        _put("R5", "r5", "imagingselection", id="at", endpoint=[{"reference": "Endpoint/endpoint"}]),
        _put(
            "R5", "r5", "imagingselection", id="named", derivedFrom=[{"identifier": {"value": "urn:oid:1.2"}}]
        ),
        _put("R5", "r5", "observation", id="both", derivedFrom=[{"display": "one"}, {"display": "other"}]),
        _put("R5", "r5", "imagingselection", status="entered-in-error"),
        ("R5", "POST", "ImagingSelection", {"resourceType": "ImagingSelection", "status": "available"}),
        ("R5", "GET", "ImagingSelection?identifier=urn:dicom:uid|urn:oid:2.25.3301948010", None),
        ("R5", "GET", "ImagingSelection?derived-from=ImagingStudy/imagingstudy", None),
        ("R5", "GET", "ImagingSelection?patient=Patient/patient", None),
        ("R5", "GET", "ImagingStudy?patient=Patient/patient", None),
    ]


def _selections_as_basic():
    name = "basic-imagingselection"
    return [
        ("R4", "PUT", f"Basic/{name}", fixture(f"{name}.json")),
        ("R4", "GET", "Basic?identifier=urn:dicom:uid|urn:oid:2.25.1209481728346509182736455463728195", None),
    ]


def _manifests(release, type_):
    folder = release.lower()
    whole = fixture(f"{folder}/{type_.lower()}.json")
    status = "clinicalstatus" if release == "DSTU2" else "clinical-status"
    order = "_sort:desc=date" if release == "DSTU2" else "_sort=-date"
    names = sorted(file.stem for file in (FIXTURES / folder).glob("*.json"))
    return [
        *(_put(release, folder, name) for name in names),
        _put(release, folder, type_.lower(), id="two", study=whole["study"] * 2),
        _put(release, folder, "observation", id="early", effectiveDateTime="2024-02-03"),
        _put(release, folder, "observation", id="late", effectiveDateTime="2026-02-03"),
        (release, "POST", type_, {name: value for name, value in whole.items() if name != "study"}),
        (release, "GET", f"{type_}?selected-study=urn:oid:2.25.4417730001", None),
        (release, "GET", "Patient?family=alexand", None),
        (release, "GET", f"Condition?{status}=resolved", None),
        (release, "GET", f"Observation?{order}", None),
        (release, "GET", "Observation?date=lt2025-01-01", None),
        (release, "GET", "ImagingStudy?bodysite=http://snomed.info/sct|40983000", None),
    ]
