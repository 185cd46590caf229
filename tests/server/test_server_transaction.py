"""Batches and transactions: order, rollback, links between entries, conditional references."""

import itertools

import pytest

A, B = "urn:uuid:0b1f7a52-6d4e-4c0e-9a35-5f6f1d9c1a01", "urn:uuid:0b1f7a52-6d4e-4c0e-9a35-5f6f1d9c1a02"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><a href="{0}">x</a> <img src=\'{0}\' alt="{0}"/></div>'


def entry(method, url, resource=None, full_url=None, **conditions):
    made = {"request": {"method": method, "url": url, **conditions}}
    made |= {"resource": resource} if resource else {}
    return made | ({"fullUrl": full_url} if full_url else {})


def bundle(*entries, kind="transaction"):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def patient(tag, **more):
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "http://example.org/t", "value": tag}],
        **more,
    }


def observation(subject, **more):
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": subject},
        **more,
    }


def total(fhir, tag):
    return fhir("GET", f"Patient?identifier=http://example.org/t|{tag}&_summary=count").json()["total"]


def statuses(answer):
    return [one["response"]["status"][:3] for one in answer.json()["entry"]]


def read(fhir, answer, index):
    return fhir("GET", answer.json()["entry"][index]["response"]["location"]).json()


def test_links_between_entries_become_references(fhir):
    text = {"status": "generated", "div": DIV.format(A)}
    more = {
        "text": text,
        "identifier": [{"system": A, "value": A}],
        "implicitRules": A,
        "extension": [{"url": "http://e/1", "valueUri": A}, {"url": "http://e/2", "valueCanonical": A}],
        "focus": [{"reference": f"{A}/_history/1"}, {"reference": "Patient/elsewhere"}],
    }
    answer = fhir(
        "POST",
        "",
        bundle(
            entry("POST", "Observation", observation(A, **more), B), entry("POST", "Patient", patient("l"), A)
        ),
    )
    assert answer.status_code == 200
    assert answer.json()["type"] == "transaction-response"
    assert statuses(answer) == ["201", "201"]
    stored, subject = read(fhir, answer, 0), f"Patient/{read(fhir, answer, 1)['id']}"
    assert stored["subject"]["reference"] == subject
    assert stored["focus"] == [{"reference": f"{subject}/_history/1"}, {"reference": "Patient/elsewhere"}]
    assert stored["implicitRules"] == stored["extension"][0]["valueUri"] == subject
    assert stored["identifier"] == [{"system": subject, "value": A}]
    assert stored["extension"][1]["valueCanonical"] == A
    assert stored["text"]["div"] == DIV.format(subject).replace(f'alt="{subject}"', f'alt="{A}"')


def test_a_relative_reference_means_the_entry_whose_full_url_ends_with_it(fhir):
    full = "http://elsewhere.example.org/fhir/Patient/p1"
    first = entry("POST", "Patient", patient("rel"), full)
    answer = fhir("POST", "", bundle(first, entry("POST", "Observation", observation("Patient/p1"), B)))
    assert read(fhir, answer, 1)["subject"]["reference"] == f"Patient/{read(fhir, answer, 0)['id']}"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_the_outcome_does_not_depend_on_the_order_of_the_entries(fhir, order):
    tag = f"o{''.join(map(str, order))}"
    old = fhir.made(patient(tag))
    entries = [
        entry("GET", f"Patient?identifier=http://example.org/t|{tag}"),
        entry("POST", "Patient", patient(tag), A, ifNoneExist=f"identifier=http://example.org/t|{tag}"),
        entry("DELETE", f"Patient/{old['id']}"),
    ]
    answer = fhir("POST", "", bundle(*(entries[i] for i in order)))
    by_entry = dict(zip(order, statuses(answer), strict=True))
    assert by_entry == {0: "200", 1: "201", 2: "204"}
    found = answer.json()["entry"][order.index(0)]["resource"]["entry"]
    assert [one["resource"]["id"] != old["id"] for one in found] == [True]


