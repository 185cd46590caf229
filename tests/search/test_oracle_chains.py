"""Chains and `_has`: what other resources say, and silence where they are unknown."""

import pytest

from conformance.search import Answer, World, known, term

M, N, C = Answer.MUST, Answer.NOT, Answer.CHOICE
BASE = "http://s/fhir"
PETER = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"family": "Falk", "given": ["Peter"]}],
    "gender": "male",
    "managingOrganization": {"reference": "Organization/o"},
}
HOSPITAL = {"resourceType": "Organization", "id": "o", "name": "Waldklinik"}
PHOTO = {"resourceType": "Media", "id": "m", "status": "completed", "subject": {"reference": "Patient/p"}}
FINDING = {
    "resourceType": "Observation",
    "id": "f",
    "status": "final",
    "code": {"coding": [{"system": "s", "code": "nevus"}]},
    "subject": {"reference": "Patient/p"},
    "derivedFrom": [{"reference": f"{BASE}/Media/m"}],
}
KNOWN = {f"{one['resourceType']}/{one['id']}": one for one in (PETER, HOSPITAL, PHOTO, FINDING)}
WORLD = World(base=BASE, resources=KNOWN)
CLOSED = World(base=BASE, resources=KNOWN, closed=True)
EMPTY = World(base=BASE)


def said(resource, name, value, world=WORLD):
    return term(resource["resourceType"], name, value, resource, world).answer


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("subject:Patient.family", "falk", M),
        ("subject:Patient.family", "peter", N),
        ("subject:Patient.family:exact", "falk", N),
        ("subject:Patient.gender:not", "female", M),
        ("patient.given", "peter", M),
        ("patient.birthdate:missing", "true", M),
        ("patient.organization.name", "wald", M),
        ("patient.organization.name", "klinik", N),
        ("subject:Group.code", "x", N),
        ("subject:Patient.nosuch", "x", C),
        ("subject.identifier", "x", C),  # several of the possible types have it
        ("code.name", "x", C),
        ("subject:Patient.", "x", C),
    ],
)
def test_chains(name, value, expected):
    assert said(FINDING, name, value) is expected


def test_a_chain_through_an_unknown_resource_is_open():
    assert said(FINDING, "patient.given", "peter", EMPTY) is C


def test_a_chain_does_not_follow_an_identifier():
    logical = {**FINDING, "subject": {"type": "Patient", "identifier": {"value": "7"}}}
    assert said(logical, "patient.given", "peter") is N


def test_a_chain_from_nothing_finds_nothing_unless_it_negates():
    alone = {"resourceType": "Observation", "id": "a"}
    assert said(alone, "patient.given", "peter") is N
    assert said(alone, "patient.given:missing", "true") is C
    assert said(alone, "patient.gender:not", "male") is C


def test_one_of_several_references_is_enough():
    two = {**FINDING, "derivedFrom": [{"reference": "Media/unknown"}, {"reference": "Media/m"}]}
    assert said(two, "derived-from:Media.status", "completed") is M
    assert said(two, "derived-from:Media.status", "stopped") is C  # the unknown one may be


def test_a_versioned_reference_may_lead_to_an_older_state():
    old = {**FINDING, "subject": {"reference": "Patient/p/_history/1"}}
    assert said(old, "patient.given", "peter") is C


def test_a_contained_target_that_does_not_match_is_no_match():
    inner = {"resourceType": "Patient", "id": "c", "gender": "female"}
    outer = {**FINDING, "subject": {"reference": "#c"}, "contained": [inner]}
    assert said(outer, "subject:Patient.gender", "male") is N
    assert said(outer, "subject:Patient.gender", "female") is C


@pytest.mark.parametrize(
    ("name", "value", "open_answer", "closed_answer"),
    [
        ("_has:Observation:patient:code", "nevus", M, M),
        ("_has:Observation:patient:code", "scar", C, N),
        ("_has:Observation:subject:status", "final", M, M),
        ("_has:Media:subject:_has:Observation:derived-from:code", "nevus", M, M),
        ("_has:Observation:performer:code", "nevus", C, N),
        ("_has:Observation:nosuch:code", "nevus", C, C),
        ("_has:Nosuch:patient:code", "nevus", C, C),
        ("_has:Observation:patient", "nevus", C, C),
    ],
)
def test_reverse_chains(name, value, open_answer, closed_answer):
    assert said(PETER, name, value) is open_answer
    assert said(PETER, name, value, CLOSED) is closed_answer


def test_both_ends_of_has_must_be_one_resource():
    other = {**FINDING, "id": "g", "subject": {"reference": "Patient/q"}, "status": "amended"}
    world = World(base=BASE, resources={**KNOWN, "Observation/g": other}, closed=True)
    assert said(PETER, "_has:Observation:patient:status", "amended", world) is N


@pytest.mark.parametrize(
    ("type_", "name", "expected"),
    [
        ("Observation", "code", True),
        ("Observation", "code:not", True),
        ("Observation", "code:in", False),
        ("Observation", "code:nosuch", False),
        ("Observation", "derived-from:Media", True),
        ("Observation", "derived-from:missing", True),
        ("Observation", "code-value-quantity", True),
        ("Observation", "code-value-quantity:missing", False),
        ("Observation", "nosuch", False),
        ("Observation", "_text", False),
        ("Observation", "_filter", False),
        ("Observation", "patient.given", True),
        ("Observation", "subject.identifier", False),
        ("Observation", "subject:Patient.given:exact", True),
        ("Patient", "_has:Observation:patient:code", True),
        ("Patient", "_has:Observation:nosuch:code", False),
        ("Patient", "phonetic", False),
        ("Patient", "_id", True),
        ("Location", "near", False),
        ("Patient", "", False),
    ],
)
def test_what_the_oracle_can_judge(type_, name, expected):
    assert known(type_, name) is expected
