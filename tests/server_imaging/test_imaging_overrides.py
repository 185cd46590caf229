"""Each decision of the imaging side can be overridden by itself, and is then seen from outside."""

import io
import json
from dataclasses import replace

import pydicom
import pytest
from imaging_client import STUDY_A, parts

from conformance.server.faults import FAULTS
from conformance.server.imaging.behaviour import Imaging
from conformance.server.imaging.people import ACCESS
from conformance.server.imaging.studies import named, studies, uid
from conformance.server.messages import Refusal, Reply

OF_A = [("patient", "imaging-patient-a")]
OF_B = [("patient", "imaging-patient-b")]
INCLUDING = [*OF_A, ("_include", "ImagingStudy:endpoint")]
STUDY = f"studies/{STUDY_A}"
SERIES_A = named("imaging-study-a").series[0]
INSTANCE = f"{STUDY}/series/{SERIES_A.uid}/instances/{SERIES_A.images[0].uid}"
FRAMES = next(iter(named("imaging-study-frames").located()))


def override(name, value):
    """Return a class that answers one question so; a function is the method itself."""
    method = value if callable(value) else lambda *_, **__: value
    return type("Override", (Imaging,), {name: method})


def search(ask, query, who="demo-patient-a"):
    return ask("imaging/fhir", "ImagingStudy", who, query=query)


def retrieve(ask, path, who="demo-patient-a", **headers):
    return ask("wado", path, who, **headers)


def entries(reply):
    return reply.resource.get("entry", [])


def first_file(reply):
    return pydicom.dcmread(io.BytesIO(parts(reply)[0][1]))


# Each row: the method, what it answers instead, and what is then true and is not on the honest server.
ROWS = {
    "guards": (False, lambda ask: retrieve(ask, STUDY, "").status == 200),
    "guards one door": (
        lambda _, door: door != "rendered",
        lambda ask: (
            retrieve(ask, f"{INSTANCE}/rendered", "").status == 200 and retrieve(ask, STUDY, "").status == 401
        ),
    ),
    "expired": (False, lambda ask: search(ask, OF_A, "demo-expired").status == 200),
    "revoked": (False, lambda ask: search(ask, OF_A, "demo-revoked").status == 200),
    "covers": (True, lambda ask: search(ask, OF_A, "demo-no-scope").status == 200),
    "grants": (True, lambda ask: search(ask, OF_B).status == 200),
    "permits": (
        True,
        lambda ask: (
            retrieve(ask, f"studies/{named('imaging-study-restricted').uid}", "demo-system").status == 200
        ),
    ),
    "turn_away": (
        Reply(status=200, resource={"resourceType": "Bundle", "type": "searchset", "total": 0}),
        lambda ask: search(ask, OF_B).status == 200,
    ),
    "searched": (
        lambda _, _permitted, every: every,
        lambda ask: any("study-b" in e["fullUrl"] for e in entries(search(ask, []))),
    ),
    "hear": (
        lambda _, pairs: [pair for pair in pairs if pair[0] != "identifier"],
        lambda ask: len(entries(search(ask, [*OF_A, ("identifier", "urn:oid:1.2")]))) > 1,
    ),
    "record": (
        lambda _, resource: {name: value for name, value in resource.items() if name != "endpoint"},
        lambda ask: "endpoint" not in entries(search(ask, OF_A))[0]["resource"],
    ),
    "point": (
        lambda _, endpoint: endpoint | {"address": "https://elsewhere.example/wado"},
        lambda ask: "elsewhere" in ask("imaging/fhir", "Endpoint/wado").resource["address"],
    ),
    "enclose": (
        lambda _, bundle: bundle | {"entry": [e for e in bundle["entry"] if e["search"]["mode"] == "match"]},
        lambda ask: {e["search"]["mode"] for e in entries(search(ask, INCLUDING))} == {"match"},
    ),
    "late": (
        lambda *_, **_asked: False,
        lambda ask: search(ask, [("patient", "imaging-patient-slow")], "demo-system").status == 200,
    ),
    "put_off": (
        {},
        lambda ask: (
            "retry-after" not in search(ask, [("patient", "imaging-patient-slow")], "demo-system").headers
        ),
    ),
    "find": (
        lambda _, _study: named("imaging-study-ct"),
        lambda ask: first_file(retrieve(ask, STUDY)).Modality == "CT",
    ),
    "unknown gone": (
        lambda _, what: Refusal(410, "deleted", what),
        lambda ask: retrieve(ask, "studies/1.2.3").status == 410,
    ),
    "retrieve": (lambda _, images, _door: images[:1], lambda ask: len(parts(retrieve(ask, STUDY))) == 1),
    "describe a file": (
        lambda _, stated, door: stated if door == "metadata" else {**stated, "StudyInstanceUID": uid("x")},
        lambda ask: first_file(retrieve(ask, STUDY)).StudyInstanceUID != STUDY_A,
    ),
    "describe metadata": (
        lambda _, stated, door: {**stated, "PatientID": "X"} if door == "metadata" else stated,
        lambda ask: json.loads(retrieve(ask, f"{STUDY}/metadata").content)[0]["00100020"]["Value"] == ["X"],
    ),
    "finish": (
        lambda _, file: file + b"end",
        lambda ask: parts(retrieve(ask, INSTANCE))[0][1].endswith(b"end"),
    ),
    "ask": (
        lambda _, request: replace(request, path=("studies", STUDY_A)),
        lambda ask: retrieve(ask, "studies/1.2.3").status == 200,
    ),
    "choose": (
        lambda _, _accept, offers: offers[0],
        lambda ask: retrieve(ask, STUDY, accept="application/pdf").status == 200,
    ),
    "label": (
        lambda _, type_: type_.replace("jpeg", "png"),
        lambda ask: retrieve(ask, f"{INSTANCE}/rendered").headers["content-type"] == "image/png",
    ),
    "bind": (
        "",
        lambda ask: (
            retrieve(ask, f"{capability(ask)}/studies/{FRAMES.study.uid}", "demo-system").status == 200
        ),
    ),
    "holds": (
        True,
        lambda ask: (
            retrieve(ask, f"{capability(ask)}/studies/{FRAMES.study.uid}", "demo-system").status == 200
        ),
    ),
    "confines": (True, lambda ask: retrieve(ask, f"{capability(ask)}/{STUDY}").status == 200),
    "bearer": (
        lambda _, request: request.parameter("access_token"),
        lambda ask: search(ask, [*OF_A, ("access_token", "demo-patient-a")], "").status == 200,
    ),
    "say": (
        lambda _, door, reply: reply.without("www-authenticate") if door == "study" else reply,
        lambda ask: "www-authenticate" not in retrieve(ask, STUDY, "").headers,
    ),
    "configure": (
        lambda _, told: {name: value for name, value in told.items() if name != "associated_endpoints"},
        lambda ask: "associated_endpoints" not in ask("fhir", ".well-known/smart-configuration").resource,
    ),
    "share": (
        lambda _, headers, door: {} if door == "wado" else headers,
        lambda ask: not shares(retrieve(ask, STUDY, origin="https://app.example")),
    ),
    "knows": (
        lambda _, _token, access: access or ACCESS["demo-patient-a"],
        lambda ask: search(ask, OF_A, "garbage").status == 200,
    ),
    "introspect": ({"active": True}, lambda ask: introspected(ask)["active"]),
    "claim": ({}, lambda ask: ask("imaging/fhir", "metadata").resource == {}),
}


