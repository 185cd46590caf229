"""The fifty cases in which R4's search page decides, or leaves open, what a server does."""

from decimal import Decimal

import pytest

from conformance.search import Answer, World, answer

BASE = "http://s/fhir"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
LABEL = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
M, N, C = Answer.MUST, Answer.NOT, Answer.CHOICE


def observation(**elements):
    return {"resourceType": "Observation", "id": "o1", "status": "final", **elements}


def day(text):
    return observation(effectiveDateTime=text)


def period(start=None, end=None):
    ends = {"start": start, "end": end}
    return observation(effectivePeriod={key: value for key, value in ends.items() if value})


def quantity(value, **unit):
    return observation(valueQuantity={"value": Decimal(value), **unit})


def milligrams(value):
    return quantity(value, unit="mg", system=UCUM, code="mg")


def derived(*references):
    return observation(derivedFrom=[{"reference": reference} for reference in references])


def concept(*codings, text=None):
    listed = [{"system": s, "code": c} if s else {"code": c} for s, c in codings]
    return {key: value for key, value in (("coding", listed), ("text", text)) if value}


def patient(**elements):
    return {"resourceType": "Patient", "id": "1", **elements}


LOGICAL = observation(derivedFrom=[{"identifier": {"system": "sys", "value": "v"}}])
TWO_CODES = observation(code=concept((LOINC, "1234-5"), ("local", "x")))
NO_SYSTEM = observation(code=concept((None, "x")))
A_AND_B = observation(category=[concept(("s", "a")), concept(("s", "b"))])
TEXT_ONLY = observation(code={"text": "x"})
LABELLED = observation(meta={"security": [{"system": LABEL, "code": "AIAST"}]})
PAIRS = observation(
    component=[
        {"code": concept(("s", "A")), "valueQuantity": {"value": 5}},
        {"code": concept(("s", "B")), "valueQuantity": {"value": 9}},
    ]
)
CONTAINED = observation(
    subject={"reference": "#p1"},
    contained=[{"resourceType": "Patient", "id": "p1", "name": [{"family": "Peter"}]}],
)
DOCUMENT = {
    "resourceType": "DocumentReference",
    "id": "d1",
    "content": [{"attachment": {"contentType": "image/jpeg; charset=x"}}],
}
FAMILY = patient(name=[{"family": "Muñoz-López"}])
PROFILED = observation(meta={"profile": ["http://example.org/P|1.0"]})
KNOWN_PATIENT = {"Patient/1": patient(identifier=[{"system": "sys", "value": "v"}])}
TWO_WITH_ONE_ID = {
    "Observation/o1": derived(f"{BASE}/DocumentReference/5"),
    "Observation/o2": {**derived("Media/5"), "id": "o2"},
}

