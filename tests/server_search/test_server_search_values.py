"""How single values match, for every type of search parameter."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.definitions import r4
from conformance.server.search import Refused, escape
from conformance.server.search.index import Index
from conformance.server.search.kinds import KINDS, dates
from conformance.server.search.supported import parameters

UCUM = "http://unitsofmeasure.org"


def of(type_, **elements):
    return {"resourceType": type_, "id": "x"} | elements


def obs(**elements):
    return of("Observation", status="final", code={"text": "a"}, **elements)


def risk(probability):
    return of("RiskAssessment", status="final", prediction=[{"probabilityDecimal": probability}])


MARKED = of(
    "Patient", telecom=[{"system": "phone", "value": "555 1234"}, {"system": "email", "value": "a@b"}]
)
NUMBERED = of(
    "Patient",
    identifier=[
        {"type": {"coding": [{"system": "t", "code": "MR"}], "text": "Chart"}, "system": "s", "value": "7"}
    ],
)
NAMED = of(
    "Patient", name=[{"given": ["Zoë", "Ann"], "family": "O'Neil  Smith", "prefix": ["Dr"], "use": "usual"}]
)
TIMED = obs(effectiveTiming={"event": ["2021-01-05", "2021-01-01"]})
BOUND = obs(effectiveTiming={"repeat": {"boundsPeriod": {"start": "2021-01-01", "end": "2021-01-31"}}})
TWO_DOCUMENTS = of(
    "DocumentReference", relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/d"}}]
)
UNVERSIONED = of("ValueSet", _version={"extension": [{"url": "http://e/why", "valueCode": "unknown"}]})
CONTEXT = of(
    "ValueSet",
    url="http://e/fhir/vs/1",
    useContext=[{"code": {"code": "age"}, "valueQuantity": {"value": 5}}],
)
SEQUENCE = of(
    "MolecularSequence",
    referenceSeq={"chromosome": {"coding": [{"code": "1"}]}, "windowStart": 10, "windowEnd": 20},
    variant=[{"start": 12, "end": 13}],
)
VERSIONED = of("Provenance", target=[{"reference": "Observation/1/_history/2"}])

CASES = [
    # numbers: the digits of the search value are its width, except where a prefix makes it exact
    (risk(Decimal("0.5")), "probability=0.5", True),
    (risk(Decimal("0.54")), "probability=0.5", True),
    (risk(Decimal("0.55")), "probability=0.5", False),
    (risk(Decimal("0.54")), "probability=0.50", False),
    (risk(Decimal("0.54")), "probability=ne0.5", False),
    (risk(Decimal("0.54")), "probability=gt0.5", True),
    (risk(Decimal("0.5")), "probability=gt0.5", False),
    (risk(Decimal("0.5")), "probability=le0.5", True),
    (risk(Decimal("0.5")), "probability=lt5e-1", False),
    (risk(Decimal("0.5")), "probability=sa0.4", True),
    (risk(Decimal("0.5")), "probability=eb0.6", True),
    (risk(Decimal("0.52")), "probability=ap0.50", True),
    (risk(Decimal("0.7")), "probability=ap0.50", False),
    # quantities
    (obs(valueQuantity={"value": 5, "system": UCUM, "code": "mg"}), f"value-quantity=gt4|{UCUM}|mg", True),
    (obs(valueQuantity={"value": 5, "system": UCUM, "code": "g"}), f"value-quantity=gt4|{UCUM}|mg", False),
    (obs(valueQuantity={"value": 5, "system": UCUM, "code": "mg"}), f"value-quantity=5|{UCUM}|", True),
    (obs(valueQuantity={"unit": "mg"}), "value-quantity:missing=true", True),
    (of("Invoice", totalNet={"value": 5, "currency": "EUR"}), "totalnet=5|urn:iso:std:iso:4217|EUR", True),
    # dates
    (obs(effectiveDateTime="2020-02-29"), "date=2020-02", True),
    (obs(effectiveDateTime="2020-03-01"), "date=2020-02", False),
    (obs(effectiveDateTime="2020-12-31T23:59:59Z"), "date=2020", True),
    (obs(effectiveDateTime="2020-12-31T23:59:59Z"), "date=2020-12", True),
    (obs(effectiveDateTime="9999-12-31"), "date=9999-12", True),
    (obs(effectiveDateTime="2021-01-01T00:00:00Z"), "date=2020", False),
    (obs(effectiveInstant="2021-01-01T00:00:00.5Z"), "date=2021-01-01T00:00:00Z", True),
    (obs(effectiveDateTime="2021-01-01"), "date=gt2021-01-01", False),
    (obs(effectiveDateTime="2021-01-02"), "date=gt2021-01-01", True),
    (obs(effectiveDateTime="2021-01-02"), "date=lt2020,gt2021-01-01", True),
    (obs(effectiveDateTime="2021-01-02"), "date=ge2021&date=lt2021-01-02", False),
    (obs(effectiveDateTime="2021-01-02"), "date=ap2021-01-02", True),
    (TIMED, "date=sa2020", True),
    (TIMED, "date=2021-01", True),
    (TIMED, "date=eb2021-01-05", False),
    (BOUND, "date=2021-01", True),
    (BOUND, "date=2021-01-15", False),
    (obs(effectiveTiming={"code": {"text": "daily"}}), "date:missing=true", True),
    (of("Patient", birthDate="1990-05-01"), "birthdate=1990", True),
    (obs(meta={"lastUpdated": "2026-01-01T00:00:00.5Z"}), "_lastUpdated=gt2025-12-31", True),
    # strings
    (NAMED, "name=ann", True),
    (NAMED, "name=zoe", True),
    (NAMED, "name=dr", True),
    (NAMED, "name=usual", False),
    (NAMED, "family=oneil", False),
    (NAMED, "family=o'neil", True),
    (NAMED, "family=o neil smith", True),
    (NAMED, "family=smith", False),
    (NAMED, "family:contains=SMITH", True),
    (NAMED, "given:exact=Zoë", True),
    (NAMED, "given:exact=Zoe%CC%88", True),
    (NAMED, "given:exact=Zoe", False),
    (NAMED, "given=bob,ann", True),
    (of("Patient", address=[{"line": ["1 High St"], "use": "home"}]), "address=1 high", True),
    (obs(valueCodeableConcept={"text": "Mole"}), "value-string=mole", True),
    # tokens
    (MARKED, "telecom=555 1234", True),
    (MARKED, "email=a@b", True),
    (MARKED, "phone=a@b", False),
    (of("Patient", active=False), "active=false", True),
    (of("Patient"), "active=false", False),
    (of("Patient", deceasedDateTime="2020"), "deceased=true", True),
    (NUMBERED, "identifier:of-type=t|MR|7", True),
    (NUMBERED, "identifier:of-type=t|XX|7", False),
    (NUMBERED, "identifier:text=cha", True),
    (NUMBERED, "identifier=s|7", True),
    (NUMBERED, "identifier=s|", True),
    (NUMBERED, "identifier=7,8", True),
    (obs(), "code:text=A", True),
    (obs(), "status=final", True),
    (obs(), "status=FINAL", False),
    (obs(), "status:not=final", False),
    (obs(category=[{"coding": [{"code": "a"}]}]), "category:not=a,b", False),
    (obs(category=[{"coding": [{"code": "c"}]}]), "category:not=a,b", True),
    (of("Device", status="active"), "status=active", True),
    (obs(meta={"tag": [{"system": "s", "code": "c"}]}), "_tag=s|c", True),
    # uris
    (CONTEXT, "url=http://e/fhir/vs/1", True),
    (CONTEXT, "url=http://e/fhir/vs", False),
    (CONTEXT, "url=http://e/fhir/VS/1", False),
    (CONTEXT, "url:below=http://e/fhir/", True),
    (CONTEXT, "url:above=http://e/fhir/vs/1/2", True),
    (of("ValueSet", url="urn:oid:1.2.3"), "url:below=urn:oid:1.2", False),
    (obs(meta={"profile": ["http://p"]}), "_profile=http://p", True),
    (obs(meta={"profile": ["http://p"]}), "_profile=http://p|1", False),
    (obs(meta={"source": "http://a#1"}), "_source=http://a%231", True),
    (UNVERSIONED, "version=none", False),
    (UNVERSIONED, "version:missing=true", True),
    # references
    (VERSIONED, "target=Observation/1", True),
    (VERSIONED, "target=Observation/1/_history/2", True),
    (VERSIONED, "target=Observation/1/_history/3", False),
    (obs(subject={"display": "somebody"}), "subject=Patient/1", False),
    (obs(subject={"display": "somebody"}), "subject:missing=false", True),
    (obs(subject={"reference": "https://s/fhir/Patient/1"}), "subject=1", True),
    (obs(subject={"reference": "urn:uuid:1"}), "subject=urn:uuid:1", True),
    (obs(subject={"reference": "Patient/1"}), "subject:Group=1", False),
    # composites
    (TWO_DOCUMENTS, "relationship=DocumentReference/d$replaces", True),
    (TWO_DOCUMENTS, "relationship=DocumentReference/e$replaces", False),
    (CONTEXT, "context-type-quantity=age$5", True),
    (CONTEXT, "context-type-quantity=age$6,age$5", True),
    (SEQUENCE, "chromosome-window-coordinate=1$10$20", True),
    (SEQUENCE, "chromosome-variant-coordinate=1$lt13$13", True),
    (SEQUENCE, "chromosome-variant-coordinate=2$lt13$13", False),
]


@pytest.mark.parametrize(
    ("resource", "query", "matches"), CASES, ids=[f"{n}-{c[1]}" for n, c in enumerate(CASES)]
)
def test_a_value_matches_as_its_type_says(world, resource, query, matches):
    world.put(resource)
    bundle = world.bundle(f"{resource['resourceType']}?{query}", strict=True)
    assert bundle["total"] == (1 if matches else 0)


@pytest.mark.parametrize("type_", sorted(r4.resource_types()))
def test_every_supported_parameter_can_be_evaluated(type_):
    index, resource = Index("http://s/fhir"), _Bare(type_)
    found = {code: index.values(resource, parameter) for code, parameter in parameters(type_).items()}
    assert {code for code, values in found.items() if values} <= {"_id", "deceased"}
    assert [token.code for token in found["_id"]] == ["x"]


class _Bare:
    def __init__(self, type_):
        self.type, self.id, self.body = type_, "x", {"resourceType": type_, "id": "x"}


@given(st.lists(st.text(alphabet="ab,|$\\", max_size=5), min_size=1, max_size=4))
def test_escaped_parts_come_back_from_a_joined_value(parts):
    joined = ",".join(_escaped(part) for part in parts)
    assert [escape.unescape(part) for part in escape.split(joined, ",")] == parts


def _escaped(text):
    return "".join(f"\\{c}" if c in ",|$\\" else c for c in text)


def test_a_backslash_before_nothing_special_is_refused():
    with pytest.raises(Refused):
        escape.unescape("xx\\xx")


moments = st.datetimes().map(lambda when: when.isoformat() + "Z")
days = st.dates().map(lambda day: day.isoformat())


@given(st.one_of(days, moments), st.one_of(days, moments))
def test_prefixes_of_dates_agree_with_each_other(stored, asked):
    span = dates.read(stored)
    holds = {p: KINDS["date"].matcher(p + asked, "", "")(span) for p in dates._PREFIX}
    assert holds["ne"] is not holds["eq"]
    assert holds["ge"] is (holds["gt"] or holds["eq"])
    assert holds["le"] is (holds["lt"] or holds["eq"])
    assert not (holds["sa"] and not holds["gt"])
    assert not (holds["eb"] and not holds["lt"])
    assert not (holds["sa"] and holds["eb"])


@given(st.dates())
def test_a_day_lies_in_its_month_and_year_and_nowhere_else(day):
    span = dates.read(day.isoformat())
    month, year = dates.read(day.isoformat()[:7]), dates.read(day.isoformat()[:4])
    assert year.low <= month.low <= span.low < span.high <= month.high <= year.high
