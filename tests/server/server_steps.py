"""What a client does to a server so that each fault would show, and what it sees."""

from __future__ import annotations

from urllib.parse import unquote

import server_neighbours
import server_releases
import server_transparency

from conformance.definitions.release import release
from conformance.server.messages import Request
from conformance.server.routing import answer
from conformance.server.sample import resources
from conformance.server.wire import dumps

METHODS = "https://annotatemd.com/fhir/ig/CodeSystem/annotation-method"
AI = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
A, B = "urn:uuid:6f0e6c3e-3df1-4a53-8a53-0e7a4f6b2d01", "urn:uuid:6f0e6c3e-3df1-4a53-8a53-0e7a4f6b2d02"
SAMPLE = {resource["id"]: resource for resource in resources()}
PATIENT = {
    "resourceType": "Patient",
    "id": "mine",
    "meta": {"versionId": "99", "lastUpdated": "1999-01-01T00:00:00Z", "tag": [{"code": "t"}]},
    "identifier": [{"system": "http://example.org/f", "value": "1"}],
    "birthDate": "1980-02-03",
}
WEIGHT = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "x"},
    "subject": {"reference": A},
    "focus": [{"reference": "Patient?identifier=http://example.org/f|2"}],
    "valueQuantity": {"value": 1},
    "note": [{"text": "n"}],
}


def ask(site, method, url, body=None, **headers):
    path, _, query = url.partition("?")
    pairs = tuple(tuple(unquote(half) for half in part.split("=", 1)) for part in query.split("&") if part)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = body if isinstance(body, bytes) else b"" if body is None else dumps(body).encode()
    parts = tuple(part for part in path.split("/") if part)
    asked = Request(method=method, path=parts, query=pairs, headers=named, body=sent, asked=query)
    return answer(site, asked)


def coded(code):
    return {"coding": [{"system": "http://snomed.info/sct", "code": code}]}


def bundle(kind, *entries):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(method, url, resource=None, full_url=None):
    made = {"request": {"method": method, "url": url}}
    made |= {"resource": resource} if resource else {}
    return made | ({"fullUrl": full_url} if full_url else {})


def without_id(resource, **changes):
    return {key: value for key, value in resource.items() if key != "id"} | changes


GOOD = (
    entry("POST", "Observation", WEIGHT, B),
    entry(
        "POST", "Patient", {**PATIENT, "identifier": [{"system": "http://example.org/f", "value": "2"}]}, A
    ),
)
BAD = entry("POST", "Patient", {"resourceType": "Patient", "nosuch": 1})
FIRST, PREDICTION = "Patient/d0001", "sample-prediction-1"
CONTAINING = {
    "resourceType": "Observation",
    "id": "containing",
    "status": "final",
    "code": {"text": "x"},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
    "contained": [{"resourceType": "Device", "id": "inner", "meta": {"tag": [{"code": "inside"}]}}],
    "device": {"reference": "#inner"},
}
SERIES = {
    "resourceType": "Observation",
    "id": "series",
    "status": "final",
    "code": {"text": "series"},
    "subject": {"reference": "Patient/sample-patient-2"},
    "hasMember": [{"reference": "Observation/sample-annotation-expert"}],
}
PROVENANCE = {
    "resourceType": "Provenance",
    "target": [{"reference": A}],
    "recorded": "2026-02-03T09:30:00Z",
    "agent": [{"who": {"display": "x"}}],
}
LONG_CODE = {
    "id": "long-code",
    "bodySite": {"coding": [{"system": "http://snomed.info/sct", "code": "16335031000119103"}]},
}
SCORED = {
    "resourceType": "Observation",
    "id": "scored",
    "subject": SERIES["subject"],
    "status": "final",
    "meta": {"profile": ["http://example.org/profile|1"], "security": [{"code": "AIAST"}]},
    "code": {"coding": [{"system": "urn:codes", "code": "sized"}]},
    "method": {"coding": [{"system": METHODS, "code": "expert-annotation"}]},
    "component": [
        {"code": {"coding": [{"code": "size"}]}, "valueQuantity": {"value": 0}},
        {"code": {"coding": [{"code": "qa-review-status"}]}, "valueString": "approved"},
    ],
}
TWIN = {
    "resourceType": "Patient",
    "id": "twin",
    "identifier": [{"system": "http://example.org/f", "value": "7"}],
}
UNCLEAR = {"reference": "Patient?identifier=http://example.org/f|7"}
NAMED = {"resourceType": "Patient", "id": "named", "name": [{"family": "Muñoz"}]}
PUT = entry("PUT", "Patient/t1", {**NAMED, "id": "t1"})
XML, JSON = "application/fhir+xml", "application/json"
PATCH = {"content_type": "application/json-patch+json"}
FORM = {"content_type": "application/x-www-form-urlencoded"}
SNOMED = "http://snomed.info/sct"
PHOTOGRAPHS = "DocumentReference/sample-photograph-1,DocumentReference/sample-photograph-2"
MIXED = {
    "resourceType": "Observation",
    "id": "mixed",
    "status": "final",
    "code": {"text": "x"},
    "subject": SERIES["subject"],
    "component": [
        {"code": coded("106076001"), "valueCodeableConcept": coded("1")},
        {"code": coded("3"), "valueCodeableConcept": coded("2")},
    ],
}
REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "report",
    "meta": {"security": [{"system": AI, "code": "AIAST"}]},
    "status": "preliminary",
    "code": {"text": "x"},
}
CONDITION = "identifier=http://example.org/f|1"