# number, what it is about, resource, query, answer[, other resources]
CASES = [
    ("1", "a month is not within a day", day("2013-01"), "date=2013-01-14", N),
    ("2", "a month is within its year", day("2013-05"), "date=2013", M),
    ("3", "a month is not equal to a day", day("2013-01"), "date=ne2013-01-14", M),
    ("4", "nothing is not said to differ", observation(), "date=ne2013-01-14", C),
    ("5", "one instant in two zones", day("2020-06-15T12:30:00+02:00"), "date=2020-06-15T10:30:00Z", M),
    ("6", "an instant and a day without zone", day("2020-06-15T23:59:59Z"), "date=2020-06-15", C),
    ("7", "outside in every zone", day("2020-06-17T12:00:00Z"), "date=2020-06-15", N),
    ("8", "a minute holds its second", day("2020-06-15T10:30:59Z"), "date=2020-06-15T10:30Z", M),
    ("9", "fractions may be ignored", day("2020-06-15T10:30:00Z"), "date=2020-06-15T10:30:00.500Z", C),
    ("10", "beyond a day, or beyond its beginning", day("2013-01-14"), "date=gt2013-01-14", C),
    ("11a", "the same day is at least", day("2013-01-14"), "date=ge2013-01-14", M),
    ("11b", "the same day is at most", day("2013-01-14"), "date=le2013-01-14", M),
    ("12", "the same day is not less", day("2013-01-14"), "date=lt2013-01-14", N),
    ("13a", "an open period reaches beyond", period("2013-01-21"), "date=ge2013-03-14", M),
    ("13b", "an open period begins before", period("2013-01-21"), "date=le2013-03-14", M),
    ("14", "starts after", period("2013-03-15"), "date=sa2013-03-14", M),
    ("15a", "ends before", period(end="2013-01-21"), "date=eb2013-03-14", M),
    ("15b", "an open start never starts after", period(end="2013-01-21"), "date=sa2013-01-01", N),
    ("16", "an open end is never contained", period("1990-06-15"), "date=1990", N),
    ("17", "le over the end of the year", period("1990-06-01", "1992-06-01"), "date=le1990", C),
    ("18", "ge over the start of the year", period("1989-06-01", "1990-06-01"), "date=ge1990", C),
    ("19a", "a period of one day", period("2012-02-03", "2012-02-03"), "date=2012-02-03", M),
    ("19b", "its end includes the whole day", period("2012-02-03", "2012-02-03"), "date=eb2012-02-03", N),
    ("19c", "its start is inclusive", period("2012-02-03", "2012-02-03"), "date=sa2012-02-02", M),
    ("20", "within the implied precision", milligrams("5.44"), "value-quantity=5.4", M),
    ("21", "the upper limit is excluded", milligrams("5.45"), "value-quantity=5.4", N),
    ("22", "a stored number as point or range", milligrams("5.4"), "value-quantity=5.40", C),
    ("23a", "greater than an exact value", milligrams("100"), "value-quantity=gt100", C),
    ("23b", "at least an exact value", milligrams("100"), "value-quantity=ge100", M),
    ("24", "one significant digit", milligrams("120"), "value-quantity=1e2", C),
    (
        "25",
        "canonical units",
        quantity("5400", unit="ug", system=UCUM, code="ug"),
        f"value-quantity=5.4|{UCUM}|mg",
        C,
    ),
    ("26a", "a unit without code", quantity("5.4", unit="mg"), f"value-quantity=5.4|{UCUM}|mg", N),
    ("26b", "a unit's text", quantity("5.4", unit="mg"), "value-quantity=5.4||mg", M),
    (
        "27",
        "a version of the target",
        {"resourceType": "Provenance", "id": "p", "target": [{"reference": "Observation/1/_history/2"}]},
        "target=Observation/1",
        C,
    ),
    ("28a", "a bare id", derived("Media/5"), "derived-from=5", M),
    ("28b", "type and id", derived("Media/5"), "derived-from=Media/5", M),
    ("28c", "an absolute URL", derived("Media/5"), f"derived-from={BASE}/Media/5", M),
    ("28d", "a typed modifier", derived("Media/5"), "derived-from:Media=5", M),
    (
        "29a",
        "an ambiguous id",
        TWO_WITH_ONE_ID["Observation/o1"],
        "derived-from=5",
        C,
        TWO_WITH_ONE_ID,
    ),
    (
        "29b",
        "an ambiguous id, the other",
        TWO_WITH_ONE_ID["Observation/o2"],
        "derived-from=5",
        C,
        TWO_WITH_ONE_ID,
    ),
    ("29c", "another type", derived(f"{BASE}/DocumentReference/5"), "derived-from=Media/5", N),
    ("29d", "the type itself", derived("Media/5"), "derived-from=Media/5", M, TWO_WITH_ONE_ID),
    ("30", "another server", derived("https://other/fhir/Media/5"), "derived-from=Media/5", N),
    ("31a", "an identifier is no literal", LOGICAL, "derived-from=Media/5", N),
    ("31b", "a logical reference", LOGICAL, "derived-from:identifier=sys|v", M),
    (
        "32a",
        "the target's identifier",
        observation(subject={"reference": "Patient/1"}),
        "subject:identifier=sys|v",
        C,
        KNOWN_PATIENT,
    ),
    (
        "32b",
        "a chain to the identifier",
        observation(subject={"reference": "Patient/1"}),
        "subject:Patient.identifier=sys|v",
        M,
        KNOWN_PATIENT,
    ),
    ("33", "a group is no patient", observation(subject={"reference": "Group/1"}), "patient=1", N),
    ("34a", "a code in any system", TWO_CODES, "code=1234-5", M),
    ("34b", "a code without system", TWO_CODES, "code=|1234-5", N),
    ("34c", "any code of a system", TWO_CODES, f"code={LOINC}|", M),
    ("34d", "system and code of one coding", TWO_CODES, "code=local|1234-5", N),
    ("35a", "a coding without system", NO_SYSTEM, "code=x", M),
    ("35b", "asked for without system", NO_SYSTEM, "code=|x", M),
    ("35c", "asked for with a system", NO_SYSTEM, "code=sys|x", N),
    ("36", "letter case", observation(code=concept(("s", "A"))), "code=s|a", C),
    ("37a", "not, over the whole set", A_AND_B, "category:not=a", N),
    ("37b", "two repetitions", A_AND_B, "category=a&category=b", M),
    ("37c", "not, with a list", A_AND_B, "category:not=a,b", C),
    ("38a", "not includes absence", observation(), "method:not=a", M),
    ("38b", "absence is no value", observation(), "method=a", N),
    ("38c", "absence is missing", observation(), "method:missing=true", M),
    ("39a", "a text is no code", TEXT_ONLY, "code=x", N),
    ("39b", "a text is not the code", TEXT_ONLY, "code:not=x", M),
    ("39c", "whether a text is missing", TEXT_ONLY, "code:missing=true", C),
    ("40a", "a label's code", LABELLED, "_security=AIAST", M),
    ("40b", "a label with its system", LABELLED, f"_security={LABEL}|AIAST", M),
    ("40c", "a label without system", LABELLED, "_security=|AIAST", N),
    ("41", "a chain into a contained resource", CONTAINED, "subject:Patient.name=peter", C),
    ("42a", "parts of two components", PAIRS, "component-code-value-quantity=A$9", N),
    ("42b", "parts of one component", PAIRS, "component-code-value-quantity=A$5", M),
    ("43a", "a comma is a list", observation(code=concept(("s", "a,b"))), "code=a,b", N),
    ("43b", "an escaped comma", observation(code=concept(("s", "a,b"))), r"code=a\,b", M),
    ("44", "an empty parameter", observation(), "code=", M),
    ("45a", "an unknown parameter", observation(), "nosuch=1", C),
    ("45b", "an unknown modifier", TWO_CODES, "code:nosuch=1", C),
    ("46a", "a media type with a parameter", DOCUMENT, "contenttype=image/jpeg", N),
    ("46b", "below a media type", DOCUMENT, "contenttype:below=image/jpeg", M),
    ("47a", "case and accents", FAMILY, "family=munoz", M),
    ("47b", "a part of a family name", FAMILY, "family=lopez", C),
    ("47c", "exact is the whole", FAMILY, "family:exact=Muñoz", N),
    ("47d", "contains is anywhere", FAMILY, "family:contains=LOP", M),
    ("48a", "a profile without its version", PROFILED, "_profile=http://example.org/P", C),
    ("48b", "a profile with its version", PROFILED, "_profile=http://example.org/P|1.0", M),
    ("49", "an include filters nothing", day("2013-05"), "date=2013&_include=Observation:subject", M),
    ("50", "a deleted resource is judged like any other", observation(), "_id=o2", N),
]


def pairs(query):
    return [tuple(part.split("=", 1)) for part in query.split("&")]


@pytest.mark.parametrize(
    ("resource", "query", "expected", "others"),
    [pytest.param(*case[2:5], (case[5:] or ({},))[0], id=f"{case[0]} {case[1]}") for case in CASES],
)
def test_case(resource, query, expected, others):
    verdict = answer(resource["resourceType"], pairs(query), resource, World(base=BASE, resources=others))
    assert verdict.answer is expected, verdict.reason


def test_a_contained_resource_is_no_result_of_its_own():
    """Case 41: the oracle is asked about the container, never about what it contains."""
    world = World(base=BASE, resources={"Observation/o1": CONTAINED})
    assert [one["id"] for one in world.of_type("Patient")] == []
