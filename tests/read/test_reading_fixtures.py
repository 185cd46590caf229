"""Fixtures become the bodies that are sent: stripped, changed, translated, filled and tagged."""

from decimal import Decimal
from pathlib import Path

import pytest

from conformance import read
from conformance.problem import Problem
from conformance.read.fixtures import Fixtures, altered, build, stripped, tagged, translated
from conformance.read.ownership import ordered, owners

HERE = Path(__file__).parent / "bodies"
TAG = {"system": "urn:dermconf", "code": "r1-4"}


@pytest.fixture
def fixtures():
    return Fixtures((HERE,))


def look(values):
    return lambda found: values[str(found)]


def scenario(text):
    head = "scenario: x\nrequirements: {R-01: SHALL}\n"
    (one,) = read.parse(head + text, "x", id="x")
    return one


def test_what_only_a_server_says_is_stripped(fixtures):
    body = fixtures.body("patient.json")
    assert stripped(body) == {"resourceType": "Patient", "name": [{"family": "Quill", "given": ["Odette"]}]}
    assert body["id"] == "patient"


def test_a_body_is_changed_translated_filled_and_tagged(fixtures):
    body = build(
        fixtures.body("annotation.json"),
        put={"/derivedFrom/0/reference": "{{ other }}", "/note": [{"text": "run {{ run }}"}]},
        drop=["/identifier"],
        actual={"Patient/patient": "Patient/p77"},
        look=look({"other": "DocumentReference/d9", "run": "r1"}),
        tag="r1-4",
    )
    assert body["subject"] == {"reference": "Patient/p77"}
    assert body["derivedFrom"] == [{"reference": "DocumentReference/d9"}]
    assert body["note"] == [{"text": "run r1"}]
    assert body["meta"] == {"profile": ["https://example.org/annotation"], "tag": [TAG]}
    assert body["identifier"] == [{"system": "urn:dermconf", "value": "r1-4"}]
    assert "id" not in body


def test_a_decimal_of_a_fixture_is_sent_with_its_zeros(fixtures):
    value = fixtures.body("annotation.json")["valueQuantity"]["value"]
    assert isinstance(value, Decimal)
    assert str(value) == "0.920"


def test_an_identifier_of_the_fixture_is_left_alone(fixtures):
    assert tagged(fixtures.body("annotation.json"), "r1-4")["identifier"] == [
        {"system": "https://example.org/own", "value": "7"}
    ]


def test_a_type_with_at_most_one_identifier_gets_one_and_a_type_without_gets_none(fixtures):
    answers = tagged(fixtures.body("questionnaire-response.json"), "r1-4")
    assert answers["identifier"] == {"system": "urn:dermconf", "value": "r1-4"}
    provenance = tagged({"resourceType": "Provenance"}, "r1-4")
    assert provenance == {"resourceType": "Provenance", "meta": {"tag": [TAG]}}


def test_an_id_that_set_brings_is_kept(fixtures):
    body = build(
        fixtures.body("patient.json"), put={"/id": "mine"}, drop=[], actual={}, look=look({}), tag="t"
    )
    assert body["id"] == "mine"


def test_a_reference_that_nothing_owns_is_refused_and_others_are_let_through():
    with pytest.raises(Problem, match="nothing in this scenario owns 'Patient/x'"):
        translated({"subject": {"reference": "Patient/x"}}, {}, str)
    kept = {"a": {"reference": "#inner"}, "b": {"reference": "https://example.org/fhir/Patient/1"}}
    assert translated(kept, {}, str) == kept


def test_what_was_sent_before_is_altered_without_a_second_translation():
    sent = {"resourceType": "Observation", "subject": {"reference": "Patient/p77"}}
    body = altered(
        sent,
        put={"/focus": [{"reference": "Patient/patient"}], "/subject/display": "{{ run }}"},
        drop=[],
        actual={"Patient/patient": "Patient/p78"},
        look=look({"run": "r1"}),
    )
    assert body["subject"] == {"reference": "Patient/p77", "display": "r1"}
    assert body["focus"] == [{"reference": "Patient/p78"}]
    assert sent == {"resourceType": "Observation", "subject": {"reference": "Patient/p77"}}


def test_the_first_entry_made_from_a_file_owns_its_id(fixtures):
    one = scenario(
        "given: {patient: patient.json, other: patient.json}\n"
        "steps:\n  - transaction: [{create: photo, from: photo.json}]\n"
        "  - create: again\n    from: photo.json\n"
    )
    assert owners(one, fixtures) == {"Patient/patient": "patient", "DocumentReference/photo": "photo"}


def test_given_is_created_in_order_of_reference(fixtures):
    one = scenario(
        "given:\n"
        "  annotation: annotation.json\n"
        '  second: {from: annotation.json, set: {"/hasMember": [{reference: "{{ annotation }}"}]}}\n'
        "  photo: photo.json\n"
        "  patient: patient.json\n"
        "steps: [{read: photo}]\n"
    )
    assert [given.name for given in ordered(one, fixtures)] == ["patient", "photo", "annotation", "second"]


def test_a_reference_that_is_dropped_needs_no_owner(fixtures):
    one = scenario("given: {photo: {from: photo.json, drop: [/subject]}}\nsteps: [{read: photo}]\n")
    assert [given.name for given in ordered(one, fixtures)] == ["photo"]


def test_a_cycle_suggests_a_transaction(fixtures):
    one = scenario("given: {a: list-a.json, b: list-b.json}\nsteps: [{read: a}]\n")
    with pytest.raises(Problem, match="a → b → a") as refused:
        ordered(one, fixtures)
    assert "transaction" in refused.value.hint


def test_a_name_in_two_folders_shows_both(tmp_path):
    (tmp_path / "patient.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Problem) as refused:
        Fixtures((HERE, tmp_path))
    assert str(HERE / "patient.json") in refused.value.message
    assert str(tmp_path / "patient.json") in refused.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is not JSON"), ("[]", "is no FHIR R4 resource"), ('{"resourceType": "Sofa"}', "is no")],
)
def test_a_file_that_is_no_resource_is_our_fault_and_says_so(tmp_path, text, said):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=said):
        Fixtures((tmp_path,)).body("x.json")


def test_a_fixture_lies_inside_its_folder(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.json").write_text('{"resourceType": "Patient"}', encoding="utf-8")
    with pytest.raises(Problem, match="no fixture named"):
        Fixtures((tmp_path / "inside",)).body("../outside.json")
