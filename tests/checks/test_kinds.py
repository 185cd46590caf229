"""One table for each kind: a check, what it looks at, and what it says."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staging import (
    AIAST,
    BASE,
    answer,
    bodies,
    calm,
    check,
    entry,
    exchange,
    hostile,
    known,
    observation,
    resource,
    search,
    searchset,
)

from conformance.checks import Scene, judge, on_sent, wants
from conformance.checks.pages import page

PHOTO = resource(
    "photo", {"resourceType": "DocumentReference", "id": "d1", "subject": {"reference": "Patient/p1"}}
)
PATIENT = resource("patient", {"resourceType": "Patient", "id": "p1"})
LABEL = f"{AIAST['system']}|{AIAST['code']}"


def said(outcomes):
    return [outcome.result.value for outcome in outcomes]


@pytest.mark.parametrize(
    ("wanted", "status", "result"),
    [
        (200, 200, "held"),
        (200, 201, "failed"),
        ([200, 204], 204, "held"),
        ([200, "3xx"], 304, "held"),
        ("2xx", 299, "held"),
        ("2xx", 404, "failed"),
        ("any", 500, "observed"),
        (200, None, "untested"),
        ("any", None, "untested"),
    ],
)
def test_status(wanted, status, result):
    (outcome,) = judge(check("status", wanted), answer(None, status))
    assert (outcome.result.value, outcome.actual) == (result, status)


def test_status_is_judged_on_every_page():
    scene = Scene(verb="search", exchanges=(exchange(200), exchange(500)))
    found = judge(check("status", 200), scene)
    assert [(o.at, o.result.value) for o in found] == [
        ("HTTP status", "held"),
        ("HTTP status of page 2", "failed"),
    ]


@pytest.mark.parametrize(
    ("headers", "status", "beside", "result"),
    [
        ({"etag": 'W/"1"'}, 200, {}, "held"),
        ({}, 200, {}, "failed"),
        ({"etag": 'W/"1"'}, 200, {"matches": "^W/"}, "held"),
        ({"etag": '"1"'}, 200, {"matches": "^W/"}, "failed"),
        ({}, 200, {"exists": False}, "held"),
        ({}, 404, {}, "untested"),
        ({}, None, {}, "untested"),
    ],
)
def test_header(headers, status, beside, result):
    found = judge(check("header", "ETag", **beside), answer(None, status, headers=headers))
    assert said(found) == [result]


def test_header_of_an_error_is_judged_where_its_status_is_asked_for():
    asked = check("header", "WWW-Authenticate", when={"status": 401})
    assert said(judge(asked, answer(None, 401))) == ["failed"]


BUSY = {"first": 503, "header": "Retry-After", "last": 200}


@pytest.mark.parametrize(
    ("statuses", "headers", "results"),
    [
        ((503, 200), {"retry-after": "1"}, ["held", "held", "held"]),
        ((503, 503), {}, ["held", "failed", "failed"]),
        ((200,), {}, ["failed", "failed", "held"]),
        ((503, None), {"retry-after": "1"}, ["held", "held", "untested"]),
    ],
)
def test_attempts(statuses, headers, results):
    scene = Scene(verb="search", exchanges=(exchange(*statuses, headers=headers),))
    assert said(judge(check("attempts", BUSY), scene)) == results


FULL = observation(
    component=[
        {"code": {"text": "x"}, "valueQuantity": {"value": 0.5, "unit": "1"}},
        {"code": {"text": "y"}},
    ],
    derivedFrom=[{"reference": "DocumentReference/d1"}],
)


@pytest.mark.parametrize(
    ("expression", "beside", "result", "at"),
    [
        ("Observation.status", {"is_": "preliminary"}, "held", "Observation.status"),
        ("status", {"is_": "preliminary"}, "held", "Observation.status"),
        ("Resource.meta.versionId", {"exists": False}, "held", "Observation.meta.versionId"),
        (
            "Observation.component[0].value.value",
            {"at_most": 1},
            "held",
            "Observation.component[0].value.value",
        ),
        ("Observation.component.code.text", {"is_": "x"}, "failed", "Observation.component.code.text"),
        ("Observation.status = 'preliminary'", {}, "held", "Observation.status"),
        ("Observation.status = 'final'", {}, "failed", "Observation.status"),
        ("Observation.note", {}, "failed", "Observation.note"),
        ("Observation.note.text = 'x'", {}, "failed", "Observation.note.text"),
        ("Observation.status", {}, "failed", "Observation.status"),
        ("(Observation.component | Observation.note).count() = 2", {}, "held", "Observation.component"),
        ("exists()", {}, "held", "Observation"),
        ("Patient.name", {"exists": False}, "untested", ""),
        ("Bundle.entry.count() = 0", {}, "untested", ""),
        ("Observation.nosuch", {"is_": 1}, "untested", ""),
    ],
)
def test_fhirpath(expression, beside, result, at):
    (outcome,) = judge(check("fhirpath", expression, **beside), answer(FULL))
    assert (outcome.result.value, outcome.at) == (result, at)


def test_fhirpath_says_that_nothing_is_not_true():
    (outcome,) = judge(check("fhirpath", "Observation.note.text = 'x'"), answer(FULL))
    assert outcome.message.endswith("expected `Observation.note.text = 'x'` to be true, actual empty")


def test_fhirpath_on_the_bundle_and_on_each_entry_of_a_history():
    history = {"resourceType": "Bundle", "type": "history", "entry": [entry(FULL, ""), {"request": {}}]}
    scene = answer(history, verb="history")
    assert said(judge(check("fhirpath", "Bundle.entry.count()", is_=2), scene)) == ["held"]
    assert said(judge(check("fhirpath", "Observation.status", is_="preliminary"), scene)) == ["held"]


def test_fhirpath_resolves_what_the_scene_knows():
    body = observation(subject={"reference": "Patient/p1"})
    asked = check("fhirpath", "Observation.subject.resolve().id", is_="p1")
    assert said(judge(asked, answer(body, **known(PATIENT)))) == ["held"]


def test_fhirpath_on_an_operation_outcome_needs_no_success():
    body = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
    asked = check("fhirpath", "OperationOutcome.issue.code", is_="not-found")
    assert said(judge(asked, answer(body, 404))) == ["held"]


def test_the_resource_an_inspected_name_holds_needs_no_exchange():
    scene = Scene(verb="inspect", base=BASE, body=FULL)
    assert said(judge(check("fhirpath", "Observation.status", is_="preliminary"), scene)) == ["held"]


@pytest.mark.parametrize(
    ("expression", "beside", "result"),
    [
        ("$.token_endpoint", {"matches": "^https://"}, "held"),
        ("$.capabilities[*]", {"count": 2}, "held"),
        ("$.capabilities[?(@ == 'b')]", {}, "held"),
        ("$.nosuch", {}, "failed"),
        ("$.capabilities[?(@.x > 3)]", {"count": 0}, "held"),
    ],
)
def test_jsonpath(expression, beside, result):
    body = {"token_endpoint": "https://example.test/token", "capabilities": ["a", "b"]}
    assert said(judge(check("jsonpath", expression, **beside), answer(body, verb="request"))) == [result]


@pytest.mark.parametrize(
    ("value", "security", "results"),
    [
        ({"has": [LABEL]}, [AIAST], ["held"]),
        ({"has": [LABEL]}, [AIAST | {"display": "x", "version": "1"}], ["held"]),
        ({"has": [LABEL]}, [{"code": "AIAST"}], ["failed"]),
        ({"has": [LABEL]}, [], ["failed"]),
        ({"has": ["|AIAST"]}, [{"code": "AIAST"}], ["held"]),
        ({"lacks": [LABEL]}, [{"code": "AIAST"}], ["held"]),
        ({"lacks": [LABEL]}, [AIAST], ["failed"]),
        ({"has": [LABEL], "once": True}, [AIAST, AIAST | {"display": "x"}], ["held", "failed"]),
        ({"has": [LABEL], "once": True}, [AIAST, {"code": "a"}, {"code": "a"}], ["held", "held"]),
        ({"once": True}, [AIAST, {"code": "a"}, {"code": "a"}], ["failed"]),
        ({"once": True}, [], ["untested"]),
    ],
)
def test_label(value, security, results):
    found = judge(check("label", value), answer(observation(meta={"security": security})))
    assert said(found) == results
    assert {outcome.at for outcome in found} == {"Observation.meta.security"}


def test_label_looks_at_each_match():
    labelled = observation("a", meta={"security": [AIAST]})
    body = searchset(entry(labelled), entry(observation("b")), entry({"resourceType": "Media"}, "include"))
    found = judge(check("label", {"has": [LABEL]}), search(body, []))
    assert [(o.about, o.result.value) for o in found] == [
        ("Observation/a", "held"),
        ("Observation/b", "failed"),
    ]


ISSUE = {
    "severity": "error",
    "code": "not-supported",
    "details": {"text": "Unknown modifier"},
    "diagnostics": "code:nosuch",
    "expression": ["Observation.code"],
}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"severity": "error"}, "held"),
        ({"severity": ["error", "fatal"], "code": "not-supported"}, "held"),
        ({"text": "unknown MODIFIER"}, "held"),
        ({"text": "nosuch", "expression": "Observation.code"}, "held"),
        ({"severity": "warning"}, "failed"),
        ({"severity": "information", "text": "x"}, "failed"),
        ({"code": "not-supported", "severity": "information"}, "failed"),
    ],
)
def test_outcome(value, result):
    issues = [ISSUE, {"severity": "information", "code": "informational"}]
    body = {"resourceType": "OperationOutcome", "issue": issues}
    assert said(judge(check("outcome", value), answer(body, 400))) == [result]


def test_outcome_is_found_within_a_bundle():
    warning = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "warning", "code": "not-supported"}],
    }
    asked = check("outcome", {"severity": "warning"})
    assert said(judge(asked, search(searchset(entry(warning, "outcome")), []))) == ["held"]
    batch = {"resourceType": "Bundle", "entry": [{"response": {"status": "400", "outcome": warning}}]}
    assert said(judge(asked, answer(batch))) == ["held"]


@pytest.mark.parametrize(("status", "result"), [(400, "failed"), (200, "untested"), (None, "untested")])
def test_outcome_that_is_missing_counts_only_in_an_error(status, result):
    assert said(judge(check("outcome", {"severity": "error"}), answer(None, status))) == [result]


def ref(text):
    return {"reference": text}


LOGICAL = {"identifier": {"value": "1"}}
REFERENCES = [
    # path, what stands there, what is asked, what is said
    ("Observation.derivedFrom", [ref("DocumentReference/d1")], {"target": "photo"}, ["held"]),
    ("derivedFrom", [ref(f"{BASE}/DocumentReference/d1")], {"target": "photo"}, ["held"]),
    ("derivedFrom", [ref("DocumentReference/d1/_history/4")], {"target": "photo"}, ["held"]),
    ("derivedFrom.reference", [ref("DocumentReference/d1")], {"target": "photo"}, ["held"]),
    (
        "derivedFrom",
        [ref("Media/m"), ref("DocumentReference/d1")],
        {"target": "photo"},
        ["held"],
    ),
    ("derivedFrom", [ref("DocumentReference/d2")], {"target": "photo"}, ["failed"]),
    (
        "derivedFrom",
        [ref("http://else.test/DocumentReference/d1")],
        {"target": "photo"},
        ["failed"],
    ),
    ("derivedFrom", [], {"target": "photo"}, ["failed"]),
    ("derivedFrom", [LOGICAL], {"target": "photo"}, ["untested"]),
    ("derivedFrom", [ref("Media/m")], {"target": "Media/m"}, ["held"]),
    ("derivedFrom", [ref("Media/m")], {"target": "image"}, ["held"]),
    ("derivedFrom", [ref("Media/m")], {"target": "Media/m", "spelled": "exactly"}, ["held"]),
    (
        "derivedFrom",
        [ref(f"{BASE}/Media/m")],
        {"target": "Media/m", "spelled": "exactly"},
        ["failed"],
    ),
    (
        "derivedFrom",
        [ref("Media/a"), ref("Media/b")],
        {"target": "both"},
        ["held", "held"],
    ),
    ("derivedFrom", [ref("Media/a")], {"target": "both"}, ["held", "failed"]),
    ("derivedFrom", [ref("Media/a")], {"to": ["Media"]}, ["held"]),
    (
        "derivedFrom",
        [ref("Media/a"), ref("Observation/b")],
        {"to": ["Media"]},
        ["held", "failed"],
    ),
    ("derivedFrom", [ref("http://else.test/r4/Media/a")], {"to": ["Media"]}, ["held"]),
    ("derivedFrom", [ref("http://else.test/Images/a")], {"to": ["Media"]}, ["untested"]),
    ("derivedFrom", [ref("urn:oid:1.2.3")], {"to": ["Media"]}, ["untested"]),
    ("derivedFrom", [ref("#m")], {"to": ["Media"]}, ["held"]),
    ("derivedFrom", [ref("#nosuch")], {"to": ["Media"]}, ["untested"]),
    ("derivedFrom", [LOGICAL], {"to": ["Media"]}, ["untested"]),
    ("derivedFrom", [LOGICAL | {"type": "Media"}], {"to": ["Media"]}, ["held"]),
    ("derivedFrom", [], {"to": ["Media"]}, ["untested"]),
    ("derivedFrom", [ref("DocumentReference/d1")], {"resolves": True}, ["held"]),
    ("derivedFrom", [ref("#m")], {"resolves": True}, ["held"]),
    ("derivedFrom", [ref("#nosuch")], {"resolves": True}, ["failed"]),
    ("derivedFrom", [ref("Media/read")], {"resolves": True}, ["held"]),
    ("derivedFrom", [ref("Media/gone")], {"resolves": True}, ["failed"]),
    ("derivedFrom", [ref("Media/unread")], {"resolves": True}, ["untested"]),
    ("derivedFrom", [ref("http://else.test/r4/Media/a")], {"resolves": True}, ["untested"]),
    ("derivedFrom", [LOGICAL], {"resolves": True}, ["untested"]),
    ("derivedFrom", [ref("DocumentReference/d1")], {"same_patient": "patient"}, ["held"]),
    ("derivedFrom", [ref("DocumentReference/d1")], {"same_patient": "photo"}, ["held"]),
    ("derivedFrom", [ref("Media/read")], {"same_patient": "patient"}, ["failed"]),
    ("derivedFrom", [ref("Media/unread")], {"same_patient": "patient"}, ["untested"]),
    ("derivedFrom", [ref("DocumentReference/d1")], {"same_patient": "nobody"}, ["untested"]),
    ("derivedFrom", [ref("Patient/p1")], {"same_patient": "photo"}, ["held"]),
    ("derivedFrom", "no list", {"to": ["Media"]}, ["untested"]),
]


@pytest.mark.parametrize(("path", "there", "asked", "results"), REFERENCES)
def test_reference(path, there, asked, results):
    both = [resource("both", {"resourceType": "Media", "id": id_}) for id_ in "ab"]
    body = observation(derivedFrom=there, contained=[{"resourceType": "Media", "id": "m"}])
    read = {"resourceType": "Media", "id": "read", "subject": {"reference": f"{BASE}/Patient/p2"}}
    scene = answer(
        body,
        kept={"image": f"{BASE}/Media/m"},
        resolved={"Media/read": read, "Media/gone": None},
        **known(PHOTO, PATIENT, *both),
    )
    found = judge(check("reference", path, **asked), scene)
    assert said(found) == results
    assert {outcome.about for outcome in found} == {"Observation/o1"}


def test_reference_tells_the_place_of_the_value_that_fails():
    body = observation(derivedFrom=[{"reference": "Media/a"}, {"reference": "Patient/b"}])
    _, outcome = judge(check("reference", "Observation.derivedFrom", to=["Media"]), answer(body))
    assert outcome.at == "Observation.derivedFrom[1]"
    assert outcome.message == "Observation.derivedFrom[1]: expected a reference to Media, actual 'Patient/b'"


def test_a_path_without_a_type_speaks_of_each_match():
    listed = [observation(id_, derivedFrom=[ref(f"Media/{id_}")]) for id_ in "ab"]
    scene = search(searchset(*map(entry, listed), entry(PHOTO.sent, "include")), [])
    found = judge(check("reference", "derivedFrom", target="Media/a"), scene)
    assert [o.about for o in found] == ["Observation/a", "Observation/b"]
    assert said(found) == ["held", "failed"]


def test_a_patient_need_not_be_read_to_be_the_same():
    scene = answer(observation(subject=ref("Patient/p1")), **known(PHOTO))
    assert wants(check("reference", "subject", same_patient="photo"), scene) == []
    assert wants(check("reference", "subject", resolves=True), scene) == ["Patient/p1"]


SAME = [
    ("sent", {}, ["resource"], ["held"]),
    ("sent", {"status": "final"}, ["resource"], ["failed"]),
    ("sent", {"status": "final"}, ["labels"], ["held"]),
    ("sent", {"status": "final"}, ["references"], ["held"]),
    ("sent", {"meta": {}}, ["labels", "references"], ["failed", "held"]),
    ("sent", {"derivedFrom": [{"reference": "Media/other"}]}, ["references"], ["failed"]),
    ("sent", {"derivedFrom": [{"reference": f"{BASE}/Media/m"}]}, ["references"], ["held"]),
    ("sent", {"id": "other"}, ["id"], ["failed"]),
    ("sent", {}, ["id"], ["held"]),
    ("sent", {}, ["ids"], ["untested"]),
    ("sent", {}, ["total"], ["untested"]),
    ("found", {}, ["resource"], ["held"]),
    ("found", {"status": "final"}, ["resource"], ["failed"]),
    ("before", {}, ["resource", "labels", "references", "id"], ["held", "held", "held", "held"]),
    ("before", {"status": "final"}, ["resource"], ["failed"]),
    ("nobody", {}, ["resource"], ["untested"]),
]


@pytest.mark.parametrize(("name", "alteration", "parts", "results"), SAME)
def test_same(name, alteration, parts, results):
    body = observation(meta={"security": [AIAST]}, derivedFrom=[{"reference": "Media/m"}])
    own = resource("sent", {k: v for k, v in body.items() if k != "id"}, reference="Observation/o1")
    seen = resource("found", None, received=body, reference="Observation/o1", found=True)
    scene = answer(body | alteration, steps={"before": answer(body)}, **known(own, seen))
    assert said(judge(check("same", name, in_=parts), scene)) == results


def test_same_leaves_out_what_is_excepted():
    scene = answer(observation(status="final", note=[{"text": "x"}]), **known(resource("a", observation())))
    asked = check("same", "a", in_=["resource"], except_=["/note", "/status"])
    assert said(judge(asked, scene)) == ["held"]
    only_note = check("same", "a", in_=["resource"], except_=["/note", "/stat"])
    assert [o.at for o in judge(only_note, scene)] == ["Observation.status"]


def test_same_finds_the_resource_within_a_search():
    body = searchset(entry(observation("a", status="final")), entry(observation("b")))
    scene = search(body, [], resource("a", observation("a")), resource("c", observation("c")))
    assert said(judge(check("same", "a", in_=["resource"]), scene)) == ["failed"]
    assert said(judge(check("same", "c", in_=["resource"]), scene)) == ["untested"]


def test_same_id_is_told_by_a_location_where_there_is_no_body():
    scene = answer(
        None, headers={"location": f"{BASE}/Observation/o1/_history/1"}, **known(resource("a", observation()))
    )
    assert said(judge(check("same", "a", in_=["id"]), scene)) == ["held"]


A, B, C = (observation(id_) for id_ in "abc")


@pytest.mark.parametrize(
    ("here", "before", "parts", "results"),
    [
        ([A, B], [B, A], ["ids"], ["held"]),
        ([A], [A, B], ["ids"], ["failed"]),
        ([A, B], [A], ["ids"], ["failed"]),
        ([A, C], [A], ["ids"], ["cannot-say"]),
        ([A, B], [A, B], ["order"], ["held"]),
        ([B, A], [A, B], ["order"], ["failed"]),
        ([B, C], [C, B, A], ["order"], ["failed"]),
        ([B], [A, B], ["order"], ["untested"]),
        ([A], [A], ["total"], ["cannot-say"]),
    ],
)
def test_same_of_two_searches(here, before, parts, results):
    own = (resource("a", A), resource("b", B))
    first = search(searchset(*map(entry, before)), [], *own)
    scene = search(searchset(*map(entry, here)), [], *own)
    scene = Scene(**{name: getattr(scene, name) for name in scene.__slots__} | {"steps": {"first": first}})
    assert said(judge(check("same", "first", in_=parts), scene)) == results


@pytest.mark.parametrize(
    ("here", "before", "result"),
    [([A], [A, B], "untested"), ([A, B], [A], "failed"), ([A, B], [A, B], "held")],
)
def test_what_stands_on_a_page_that_was_not_followed_is_not_missing(here, before, result):
    own = (resource("a", A), resource("b", B))
    onward = {"relation": "next", "url": "http://elsewhere.example/fhir?page=2"}
    first = search(searchset(*map(entry, before)), [], *own)
    page = searchset(*map(entry, here)) | {"link": [onward]}
    scene = replace(search(page, [], *own), steps={"first": first})
    assert said(judge(check("same", "first", in_=["ids"]), scene)) == [result]


@pytest.mark.parametrize(
    ("left", "right", "result"), [(2, 2, "held"), (2, 3, "failed"), (2, None, "cannot-say")]
)
def test_same_total(left, right, result):
    scene = answer({"resourceType": "Bundle", "total": right}, verb="search")
    first = answer({"resourceType": "Bundle", "total": left}, verb="search")
    scene = Scene(**{name: getattr(scene, name) for name in scene.__slots__} | {"steps": {"first": first}})
    assert said(judge(check("same", "first", in_=["total"]), scene)) == [result]


EVERY = [
    check("status", 200),
    check("header", "ETag", matches="W/"),
    check("fhirpath", "Observation.status", is_="final"),
    check("fhirpath", "Observation.derivedFrom.resolve().subject.exists()"),
    check("fhirpath", "Bundle.entry.resource.all(meta.security.where(code = 'AIAST').exists())"),
    check("fhirpath", "Observation.component.value.ofType(Quantity).value", at_most=1),
    check("fhirpath", "OperationOutcome.issue.code", in_=["a"]),
    check("jsonpath", "$.entry[?(@.resource.status > 3)].x", count=1),
    check(
        "reference", "Observation.derivedFrom", to=["Media"], target="own", resolves=True, same_patient="own"
    ),
    check("reference", "subject", target="Patient/p1", spelled="exactly"),
    check(
        "results", {"has": ["own"], "lacks": ["own"], "only": ["own"], "included": ["own"], "order": ["own"]}
    ),
    check("results", {"total": 1, "per-page": 1}),
    check("outcome", {"severity": "error", "code": ["a"], "text": "t", "expression": "e"}),
    check("label", {"has": ["a|b"], "lacks": ["a|b"], "once": True}),
    check("same", "own", in_=["resource", "labels", "references", "id", "ids", "order", "total"]),
    check("same", "before", in_=["resource", "labels", "references", "id", "ids", "order", "total"]),
    check("attempts", {"first": 200, "header": "x"}),
    check("status", "any", when={"fhirpath": "Observation.status = 'final'"}),
]


WHOLE = FULL | {
    "meta": {
        "security": [AIAST],
        "tag": [AIAST],
        "profile": ["urn:p"],
        "lastUpdated": "2026-01-05T10:00:00Z",
    },
    "text": {"status": "generated", "div": "x"},
    "extension": [{"url": "urn:e", "valueReference": {"reference": "Media/1"}}],
    "contained": [{"resourceType": "Media", "id": "c", "subject": {"reference": "Patient/p1"}}],
    "subject": {"reference": "Patient/p1", "identifier": {"value": "7"}},
    "effectiveDateTime": "2026-01-05T10:00:00Z",
    "_effectiveDateTime": {"extension": [{"url": "urn:e", "valueCode": "c"}]},
    "method": {"coding": [{"system": "urn:m", "code": "ai"}]},
}
TOLD = {"resourceType": "OperationOutcome", "issue": [ISSUE]}
LISTED = searchset(
    entry(WHOLE), entry(PHOTO.sent, "include"), entry(TOLD, "outcome"), said="status=final", total=1
)


def places(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def with_other(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_other(value[path[0]], path[1:], new)
    return copy


def spoilt(body):
    return st.builds(with_other, st.just(body), st.sampled_from(list(places(body))), hostile)


spoilt_bodies = st.one_of(spoilt(WHOLE), spoilt(LISTED), spoilt(TOLD), bodies, hostile)


@calm
@given(st.sampled_from(EVERY), spoilt_bodies, spoilt_bodies, st.sampled_from([200, 404, None]))
def test_no_body_makes_a_check_stumble(asked, body, other, status):
    own = resource("own", observation(), received=other if isinstance(other, dict) else None)
    for verb in ("read", "search"):
        scene = answer(
            body,
            status,
            verb=verb,
            type="Observation",
            query=(("status", "final"), ("_sort", "date"), ("_include", "Observation:derived-from")),
            steps={"before": answer(other, verb=verb)},
            resolved={"Media/1": other},
            **known(own),
        )
        found = judge(asked, scene)
        assert found
        assert all(outcome.message for outcome in found)
        assert isinstance(wants(asked, scene), list)
        assert isinstance(on_sent(asked, scene, other, "Observation/o1"), list)


def test_the_page_about_the_kinds_is_the_one_in_docs():
    assert (Path(__file__).parents[2] / "docs" / "checks.md").read_text() == page()


HOME = "http://home.test/fhir"


@pytest.mark.parametrize(
    ("spelt", "wanted", "result"),
    [
        ("Patient/p", "Patient/p", "held"),
        (f"{HOME}/Patient/p", "Patient/p", "held"),
        (f"{BASE}/Patient/p", "Patient/p", "held"),
        ("Patient/p", f"{HOME}/Patient/p", "held"),
        (f"{HOME}/Patient/q", "Patient/p", "failed"),
        # A third name for one of them, or a third server: nobody can tell.
        ("http://else.test/Patient/p", "Patient/p", "untested"),
        ("http://else.test/Patient/q", "Patient/p", "failed"),
        # Two servers have each their own studies.
        (f"{HOME}/ImagingStudy/s", "ImagingStudy/s", "failed"),
    ],
)
def test_a_server_of_images_may_name_patients_at_the_base_where_they_are(spelt, wanted, result):
    scene = replace(answer({"resourceType": "ImagingStudy", "subject": ref(spelt)}), home=HOME)
    assert said(judge(check("reference", "ImagingStudy.subject", target=wanted), scene)) == [result]
