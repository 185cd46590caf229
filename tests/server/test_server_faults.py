"""Faults: every one is described, breaks a requirement that exists, and can be seen by a client."""

import re

import pytest

from conformance.catalogue import requirements
from conformance.problem import Problem
from conformance.server.behaviour import overridden
from conformance.server.faults import FAULTS, faulty
from conformance.server.messages import Request
from conformance.server.routing import answer
from conformance.server.sample import fill, resources
from conformance.server.site import Site
from conformance.server.store import Store
from conformance.server.variations import VARIATIONS
from conformance.server.wire import dumps

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
    pairs = tuple(tuple(part.split("=", 1)) for part in query.split("&") if part)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = body if isinstance(body, bytes) else b"" if body is None else dumps(body).encode()
    parts = tuple(part for part in path.split("/") if part)
    return answer(site, Request(method=method, path=parts, query=pairs, headers=named, body=sent))


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
NAMED = {"resourceType": "Patient", "id": "named", "name": [{"family": "Muñoz"}]}
PUT = entry("PUT", "Patient/t1", {**NAMED, "id": "t1"})
XML, JSON = "application/fhir+xml", "application/json"
PATCH = {"content_type": "application/json-patch+json"}
FORM = {"content_type": "application/x-www-form-urlencoded"}
CONDITION = "identifier=http://example.org/f|1"

STEPS = [
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
    ("GET", "Observation?method=nosuch"),
    ("GET", "Observation?method=ai-inference&patient=sample-patient-1"),
    ("GET", "Observation?_security=AIAST"),
    ("GET", "Observation?_profile=https://annotatemd.com/fhir/ig/StructureDefinition/ai-prediction"),
    ("GET", "Observation?derived-from=http://s/fhir/DocumentReference/sample-photograph-1"),
    ("GET", "Provenance?target=Observation/sample-prediction-1"),
    ("POST", "Observation/_search", b"method=ai-inference", FORM),
    ("GET", FIRST.replace("d", "D")),
    ("PUT", "Patient/named", NAMED),
    ("GET", "Patient?family=Muñoz"),
    ("GET", FIRST, None, {"accept": JSON}),
    ("GET", FIRST, None, {"accept": XML}),
    ("GET", FIRST, None, {"accept": f"{XML};q=0.9, application/fhir+json"}),
    ("GET", f"{FIRST}?_format=json", None, {"accept": XML}),
    ("GET", f"{FIRST}?_elements=active"),
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
]  # fmt: skip


def transcript(site):
    """Return everything that a client sees when it runs the steps."""
    seen = []
    for method, url, *rest in STEPS:
        body, headers = (*rest, None, {})[:2] if len(rest) != 1 else (rest[0], {})
        named = {name.replace("-", "_"): value for name, value in headers.items()}
        reply = ask(site, method, url, body, **named)
        seen.append((method, url, int(reply.status), dict(reply.headers), dumps(reply.resource)))
    return seen


@pytest.fixture(scope="module")
def honest():
    behaviour, searcher = faulty(())
    store = Store(deterministic=True)
    fill(store)
    seen = transcript(
        Site(base="http://s/fhir", store=store, behaviour=behaviour, searcher=searcher, seeded=True)
    )
    store.close()
    return seen


def test_the_honest_server_repeats_itself(honest, site):
    assert transcript(site()) == honest


def test_the_honest_server_never_breaks_down(honest):
    assert [seen for seen in honest if seen[2] >= 500] == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_can_be_seen_by_a_client(name, honest, site):
    seen = transcript(site(name))
    assert seen != honest
    if name != "second-delete-fails":
        assert [one for one in seen if one[2] >= 500] == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_in_one_sentence_what_it_does(name):
    fault = FAULTS[name]
    assert fault.name == name
    assert re.fullmatch(r"[A-Z`][^\n]*\.", fault.sentence)
    assert ". " not in fault.sentence


def test_every_fault_breaks_a_requirement_of_the_catalogue():
    assert {fault.breaks for fault in FAULTS.values()} <= set(requirements())


