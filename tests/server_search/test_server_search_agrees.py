"""The server's search against the oracle that judges servers: written apart, they must not contradict."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_server_search_cases import CASES as RULES
from test_server_search_values import CASES as VALUES

from conformance.search import Answer, World, answer
from conformance.server.search import Refused
from conformance.server.search.kinds import dates

BASE = "http://s/fhir"
ROWS = [(rule[1], rule[2]) for rule in RULES] + [(row[0], row[1]) for row in VALUES]
TYPES = sorted({resource["resourceType"] for resource, _ in ROWS})


def contradiction(world, resource, query):
    """Return what is wrong with the server's answer for one resource, or nothing."""
    type_, pairs = resource["resourceType"], parse_qsl(query, keep_blank_values=True)
    found = bool(world.put(resource).searcher.matches(type_, pairs))
    known = World(base=BASE, resources={f"{type_}/{resource['id']}": resource})
    verdict = answer(type_, pairs, resource, known)
    wrong = {Answer.MUST: not found, Answer.NOT: found, Answer.CHOICE: False}[verdict.answer]
    return (resource, query, found, verdict) if wrong else None


@pytest.mark.parametrize("type_", TYPES)
def test_every_row_of_the_rules_against_every_resource_of_its_type(world, type_):
    resources = [resource for resource, _ in ROWS if resource["resourceType"] == type_][::3]
    queries = sorted({query for resource, query in ROWS if resource["resourceType"] == type_})
    asked = [contradiction(world, resource, query) for resource in resources for query in queries]
    assert [found for found in asked if found] == []


def lawful(start=None, end=None):
    """Tell whether a period does not end before it starts (per-1)."""
    return not (start and end) or start == end or dates.read(start).high <= dates.read(end).low


prefixes = st.sampled_from(["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"])
moments = st.sampled_from(
    ["2020", "2021", "2020-01", "2020-12", "2020-12-31", "2021-01-01", "2020-06-15"]
    + [f"2020-06-15T10:30{rest}" for rest in (":00Z", ":59Z", ":00+02:00", ":00-10:00")]
)
periods = st.fixed_dictionaries({}, optional={"start": moments, "end": moments}).filter(
    lambda period: period and lawful(**period)
)
effective = st.one_of(
    st.builds(lambda when: {"effectiveDateTime": when}, moments),
    st.builds(lambda when: {"effectivePeriod": when}, periods),
)
numerals = st.sampled_from(["5", "5.4", "5.40", "5.35", "5.45", "100", "99.5", "-3", "0"])
units = st.sampled_from(
    [{}, {"unit": "mg"}, {"system": "u", "code": "mg", "unit": "mg"}, {"system": "u", "code": "g"}]
)
amounts = st.builds(lambda number, unit: {"value": Decimal(number)} | unit, numerals, units)
unit_queries = st.sampled_from(["", "|u|mg", "||mg", "|u|g"])
codings = st.fixed_dictionaries(
    {}, optional={"system": st.sampled_from(["s", "t"]), "code": st.sampled_from(["a", "b", "A"])}
).filter(bool)
concepts = st.lists(codings, max_size=2).map(lambda found: {"coding": found} if found else {"text": "a"})
tokens = st.sampled_from(["a", "s|a", "|a", "s|", "t|b", "a,b", "B", "a,s|b"])
names = st.sampled_from(["Ann", "ann", "Anna", "Änn", "O'Neil", "an", "n", "neil"])
references = st.sampled_from(
    [
        "Media/5",
        f"{BASE}/Media/5",
        "DocumentReference/5",
        "https://other/fhir/Media/5",
        "Media/6",
        "urn:uuid:5",
    ]
)
reference_names = st.sampled_from(
    ["derived-from", "derived-from:Media", "derived-from:missing", "derived-from:not"]
)


def obs(**elements):
    return {"resourceType": "Observation", "id": "x", "status": "final", "code": {"text": "a"}} | elements


def agrees(memory, resource, query):
    try:
        assert contradiction(memory, resource, query) is None
    except Refused:
        # What the server refuses is no answer; that it refuses rightly is shown elsewhere.
        return


@given(effective, prefixes, moments)
@settings(deadline=None)
def test_dates_agree(memory, elements, prefix, when):
    agrees(memory, obs(**elements), f"date={prefix}{when.replace('+', '%2B')}")


@given(amounts, prefixes, numerals, unit_queries)
@settings(deadline=None)
def test_quantities_agree(memory, value, prefix, asked, suffix):
    agrees(memory, obs(valueQuantity=value), f"value-quantity={prefix}{asked}{suffix}")


@given(st.lists(concepts, max_size=3), st.sampled_from(["", ":not", ":text"]), tokens)
@settings(deadline=None)
def test_tokens_agree(memory, categories, modifier, asked):
    agrees(memory, obs(category=categories) if categories else obs(), f"category{modifier}={asked}")


@given(st.lists(names, min_size=1, max_size=2), st.sampled_from(["", ":exact", ":contains"]), names)
@settings(deadline=None)
def test_strings_agree(memory, given_names, modifier, asked):
    patient = {"resourceType": "Patient", "id": "x", "name": [{"given": given_names}]}
    agrees(memory, patient, f"given{modifier}={asked}")


@given(st.lists(references, max_size=2), reference_names, references)
@settings(deadline=None)
def test_references_agree(memory, stored, name, asked):
    links = [{"reference": reference} for reference in stored]
    agrees(memory, obs(derivedFrom=links) if links else obs(), f"{name}={asked}")