def shares(reply):
    return [name for name in reply.headers if name.startswith("access-control")]


def capability(ask):
    local = [e for e in entries(search(ask, OF_A)) if e["fullUrl"].startswith("urn:uuid:")]
    return local[0]["resource"]["address"].partition("/wado/")[2]


def introspected(ask):
    header = {"authorization": "Basic ZGVtby1jbGllbnQ6ZGVtby1zZWNyZXQ="}
    return ask("oauth", "introspect", "", method="POST", body=b"token=demo-expired", **header).resource


@pytest.mark.parametrize("row", ROWS)
def test_one_override_is_seen_and_the_honest_server_shows_nothing_of_it(faulty, row):
    value, seen = ROWS[row]
    assert seen(faulty(override(row.partition(" ")[0], value)))
    assert not seen(faulty())


def test_a_frame_can_be_another_one(faulty):
    ask = faulty(override("frame", lambda _, number: number + 1))
    base = f"studies/{FRAMES.study.uid}/series/{FRAMES.series.uid}/instances/{FRAMES.image.uid}"
    honest = [body for _, body in parts(retrieve(faulty(), f"{base}/frames/1,2"))]
    assert [body for _, body in parts(retrieve(ask, f"{base}/frames/1"))] == honest[1:]
    assert retrieve(ask, f"{base}/frames/4").status == 404


def test_several_overrides_work_together(faulty):
    ask = faulty(override("expired", value=False), override("label", "image/png"))
    answer = retrieve(ask, f"{INSTANCE}/rendered", "demo-expired")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")


def test_every_decision_has_a_row_or_a_test_of_its_own():
    made = {name for name in vars(Imaging) if not name.startswith("_")}
    assert made == {row.partition(" ")[0] for row in ROWS} | {"frame"}


def test_another_mount_has_images_of_its_own(images):
    mount = f"/faults/{next(iter(FAULTS))}"
    location = parts(images(f"{mount}/wado/{STUDY}"))[0][0].partition("Content-Location: ")[2]
    assert location.startswith(f"{images.root}{mount}/wado/")


def test_there_are_studies_of_every_kind_of_pointing():
    assert len({study.pointing for study in studies().values()}) == 3
