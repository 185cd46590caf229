"""What a client asks the images of a server for, so that each fault of them would show, and what it sees."""

from __future__ import annotations

import hashlib

from conformance.server.imaging import images
from conformance.server.imaging.studies import named
from conformance.server.messages import Request
from conformance.server.wire import dumps

ROOT = "http://s"
A = named("imaging-study-a")
STUDY = f"studies/{A.uid}"
SERIES = f"{STUDY}/series/{A.series[0].uid}"
INSTANCE = f"{SERIES}/instances/{A.series[0].images[0].uid}"
FRAMES = next(iter(named("imaging-study-frames").located()))
SEQUENCE = f"studies/{FRAMES.study.uid}"
THREE = f"{SEQUENCE}/series/{FRAMES.series.uid}/instances/{FRAMES.image.uid}/frames"
EVERYBODY = (
    "demo-patient-a",
    "demo-patient-b",
    "demo-system",
    "demo-no-patient",
    "demo-no-scope",
    "demo-expired",
    "demo-revoked",
    "garbage",
    "",
)
SEARCHES = (
    "patient=imaging-patient-a",
    "patient=imaging-patient-a&_include=ImagingStudy:endpoint",
    "patient=imaging-patient-a&_count=1",
    f"patient=imaging-patient-a&identifier=urn:oid:{A.uid}",
    "patient=imaging-patient-a&_lastUpdated=gt2026-02-05",
    "patient=imaging-patient-b",
    "patient=imaging-patient-c",
    "",
    "access_token=demo-patient-a",
)
FORMS = (
    STUDY,
    SERIES,
    INSTANCE,
    f"{STUDY}/metadata",
    f"{STUDY}/rendered",
    f"{INSTANCE}/rendered",
    f"{INSTANCE}/frames/1",
    f"{INSTANCE}/bulkdata/7FE00010",
    f"studies/{named('imaging-study-restricted').uid}",
    f"studies/{named('imaging-study-b').uid}",
)
UNKNOWN = ("studies/1.2.3", f"{STUDY}/series/1.2", f"{INSTANCE}/frames/9999", f"{THREE}/1,3", "studies/x")
ACCEPTED = (
    (INSTANCE, "application/pdf"),
    (INSTANCE, 'multipart/related; type="application/dicom"; transfer-syntax=*'),
    (f"{INSTANCE}/rendered", "image/png"),
    (f"{INSTANCE}/rendered", "image/gif"),
    (f"{STUDY}/metadata", "text/plain"),
)


def ask(site, place, path, who, *, query="", method="GET", body=b"", **headers):
    """Return what a place beside a FHIR base answers."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent |= {"authorization": f"Bearer {who}"} if who else {}
    pairs = tuple(tuple(part.split("=", 1)) for part in query.split("&") if part)
    request = Request(
        method=method,
        path=tuple(path.split("/")),
        query=pairs,
        headers=sent,
        body=body,
        base=f"{ROOT}/{place}",
    )
    return images.clinical(site, request, None) if place == "fhir" else images.answer(site, place, request)


def seen(site):
    """Return what everybody sees of the images of a site."""
    return [_told(*one) for one in _asked(site)]


def _told(step, reply):
    content = reply.content if reply.content is not None else dumps(reply.resource).encode()
    return step, reply.status, dict(reply.headers), hashlib.sha256(content).hexdigest()


def _asked(site):
    for who in EVERYBODY:
        for query in SEARCHES:
            yield (who, query), ask(site, "imaging/fhir", "ImagingStudy", who, query=query)
        for path in FORMS:
            yield (who, path), ask(site, "wado", path, who)
        yield (who, "read"), ask(site, "imaging/fhir", f"ImagingStudy/{A.id}", who)
        yield (who, "introspected"), _introspected(site, who)
    yield from _by_one(site, "demo-patient-a")
    for _ in range(2):
        query = "patient=imaging-patient-slow"
        yield "slow", ask(site, "imaging/fhir", "ImagingStudy", "demo-system", query=query)
        yield "slow", ask(site, "wado", f"studies/{named('imaging-study-slow').uid}", "demo-system")


def _by_one(site, who):
    for path in UNKNOWN:
        yield path, ask(site, "wado", path, who)
    for path, accept in ACCEPTED:
        yield (path, accept), ask(site, "wado", path, who, accept=accept, origin="https://app.example")
    for place, path in (("fhir", ".well-known/smart-configuration"), ("imaging/fhir", "metadata")):
        yield path, ask(site, place, path, "", origin="https://app.example")
    yield "expired", ask(site, "wado", f"granted/demo-expired/{STUDY}", who)
    found = ask(site, "imaging/fhir", "ImagingStudy", who, query=SEARCHES[0]).resource
    for entry in found.get("entry", ()):
        address = entry["resource"].get("address", "")
        for other in (who, "demo-system"):
            for study in (SEQUENCE, STUDY) if address.startswith(f"{ROOT}/wado/") else ():
                path = f"{address.removeprefix(f'{ROOT}/wado/')}/{study}"
                yield (other, "granted", study), ask(site, "wado", path, other)


def _introspected(site, who):
    shown = {"authorization": "Basic ZGVtby1jbGllbnQ6ZGVtby1zZWNyZXQ="}
    body = f"token={who}".encode()
    return ask(site, "oauth", "introspect", "", method="POST", body=body, **shown)
