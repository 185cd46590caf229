import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staging import bodies, calm, hostile

from conformance.checks.equality import differences

BASE = "http://example.test/fhir"
SENT = {
    "resourceType": "Observation",
    "id": "sent",
    "meta": {
        "profile": ["https://annotatemd.com/fhir/ig/StructureDefinition/ai-prediction"],
        "security": [
            {"system": "urn:s", "code": "AIAST", "display": "shown"},
            {"system": "urn:s", "code": "HTEST"},
        ],
        "tag": [{"system": "urn:dermconf", "code": "run-1"}, {"system": "urn:t", "code": "keep"}],
    },
    "text": {"status": "generated", "div": "<div>told</div>"},
    "identifier": [{"system": "urn:dermconf", "value": "run-1"}, {"system": "urn:i", "value": "7"}],
    "extension": [{"url": "urn:e", "valueBoolean": True}],
    "status": "preliminary",
    "category": [{"text": "first"}, {"coding": [{"system": "urn:c", "code": "a"}, {"code": "b"}]}],
    "code": {"text": "code"},
    "subject": {"reference": "Patient/p1", "display": "An invented person"},
    "effectiveDateTime": "2026-01-05T10:00:00Z",
    "issued": "2026-01-05T10:00:00.500Z",
    "performer": [{"identifier": {"system": "urn:p", "value": "9"}}],
    "valueQuantity": {"value": Decimal("0.920"), "unit": "1"},
    "note": [{"text": "one"}, {"text": "two"}],
    "derivedFrom": [{"reference": "DocumentReference/d1"}],
    "component": [
        {"code": {"text": "x"}, "valueInteger": 1},
        {"code": {"text": "y"}, "valueCodeableConcept": {"coding": [{"code": "z", "display": "Zed"}]}},
    ],
}


def changed(pointer, value):
    body = copy.deepcopy(SENT)
    *parents, last = pointer
    inner = body
    for part in parents:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return body


FREE = [
    ("the id", ["id"], "d0001"),
    ("the version", ["meta", "versionId"], "3"),
    ("the time", ["meta", "lastUpdated"], "2026-01-05T10:00:00Z"),
    ("the source", ["meta", "source"], "urn:x"),
    ("the narrative", ["text", "div"], "<div>made</div>"),
    ("a lost narrative", ["text"], None),
    ("a lost run tag", ["meta", "tag"], [{"system": "urn:t", "code": "keep"}]),
    ("a lost run identifier", ["identifier"], [{"system": "urn:i", "value": "7"}]),
    ("the order of labels", ["meta", "security"], SENT["meta"]["security"][::-1]),
    ("an added label", ["meta", "security"], [*SENT["meta"]["security"], {"code": "X"}]),
    ("an added profile", ["meta", "profile"], [*SENT["meta"]["profile"], "urn:p"]),
    ("a versioned profile", ["meta", "profile"], [SENT["meta"]["profile"][0] + "|0.1.0"]),
    ("a label's display", ["meta", "security", 0, "display"], "other"),
    ("the order of categories", ["category"], SENT["category"][::-1]),
    ("the order of codings", ["category", 1, "coding"], SENT["category"][1]["coding"][::-1]),
    ("a lost display", ["subject", "display"], None),
    ("an absolute reference", ["subject", "reference"], f"{BASE}/Patient/p1"),
    ("a versioned reference", ["subject", "reference"], "Patient/p1/_history/2"),
    ("another scheme", ["subject", "reference"], "https://example.test/fhir/Patient/p1"),
    ("an added reference type", ["subject", "type"], "Patient"),
    ("a resolved logical reference", ["performer", 0, "reference"], "Practitioner/9"),
    ("trailing zeros", ["valueQuantity", "value"], Decimal("0.92")),
    ("a float", ["valueQuantity", "value"], 0.92),
    ("another zone", ["effectiveDateTime"], "2026-01-05T11:00:00+01:00"),
    ("zero fraction", ["effectiveDateTime"], "2026-01-05T10:00:00.000+00:00"),
    ("an added extension", ["extension"], [{"url": "urn:f", "valueCode": "c"}, *SENT["extension"]]),
    ("an inner extension", ["component", 0, "extension"], [{"url": "urn:f", "valueCode": "c"}]),
    ("an extended primitive", ["_status"], {"extension": [{"url": "urn:f", "valueCode": "c"}]}),
    ("an element id", ["component", 0, "id"], "c1"),
    ("an undefined member", ["meta", "project"], {"reference": "Project/1"}),
    ("an undefined member of the resource", ["vendorNote"], "x"),
    ("a coding's version", ["component", 1, "valueCodeableConcept", "coding", 0, "version"], "2"),
]


@pytest.mark.parametrize(("pointer", "value"), [row[1:] for row in FREE], ids=[row[0] for row in FREE])
def test_what_a_server_may_do_is_no_difference(pointer, value):
    assert differences(SENT, changed(pointer, value), BASE) == []


