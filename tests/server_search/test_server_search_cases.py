"""The rows of the search rules that have one answer: what must match, and what must not."""

from __future__ import annotations

import pytest

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
LABELS = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"


def obs(**elements):
    return {"resourceType": "Observation", "id": "x", "status": "final", "code": {"text": "a"}} | elements


def of(type_, **elements):
    return {"resourceType": type_, "id": "x"} | elements


def at(when):
    return obs(effectiveDateTime=when)


def during(**period):
    return obs(effectivePeriod=period)


def quantity(value, **units):
    return obs(valueQuantity={"value": value} | units)


def coded(*codings, **more):
    return obs(code={"coding": list(codings)} | more)


def derived(reference):
    return obs(derivedFrom=[{"reference": reference}])


MG = {"system": UCUM, "code": "mg", "unit": "mg"}
TWO_CODES = coded({"system": LOINC, "code": "1234-5"}, {"system": "local", "code": "x"})
NO_SYSTEM = coded({"code": "x"})
PAIRS = obs(
    component=[
        {"code": {"coding": [{"system": "s", "code": "A"}]}, "valueQuantity": {"value": 5}},
        {"code": {"coding": [{"system": "s", "code": "B"}]}, "valueQuantity": {"value": 9}},
    ]
)
CATEGORIES = obs(category=[{"coding": [{"code": "a"}]}, {"coding": [{"code": "b"}]}])
LABELLED = obs(meta={"security": [{"system": LABELS, "code": "AIAST"}]})
FAMILY = of("Patient", name=[{"family": "Muñoz-López"}])
JPEG = of("DocumentReference", content=[{"attachment": {"contentType": "image/jpeg; charset=x"}}])
ONE_DAY = during(start="2012-02-03", end="2012-02-03")
LOGICAL = obs(derivedFrom=[{"identifier": {"system": "sys", "value": "v"}}])

