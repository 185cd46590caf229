"""What was found in a value is found again in an equal one, and never in one that stands otherwise."""

from decimal import Decimal

import pytest
from profiles_samples import over, profile, reading

from conformance import profiles
from conformance.definitions.answers import Answer
from conformance.definitions.terminology import Terminology
from conformance.profiles import FAIR, judge, remembering

P = "http://tests.example/StructureDefinition/p"
SYSTEM = "http://hl7.org/fhir/observation-status"


class Counting(Terminology):
    """A terminology that counts how often it is asked what a system defines."""

    def __init__(self, definitions, look_up=None):
        super().__init__(definitions, look_up)
        self.asked = 0

    def defines(self, system, code):
        self.asked += 1
        return super().defines(system, code)


def concept(code, system=SYSTEM):
    return {"coding": [{"system": system, "code": code}]}


def observation(**members):
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **members}


def places(resource, known, terms, *named):
    return sorted(
        (i.at, i.code) for i in judge(resource, named, known, terminology=terms) if i.code != "invariant"
    )


def test_an_equal_value_is_not_judged_again():
    known = over()
    terms = Counting(known)
    for name in ("a", "b", "c"):
        judge(observation(id=name, code=concept("final")), (), known, terminology=terms)
    assert terms.asked == 1


def test_terms_that_may_answer_otherwise_are_asked_every_time():
    known = over()
    terms = Counting(known, look_up=lambda *_asked: Answer.UNKNOWN)
    for name in ("a", "b", "c"):
        judge(observation(id=name, code=concept("final")), (), known, terminology=terms)
    assert terms.asked == 3


def test_what_is_found_again_is_found_at_its_own_place():
    known = over()
    terms = Terminology(known)
    wrong = concept("no-such-code")
    assert places(observation(code=wrong), known, terms) == [("Observation.code.coding[0]", "code-invalid")]
    again = observation(bodySite=wrong, component=[{"code": {"text": "y"}}, {"code": wrong}])
    assert places(again, known, terms) == [
        ("Observation.bodySite.coding[0]", "code-invalid"),
        ("Observation.component[1].code.coding[0]", "code-invalid"),
    ]


def test_a_rule_about_what_is_around_is_judged_where_the_value_stands():
    rule = {
        "key": "p-1",
        "severity": "error",
        "human": "A site needs a subject.",
        "expression": "%resource.subject.exists()",
    }
    known = over(
        profile(
            "Observation",
            {"id": "Observation.bodySite", "path": "Observation.bodySite", "constraint": [rule]},
        )
    )
    terms = Terminology(known)
    site = {"text": "forearm"}
    subject = {"reference": "Patient/ada"}

    def broken(resource):
        return [i.at for i in judge(resource, [P], known, terminology=terms) if i.source.endswith("#p-1")]

    for _ in range(2):
        assert broken(observation(bodySite=site, subject=subject)) == []
        assert broken(observation(bodySite=site)) == ["Observation.bodySite"]


def test_an_extension_is_judged_by_the_place_that_it_stands_in():
    url = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    extended = {"text": "a", "extension": [{"url": url, "valueAddress": {"city": "Bern"}}]}
    known = over()
    terms = Terminology(known)
    for _ in range(2):
        found = judge(observation(code=extended), (), known, terminology=terms)
        assert [i.at for i in found if i.severity == "error"] == ["Observation.code.extension[0]"]
    patient = {"resourceType": "Patient", "extension": extended["extension"]}
    assert not [i for i in judge(patient, (), known, terminology=terms) if i.severity == "error"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("0.5"), 0.5),
        (Decimal("1E+400"), float("inf")),
        (1, True),
        (1, "1"),
        (1, Decimal("1.0")),
        (float("inf"), None),
    ],
)
def test_values_that_differ_are_never_taken_for_each_other(one, other):
    known = over()
    terms = Terminology(known)

    def found(value, by):
        quantity = {"value": value, "code": "mm", "system": "http://unitsofmeasure.org"}
        return repr(judge(observation(valueQuantity=quantity), (), known, terminology=by))

    for first, second in ((one, other), (other, one)):
        found(first, terms)
        assert found(second, terms) == found(second, Terminology(known))


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(remembering, "_MOST", 10)
    known = over()
    terms = Terminology(known)
    for number in range(50):
        judge(observation(code={"text": f"text {number}"}), (), known, terminology=terms)
    memory = profiles._memory(profiles._library(known), terms, FAIR)
    assert 0 < len(memory) <= 10
    assert all(len(spelt) <= 512 for _, spelt in memory)


def test_a_place_whose_values_never_come_again_is_given_up_and_judged_as_before():
    known = over()
    terms = Counting(known)
    wrong = {"system": SYSTEM, "code": "no-such-code"}
    for number in range(3 * remembering._TRIAL):
        resource = observation(code={"coding": [wrong | {"display": f"display {number}"}]})
        assert places(resource, known, terms) == [("Observation.code.coding[0]", "code-invalid")]
    asked = terms.asked
    for _ in range(3):
        assert places(resource, known, terms) == [("Observation.code.coding[0]", "code-invalid")]
    assert terms.asked == asked + 3


def test_a_long_value_and_one_with_an_id_are_not_kept():
    known = over()
    terms = Terminology(known)
    resource = reading() | {"code": {"text": "x" * 600}, "bodySite": {"id": "site", "text": "forearm"}}
    judge(resource, (), known, terminology=terms)
    kept = b"".join(spelt for _, spelt in profiles._memory(profiles._library(known), terms, FAIR))
    assert b"xxx" not in kept
    assert b"forearm" not in kept
    assert b"imaging" in kept