STEPS = [
    ("PUT", "Binary/b", {"resourceType": "Binary", "id": "b", "contentType": "image/png", "data": "AAAA"}),
    ("GET", "Binary/b", None, {"accept": "image/png"}),
    (
        "PUT",
        "Media/imaging-media-a",
        {
            "resourceType": "Media",
            "id": "imaging-media-a",
            "status": "completed",
            "content": {"contentType": "image/png", "url": "Binary/b", "size": 3, "hash": "AAAA"},
        },
    ),
    ("GET", "Media/imaging-media-a"),
    ("GET", "metadata"),
    ("POST", "Patient", PATIENT, {"if-none-exist": CONDITION}),
    ("POST", "Patient", PATIENT, {"if-none-exist": CONDITION}),
    ("POST", "Patient", {"resourceType": "Patient", "nosuch": 1}),
    ("POST", "Patient", {"resourceType": "Patient"}, {"prefer": "return=minimal"}),
    ("GET", FIRST),
    ("PUT", FIRST, {**PATIENT, "id": "d0001", "birthDate": "1981-01-01"}),
    ("PUT", FIRST, {"resourceType": "Patient"}),
    ("PUT", FIRST, {"resourceType": "Patient", "id": "d0001", "identifier": PATIENT["identifier"]}),
    ("PUT", FIRST, {**PATIENT, "id": "d0001"}, {"if-match": 'W/"1"'}),
    ("PATCH", FIRST, [{"op": "add", "path": "/active", "value": True}], PATCH),
    ("PATCH", FIRST, [{"op": "add", "path": "/gender", "value": "other"}], {**PATCH, "if-match": 'W/"1"'}),
    ("GET", FIRST),
    ("GET", f"{FIRST}/_history/1"),
    ("PUT", f"Patient?{CONDITION}", without_id(PATIENT, active=False)),
    ("PUT", "Patient/new", {"resourceType": "Patient", "id": "new"}),
    ("DELETE", "Patient/new"),
    ("GET", "Patient/new"),
    ("GET", "Patient?_id=new"),
    ("DELETE", "Patient/nobody"),
    ("GET", "Patient/nobody"),
    ("GET", "Patient/_history"),
    *[("PUT", f"{r['resourceType']}/{r['id']}", r) for r in SAMPLE.values()],
    *[("GET", f"{r['resourceType']}/{r['id']}") for r in SAMPLE.values()],
    ("PUT", "Observation/long-code", {**SAMPLE["sample-annotation-expert"], **LONG_CODE}),
    ("GET", "Observation/long-code"),
    ("POST", "", bundle("transaction", *GOOD)),
    ("POST", "", bundle("transaction", entry("POST", "Patient", {"resourceType": "Patient"}, A), BAD)),
    ("POST", "", bundle("batch", *GOOD, BAD)),
    ("GET", "Observation?_count=2&_sort=date"),
    ("GET", "Observation?_count=2&_offset=2"),
    ("GET", "Observation?_count=0"),
    ("GET", "Observation?date=garbage"),
    ("GET", "Observation?code:nosuch=x"),
    ("GET", "Observation?nosuch=x", None, {"prefer": "handling=strict"}),
    ("GET", "Observation?code="),
    ("GET", "Observation?_id=sample-prediction-1,sample-prediction-2"),
    ("GET", "Observation?category=imaging&category=nosuch"),
    ("GET", "Observation?category=http://terminology.hl7.org/CodeSystem/observation-category|imaging"),
    ("GET", "Observation?method=ai-inference&_include=Observation:device"),
    ("GET", "Observation?method=ai-inference&_include=Observation:derived-from"),
    ("GET", "Observation?method=nosuch"),
    ("GET", "Observation?method=ai-inference&patient=sample-patient-1"),
    ("GET", "Observation?_security=AIAST"),
    ("GET", "Observation?_profile=https://annotatemd.com/fhir/ig/StructureDefinition/ai-prediction"),
    ("GET", "Observation?derived-from=http://s/fhir/DocumentReference/sample-photograph-1"),
    ("GET", "Provenance?target=Observation/sample-prediction-1"),
    ("GET", "Provenance?agent-role=Artificial-Intelligence"),
    ("POST", "Observation/_search", b"method=ai-inference", FORM),
    ("GET", FIRST.replace("d", "D")),
    ("PUT", "Patient/named", NAMED),
    ("GET", "Patient?family=Muñoz"),
    ("GET", FIRST, None, {"accept": JSON}),
    ("GET", FIRST, None, {"accept": XML}),
    ("GET", FIRST, None, {"accept": f"{XML};q=0.9, application/fhir+json"}),
    ("GET", f"{FIRST}?_format=json", None, {"accept": XML}),
    ("GET", f"{FIRST}?_format=application/json", None, {"accept": XML}),
    ("GET", f"{FIRST}?_elements=active"),
    ("GET", "Observation?_summary=true&_count=1"),
    ("GET", f"{FIRST}/_history/77"),
    ("POST", "Nosuch", {"resourceType": "Nosuch"}),
    ("POST", "Patient", b"{"),
    ("PUT", "Observation/containing", CONTAINING),
    ("PATCH", "Observation/containing", [{"op": "replace", "path": "/status", "value": "amended"}], PATCH),
    ("PATCH", "Patient?identifier=nobody", [], PATCH),
    ("PUT", "Observation/series", SERIES),
    ("POST", "", bundle("transaction", entry("GET", "Patient?_id=t1"), PUT)),
    ("POST", "", bundle("transaction", entry("DELETE", "Patient/t1"), PUT)),
    ("POST", "", bundle("transaction")),
    ("POST", "", bundle("transaction", GOOD[1], entry("POST", "Provenance", PROVENANCE))),
    ("GET", "Provenance?_sort=-_lastUpdated&_count=1"),
    ("GET", "Observation?nosuch=x"),
    ("GET", "Observation?_query=nosuch"),
    ("GET", "Provenance?_include=Provenance:target&_include=Observation:device"),
    ("GET", "Observation?method=ai-inference&_include=Observation:device&_count=1&_offset=1"),
    ("GET", "Observation?_elements=status&_count=1"),
    ("GET", "Device"),
    ("GET", "Observation?_tag=inside"),
    ("GET", "Observation?derived-from:DocumentReference.patient=Patient/sample-patient-1"),
    ("GET", "Observation?derived-from=sample-photograph-1"),
    ("GET", "Observation?method=AI-Inference"),
    ("GET", "Observation?method:not=ai-inference"),
    ("GET", f"{FIRST}?_format=application/fhir json"),
    ("POST", "Observation", {**SERIES, "effectiveDateTime": "yesterday"}),
    ("GET", "Observation?date=ge2026-01-01T00%3A00%3A00Z"),
    ("POST", "Observation/$validate", {"resourceType": "Observation", "status": "final"}),
    ("POST", "", bundle("transaction", entry("POST", "Device", {"resourceType": "Device"}))),
    ("POST", "Patient", {"resourceType": "Patient"}, {"prefer": "return=representation"}),
    ("GET", "Patient/new/_history/2"),
    ("PUT", "Patient?identifier=nobody", without_id(PATIENT, active=True)),
    ("PUT", "Observation/scored", SCORED),
    ("GET", "Observation/scored"),
    ("PATCH", "Observation/scored", [{"op": "replace", "path": "/status", "value": "amended"}], PATCH),
    ("GET", "Observation?status=final&_id=scored"),
    ("PUT", "Patient/twin", TWIN),
    ("PUT", "Patient/other-twin", {**TWIN, "id": "other-twin"}),
    ("POST", "", bundle("transaction", entry("POST", "Observation", {**SERIES, "subject": UNCLEAR}))),
    ("POST", "Observation/_search?method=ai-inference", b"status=preliminary", FORM),
    ("GET", "Observation?_sort=status,-date"),
    ("GET", "Observation?code=|sized"),
    ("GET", "Observation?code=urn:codes|"),
    ("GET", "Observation?_profile=http://example.org/profile|1"),
    ("GET", "Observation?date=gt2026-02-03T09:45:00Z&date=lt2026-02-03T10:15:00Z"),
    ("GET", "Observation?date=gt2026-02-03T00:45:00-09:00"),
    ("GET", "Provenance?target=Observation/nobody"),
    ("PUT", "Observation/two", {**SERIES, "id": "two", "hasMember": [*SERIES["hasMember"]] * 2}),
    ("GET", f"Observation?derived-from={PHOTOGRAPHS}"),
    ("GET", "Observation?_id=sample-prediction-1&derived-from=DocumentReference/nobody"),
    ("GET", "Observation?_security=AIAST&status=final"),
    ("PUT", "Observation/mixed", MIXED),
    ("GET", f"Observation?component-code-value-concept={SNOMED}|106076001${SNOMED}|2"),
    ("GET", "Observation?patient.identifier=nobody"),
    ("GET", "Observation?_has:Provenance:target:agent=Device/nobody"),
    ("GET", "Observation?derived-from:missing=true"),
    ("GET", "Observation?_sort=date&_id=mixed"),
    ("GET", "Observation?_include=Observation:subject&_include=Observation:device&method=ai-inference"),
    ("GET", "Observation?method=ai-inference&_include=Observation:derived-from:DocumentReference"),
    ("GET", "Observation?_id=nobody&_include=Observation:subject"),
    ("POST", "Observation/_search", b"method=ai-inference&_include=Observation:device&_count=1", FORM),
    ("PUT", "DiagnosticReport/report", REPORT),
    ("GET", "DiagnosticReport/report"),
    *server_transparency.steps(),
    *server_neighbours.steps(),
]  # fmt: skip


def transcript(site):
    """Return everything that a client sees when it runs the steps."""
    seen = []
    for method, url, *rest in STEPS:
        body, headers = (*rest, None, {})[:2] if len(rest) != 1 else (rest[0], {})
        named = {name.replace("-", "_"): value for name, value in headers.items()}
        reply = ask(site, method, url, body, **named)
        told = reply.content.hex() if reply.content is not None else dumps(reply.resource)
        body = (told, reply.encoding)
        seen.append((method, url, int(reply.status), dict(reply.headers), body))
    for name, method, url, body in server_releases.steps():
        with release(name):
            reply = ask(site, method, url, body)
            seen.append((method, url, int(reply.status), dict(reply.headers), (dumps(reply.resource), name)))
    return seen