CASES = [
    ("1", at("2013-01"), "date=2013-01-14", False),
    ("2", at("2013-05"), "date=2013", True),
    ("3", at("2013-01"), "date=ne2013-01-14", True),
    ("5", at("2020-06-15T12:30:00+02:00"), "date=2020-06-15T10:30:00Z", True),
    ("5-escaped", at("2020-06-15T12:30:00+02:00"), "date=2020-06-15T12%3A30%3A00%2B02%3A00", True),
    ("7", at("2020-06-17T12:00:00Z"), "date=2020-06-15", False),
    ("8", at("2020-06-15T10:30:59Z"), "date=2020-06-15T10:30Z", True),
    ("11-ge", at("2013-01-14"), "date=ge2013-01-14", True),
    ("11-le", at("2013-01-14"), "date=le2013-01-14", True),
    ("12", at("2013-01-14"), "date=lt2013-01-14", False),
    ("13-ge", during(start="2013-01-21"), "date=ge2013-03-14", True),
    ("13-le", during(start="2013-01-21"), "date=le2013-03-14", True),
    ("14", during(start="2013-03-15"), "date=sa2013-03-14", True),
    ("15-eb", during(end="2013-01-21"), "date=eb2013-03-14", True),
    ("15-sa", during(end="2013-01-21"), "date=sa2013-01-01", False),
    ("16", during(start="1990-06-15"), "date=1990", False),
    ("19-eq", ONE_DAY, "date=2012-02-03", True),
    ("19-eb", ONE_DAY, "date=eb2012-02-03", False),
    ("19-sa", ONE_DAY, "date=sa2012-02-02", True),
    ("20", quantity(5.44, **MG), "value-quantity=5.4", True),
    ("21", quantity(5.45, **MG), "value-quantity=5.4", False),
    ("23", quantity(100), "value-quantity=ge100", True),
    ("26-system", quantity(5.4, unit="mg"), f"value-quantity=5.4|{UCUM}|mg", False),
    ("26-unit", quantity(5.4, unit="mg"), "value-quantity=5.4||mg", True),
    ("28-id", derived("Media/5"), "derived-from=5", True),
    ("28-relative", derived("Media/5"), "derived-from=Media/5", True),
    ("28-absolute", derived("Media/5"), "derived-from=http://s/fhir/Media/5", True),
    ("28-modifier", derived("Media/5"), "derived-from:Media=5", True),
    ("29-other", derived("http://s/fhir/DocumentReference/5"), "derived-from=Media/5", False),
    ("29-own", derived("http://s/fhir/Media/5"), "derived-from=Media/5", True),
    ("30", derived("https://other/fhir/Media/5"), "derived-from=Media/5", False),
    ("30-whole", derived("https://other/fhir/Media/5"), "derived-from=https://other/fhir/Media/5", True),
    ("31-literal", LOGICAL, "derived-from=Media/5", False),
    ("31-identifier", LOGICAL, "derived-from:identifier=sys|v", True),
    ("33-group", obs(subject={"reference": "Group/1"}), "patient=1", False),
    ("33-patient", obs(subject={"reference": "Patient/1"}), "patient=1", True),
    ("34-code", TWO_CODES, "code=1234-5", True),
    ("34-no-system", TWO_CODES, "code=|1234-5", False),
    ("34-system", TWO_CODES, "code=http://loinc.org|", True),
    ("34-both", TWO_CODES, "code=local|1234-5", False),
    ("35-code", NO_SYSTEM, "code=x", True),
    ("35-no-system", NO_SYSTEM, "code=|x", True),
    ("35-system", NO_SYSTEM, "code=sys|x", False),
    ("37-not", CATEGORIES, "category:not=a", False),
    ("37-and", CATEGORIES, "category=a&category=b", True),
    ("38-not", obs(), "method:not=a", True),
    ("38-eq", obs(), "method=a", False),
    ("38-missing", obs(), "method:missing=true", True),
    ("38-present", obs(), "method:missing=false", False),
    ("39-text", obs(), "code=a", False),
    ("39-not", obs(), "code:not=a", True),
    ("40-code", LABELLED, "_security=AIAST", True),
    ("40-both", LABELLED, f"_security={LABELS}|AIAST", True),
    ("40-no-system", LABELLED, "_security=|AIAST", False),
    ("42-mixed", PAIRS, "component-code-value-quantity=A$9", False),
    ("42-pair", PAIRS, "component-code-value-quantity=A$5", True),
    ("43-or", coded({"code": "a,b"}), "code=a,b", False),
    ("43-escaped", coded({"code": "a,b"}), "code=a%5C,b", True),
    ("43-percent", coded({"code": "a,b"}), "code=a%2Cb", False),
    ("44", obs(), "code=", True),
    ("46-exact", JPEG, "contenttype=image/jpeg", False),
    ("46-below", JPEG, "contenttype:below=image/jpeg", True),
    ("47-start", FAMILY, "family=munoz", True),
    ("47-exact", FAMILY, "family:exact=Muñoz", False),
    ("47-contains", FAMILY, "family:contains=LOP", True),
    ("48", obs(meta={"profile": ["http://p|1.0"]}), "_profile=http://p|1.0", True),
]


@pytest.mark.parametrize(("resource", "query", "matches"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_pair_with_one_answer_gets_it(world, resource, query, matches):
    world.put(resource)
    assert world.ids(f"{resource['resourceType']}?{query}") == (["x"] if matches else [])


def test_a_chain_reads_the_identifier_of_the_target(world):
    subject = of("Patient", identifier=[{"system": "sys", "value": "v"}])
    world.put(obs(subject={"reference": "Patient/x"}), subject)
    assert world.ids("Observation?subject:Patient.identifier=sys|v") == ["x"]
    assert world.ids("Observation?subject:identifier=sys|v") == []


def test_a_contained_resource_is_no_result_of_its_own(world):
    contained = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Peter"}]}
    world.put(obs(contained=[contained], subject={"reference": "#p1"}))
    assert world.ids("Patient?name=peter") == []
    assert world.bundle("Patient?name=peter")["total"] == 0


def test_a_chain_may_end_in_a_contained_resource(world):
    contained = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Peter"}]}
    world.put(obs(contained=[contained], subject={"reference": "#p1"}))
    assert world.ids("Observation?subject:Patient.name=peter") == ["x"]
    assert world.ids("Observation?subject:Patient.name=paul") == []


def test_what_matches_and_is_included_stands_once_as_a_match(world):
    member = obs(id="m")
    world.put(obs(hasMember=[{"reference": "Observation/m"}]), member)
    assert world.ids("Observation?_include=Observation:has-member") == ["x", "m"]
    assert world.ids("Observation?_include=Observation:has-member", mode="include") == []