ALTERED = [
    (["status"], "final", "Observation.status", "preliminary", "final"),
    (["status"], None, "Observation.status", "preliminary", None),
    (["meta", "security"], SENT["meta"]["security"][1:], "Observation.meta.security[0]", ..., None),
    (["meta", "security"], None, "Observation.meta.security[0]", ..., None),
    (["meta"], None, "Observation.meta.security[0]", ..., None),
    (["meta", "tag"], None, "Observation.meta.tag[0]", {"system": "urn:t", "code": "keep"}, None),
    (["meta", "profile"], None, "Observation.meta.profile[0]", ..., None),
    (["extension"], None, "Observation.extension[0]", ..., None),
    (["extension", 0, "valueBoolean"], False, "Observation.extension[0].value", True, False),
    (["identifier"], None, "Observation.identifier", ..., None),
    (["subject", "reference"], "Patient/p2", "Observation.subject", "Patient/p1", "Patient/p2"),
    (["subject", "reference"], "http://elsewhere.test/fhir/Patient/p1", "Observation.subject", ..., ...),
    (["subject"], {"display": "An invented person"}, "Observation.subject", "Patient/p1", None),
    (["derivedFrom"], None, "Observation.derivedFrom", ..., None),
    (["performer", 0, "identifier", "value"], "8", "Observation.performer[0].identifier.value", "9", "8"),
    (["valueQuantity", "value"], Decimal("0.921"), "Observation.value.value", Decimal("0.920"), ...),
    (["valueQuantity", "value"], "0.920", "Observation.value.value", Decimal("0.920"), "0.920"),
    (["effectiveDateTime"], "2026-01-05", "Observation.effective", "2026-01-05T10:00:00Z", "2026-01-05"),
    (["effectiveDateTime"], "2026-01-05T10:00:00+01:00", "Observation.effective", ..., ...),
    (["issued"], "2026-01-05T10:00:00Z", "Observation.issued", ..., ...),
    (["category"], SENT["category"][:1], "Observation.category[1]", ..., None),
    (
        ["category"],
        [*SENT["category"], {"text": "third"}],
        "Observation.category[2]",
        None,
        {"text": "third"},
    ),
    (["category", 0, "text"], "other", "Observation.category[0].text", "first", "other"),
    (["component"], SENT["component"][:1], "Observation.component[1]", ..., None),
    (["component", 0, "valueInteger"], True, "Observation.component[0].value", 1, True),
    (["note"], SENT["note"][::-1], "Observation.note[0].text", "one", "two"),
    (["bodySite"], {"text": "arm"}, "Observation.bodySite", None, {"text": "arm"}),
    (["modifierExtension"], [{"url": "urn:m"}], "Observation.modifierExtension", None, [{"url": "urn:m"}]),
    (["code"], ["list"], "Observation.code", {"text": "code"}, ["list"]),
    (["resourceType"], "Media", "Observation.resourceType", "Observation", "Media"),
]


@pytest.mark.parametrize(("pointer", "value", "at", "sent", "returned"), ALTERED)
def test_an_alteration_is_found_where_it_is(pointer, value, at, sent, returned):
    first = differences(SENT, changed(pointer, value), BASE)[0]
    assert first.at == at
    assert sent is ... or first.sent == sent
    assert returned is ... or first.returned == returned


def test_what_a_transaction_rewrites_is_no_difference():
    sent = {"resourceType": "Observation", "subject": {"reference": "urn:uuid:0d0e"}}
    got = {"resourceType": "Observation", "subject": {"reference": "Patient/1"}}
    assert differences(sent, got, BASE) == []
    assert differences(got, sent, BASE) != []


def test_a_difference_has_a_json_pointer():
    (found,) = differences(SENT, changed(["component", 0, "code", "text"], "w"), BASE)
    assert (found.pointer, found.type) == ("/component/0/code/text", "string")


FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*.json"))
FREE_LEAVES = {"display", "id", "versionId", "lastUpdated", "source", "div"}


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    # The version that a canonical names may go or come (fairness F26); what stands before it may not.
    name, bar, version = value.partition("|")
    return f"{name}x{bar}{version}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_resource_equals_itself_and_differs_after_any_change_of_meaning(path):
    sent = json.loads(path.read_text())
    assert differences(sent, copy.deepcopy(sent), BASE) == []
    for place, value in leaves(sent):
        if place[-1] in FREE_LEAVES or place[0] == "text" or _of_the_run(sent, place):
            continue
        got = copy.deepcopy(sent)
        inner = got
        for part in place[:-1]:
            inner = inner[part]
        inner[place[-1]] = other(value)
        assert differences(sent, got, BASE), place


def _of_the_run(sent, place):
    inner = sent
    for part in place[:-1]:
        inner = inner[part]
    return isinstance(inner, dict) and inner.get("system") == "urn:dermconf"


@calm
@given(st.permutations(SENT["meta"]["security"]), st.permutations(SENT["category"]))
def test_reordering_labels_and_categories_is_free(labels, categories):
    got = changed(["meta", "security"], labels) | {"category": categories}
    assert differences(SENT, got, BASE) == []


resources = bodies.map(lambda body: body | {"resourceType": "Observation"})


@calm
@given(resources)
def test_any_json_equals_its_copy(body):
    assert differences(body, copy.deepcopy(body), BASE) == []


@calm
@given(hostile | resources, hostile | resources)
def test_no_two_bodies_make_it_stumble(sent, received):
    assert isinstance(differences(sent, received, BASE), list)
    assert isinstance(differences(SENT, received, BASE), list)


def test_deep_nesting_is_compared_without_an_error():
    deep = {"resourceType": "Observation", "contained": []}
    inner = deep["contained"]
    for _ in range(900):
        inner.append([])
        inner = inner[0]
    assert differences(deep, json.loads(json.dumps(deep)), BASE) == []
    assert differences(deep, SENT, BASE)