def test_every_fault_has_a_base_of_its_own(fhir):
    root = fhir.base.removesuffix("/fhir")
    for name in FAULTS:
        assert fhir(
            "POST", f"{root}/faults/{name}/fhir/Basic", {"resourceType": "Basic", "code": {"text": "x"}}
        ).status_code in {200, 201}
    assert fhir("GET", "Basic?code:text=x&_summary=count").json()["total"] == 0


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_can_be_seen_and_breaks_nothing_down(name, honest):
    store = Store(deterministic=True)
    fill(store)
    behaviour, searcher = overridden([VARIATIONS[name].overriding])
    one = Site(base="http://s/fhir", store=store, behaviour=behaviour, searcher=searcher, seeded=True)
    seen = transcript(one)
    store.close()
    assert [step for step in seen if step[2] >= 500] == []
    # References become absolute only where the client's host is known: over a socket.
    assert (seen != honest) is (name != "absolute-references")


def test_absolute_references_lead_to_the_base_of_the_variation(fhir):
    base = fhir.base.replace("/fhir", "/variations/absolute-references/fhir")
    read = fhir("GET", f"{base}/Observation/sample-prediction-1").json()
    assert read["subject"]["reference"] == f"{base}/Patient/sample-patient-1"
    assert fhir("GET", read["device"]["reference"]).status_code == 200


def test_faults_can_be_combined(site):
    both = site("create-answers-ok", "no-self-link", "prediction-final")
    made = ask(both, "POST", "Observation", SAMPLE[PREDICTION])
    assert (made.status, made.resource["status"]) == (200, "final")
    assert "link" not in ask(both, "GET", "Patient").resource


def test_an_unknown_fault_is_a_problem_with_a_hint():
    with pytest.raises(Problem) as problem:
        faulty(["no-rolback"])
    assert problem.value.hint == "did you mean 'no-rollback'?"


def created(site, resource):
    return ask(site, "POST", resource["resourceType"], resource).resource


def test_without_rollback_the_good_entries_of_a_failed_transaction_stay(site):
    for name, left in (((), 0), (("no-rollback",), 1)):
        one = site(*name, seeded=False)
        assert ask(one, "POST", "", bundle("transaction", *GOOD, BAD)).status == 400
        assert ask(one, "GET", "Observation?_summary=count").resource["total"] == left


def test_links_stay_where_they_are_not_rewritten(site):
    made = ask(
        site("links-not-rewritten"), "POST", "", bundle("transaction", *GOOD), prefer="return=representation"
    )
    assert made.resource["entry"][0]["resource"]["subject"]["reference"] == A


def test_labels_are_lost_only_where_the_fault_says_so(site):
    one = site("confirmed-label-lost")
    assert "security" not in created(one, SAMPLE["sample-annotation-confirmed"])["meta"]
    assert created(one, SAMPLE["sample-annotation-corrected"])["meta"]["security"][0]["code"] == "AIAST"
    assert created(one, SAMPLE[PREDICTION])["meta"]["security"][0]["code"] == "AIAST"


def test_a_score_in_hundredths_keeps_its_unit(site):
    made = created(site("confidence-as-percentage"), SAMPLE["sample-annotation-expert"])
    quantity = made["component"][1]["valueQuantity"]
    assert (quantity["value"], quantity["code"]) == (88, "1")


def test_deleted_resources_are_found_where_the_fault_says_so(site):
    one = site("deleted-found")
    id_ = created(one, PATIENT)["id"]
    ask(one, "DELETE", f"Patient/{id_}")
    assert ask(one, "GET", f"Patient/{id_}").status == 410
    assert ask(one, "GET", f"Patient?_id={id_}").resource["total"] == 1


def test_the_or_fault_leaves_and_alone(site):
    one = site("first-alternative-only")
    ids = "sample-prediction-1,sample-prediction-2"
    assert ask(one, "GET", f"Observation?_id={ids}").resource["total"] == 1
    assert ask(one, "GET", f"Observation?_id={ids}&method=nosuch").resource["total"] == 0


def test_strangers_are_those_that_do_not_match(site):
    found = ask(site("strangers-found"), "GET", "Observation?method=ai-inference").resource["entry"]
    methods = [one["resource"]["method"]["coding"][0]["code"] for one in found]
    assert methods[:2] == ["ai-inference"] * 2
    assert methods[2:]
    assert "ai-inference" not in methods[2:]