BAD = {
    "a body of the wrong shape": entry("POST", "Patient", {"resourceType": "Patient", "nosuch": 1}),
    "an unknown type": entry("POST", "Nosuch", {"resourceType": "Nosuch"}),
    "a read of nothing": entry("GET", "Patient/nobody"),
    "a stale If-Match": entry(
        "PUT",
        "Patient/sample-patient-1",
        {"resourceType": "Patient", "id": "sample-patient-1"},
        ifMatch='W/"7"',
    ),
    "a conditional reference to nobody": entry("POST", "Observation", observation("Patient?identifier=none")),
    "a conditional reference to several": entry("POST", "Observation", observation("Patient?active=true")),
    "two entries for one resource": entry("DELETE", "Patient/overlap"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_transaction_that_fails_leaves_no_trace(fhir, name):
    tag = f"r-{list(BAD).index(name)}"
    overlap = {**patient(tag), "id": "overlap"}
    good = [entry("POST", "Patient", patient(tag), A), entry("PUT", "Patient/overlap", overlap)]
    before = fhir("GET", "_history?_count=0").json()["total"]
    answer = fhir("POST", "", bundle(*good, BAD[name]))
    assert 400 <= answer.status_code < 500
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert total(fhir, tag) == 0
    assert fhir("GET", "_history?_count=0").json()["total"] == before


def test_a_conditional_reference_finds_what_the_transaction_itself_creates(fhir):
    made = bundle(
        entry("POST", "Observation", observation("Patient?identifier=http://example.org/t|cr"), B),
        entry("POST", "Patient", patient("cr"), A),
    )
    answer = fhir("POST", "", made, Prefer="return=representation")
    subject = answer.json()["entry"][1]["resource"]["id"]
    assert answer.json()["entry"][0]["resource"]["subject"]["reference"] == f"Patient/{subject}"
    assert read(fhir, answer, 0)["subject"]["reference"] == f"Patient/{subject}"


def test_a_conditional_create_that_finds_one_is_what_the_others_refer_to(fhir):
    known = fhir.made(patient("cc-in-t"))
    created = entry("POST", "Patient", patient("x"), A, ifNoneExist="identifier=http://example.org/t|cc-in-t")
    answer = fhir("POST", "", bundle(entry("POST", "Observation", observation(A), B), created))
    assert statuses(answer) == ["201", "200"]
    assert read(fhir, answer, 0)["subject"]["reference"] == f"Patient/{known['id']}"


def test_a_conditional_update_can_be_referred_to(fhir):
    put = entry("PUT", "Patient?identifier=http://example.org/t|cu-in-t", patient("cu-in-t"), A)
    answer = fhir("POST", "", bundle(entry("POST", "Observation", observation(A), B), put))
    assert statuses(answer) == ["201", "201"]
    assert read(fhir, answer, 0)["subject"]["reference"] == f"Patient/{read(fhir, answer, 1)['id']}"


def test_a_patch_in_a_transaction_comes_as_binary(fhir):
    made = fhir.made(patient("patch"))
    data = "W3sib3AiOiJhZGQiLCJwYXRoIjoiL2FjdGl2ZSIsInZhbHVlIjp0cnVlfV0="  # add /active true
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}
    answer = fhir("POST", "", bundle(entry("PATCH", f"Patient/{made['id']}", binary)))
    assert statuses(answer) == ["200"]
    assert fhir("GET", f"Patient/{made['id']}").json()["active"] is True


def test_the_entries_of_a_batch_stand_alone(fhir):
    made = bundle(
        entry("GET", "Patient/nobody"),
        entry("POST", "Patient", patient("batch"), A),
        entry("POST", "Patient", {"resourceType": "Patient", "nosuch": 1}),
        kind="batch",
    )
    answer = fhir("POST", "", made)
    assert (answer.status_code, answer.json()["type"]) == (200, "batch-response")
    assert statuses(answer) == ["404", "201", "400"]
    assert answer.json()["entry"][0]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert total(fhir, "batch") == 1


@pytest.mark.parametrize("entries", [{}, {"entry": []}], ids=["absent", "empty"])
@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_bundle_without_entries_is_no_error(fhir, kind, entries):
    answer = fhir("POST", "", {"resourceType": "Bundle", "type": kind, **entries})
    assert answer.status_code == 200
    assert answer.json() == {"resourceType": "Bundle", "type": f"{kind}-response"}


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Bundle", "type": "collection"},
        {"resourceType": "Patient"},
        bundle({"resource": patient("x")}),
        bundle(entry("POST", "Patient")),
        bundle(entry("GET", "http://elsewhere.example.org/fhir/Patient/1")),
    ],
    ids=["a collection", "no bundle", "no request", "no resource", "another server"],
)
def test_what_is_no_batch_or_transaction_is_refused(fhir, body):
    assert fhir("POST", "", body).status_code == 400


def test_a_transaction_posted_to_bundle_is_stored(fhir):
    sent = bundle(entry("POST", "Patient", patient("stored"), A))
    assert fhir.made(sent)["entry"] == sent["entry"]
    assert total(fhir, "stored") == 0
