"""Random resources of every type are created, read and searched for: the reference server against the oracle.

The two were written apart and share no matching code. Where the oracle says that a search must find a
resource, or must not, the server has to do so; what R4 leaves open, both may answer as they like.

DERMCONF_SOAK=50 runs that many random examples of each type instead of the few that are always the same.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter

import pytest
import requests
from agreement_instances import instances
from agreement_queries import askings, claimed, own
from agreement_talk import Server
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conformance.checks.equality import differences
from conformance.definitions import r4
from conformance.jsontext import dumps, loads
from conformance.search import Answer, World, answer
from conformance.server.app import create
from conformance.server.search import claims
from conformance.server.serving import running

SOAK = int(os.environ.get("DERMCONF_SOAK", "0"))
TYPES = sorted(r4.resource_types())
# How many times the usual number of queries is asked, and how many of them again, each in its own request.
_TIMES, _ALONE = (3, 5) if SOAK else (1, 1)
calm = settings(
    derandomize=not SOAK,
    database=None,
    deadline=None,
    max_examples=SOAK or 2,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


class Touched:
    """What the examples so far have touched, so that they cannot test nothing unnoticed."""

    def __init__(self):
        self.types = set()
        self.answers = Counter()
        self.valued = set()

    def note(self, resource):
        type_ = resource["resourceType"]
        self.types.add(type_)
        self.valued |= {(type_, one.code) for one, _ in claimed(type_) if own(resource, one)}

    def count(self, asking, verdict):
        self.answers[asking.kind, asking.form, verdict.answer] += 1

    def answered(self, kind, answer_):
        return sum(n for (one, _, said), n in self.answers.items() if (one, said) == (kind, answer_))

    def forms(self, kind):
        firm = [key for key in self.answers if key[2] is not Answer.CHOICE]
        return {form for one, form, _ in firm if one == kind}


@pytest.fixture(scope="session")
def at():
    """Return the server at a path: the honest one, or one with a fault."""
    with running(create()) as base, requests.Session() as session:
        session.trust_env = False
        yield lambda path="/fhir": Server(base.removesuffix("/fhir") + path, session)


@pytest.fixture(scope="session")
def server(at):
    return at()


@pytest.fixture(scope="session")
def touched():
    return Touched()


def numbers(text):
    """Return a JSON value whose numbers are the texts that stand there."""
    return json.loads(text, parse_float=str, parse_int=str)


def members(value, kept):
    """Return a value cut to the members that another has: a server may add id and meta."""
    if isinstance(value, dict) and isinstance(kept, dict):
        return {key: members(value.get(key), kept[key]) for key in kept}
    if isinstance(value, list) and isinstance(kept, list):
        return [members(one, other) for one, other in zip(value, kept, strict=True)]
    return value


def read_back(server, sent, id_):
    """Return the resource as it is read, after it was compared with what was sent."""
    text, written = server.read(sent["resourceType"], id_), dumps(sent)
    received = loads(text)
    assert differences(loads(written), received, server.base) == []
    assert members(numbers(text), numbers(written)) == numbers(written)
    return received


def contradictions(server, resource, queries, results, touched):
    """Return the queries to which the server's answer is not one that the oracle allows."""
    type_, id_ = resource["resourceType"], resource["id"]
    world = World(base=server.base, resources={f"{type_}/{id_}": resource})
    for asking, found in zip(queries, results, strict=True):
        verdict = answer(type_, asking.pairs, resource, world)
        touched.count(asking, verdict)
        refused = isinstance(found, str)
        right = {Answer.MUST: id_ in found, Answer.NOT: id_ not in found, Answer.CHOICE: True}
        if refused or not right[verdict.answer]:
            yield asking.pairs, found if refused else "found" if id_ in found else "not found", verdict


def agree(server, touched, type_, data):
    sent = data.draw(instances(type_, server.base), label="resource")
    rng = random.Random(data.draw(st.integers(0, 2**32), label="choice of queries"))  # noqa: S311 - a test's
    id_ = server.create(sent)
    try:
        received = read_back(server, sent, id_)
        touched.note(received)
        queries = list(askings(received, server.base, rng, _TIMES))
        results = list(server.searches(type_, [one.pairs for one in queries]))
        assert list(contradictions(server, received, queries, results, touched)) == []
        for asking, result in rng.sample(list(zip(queries, results, strict=True)), _ALONE):
            assert server.get(type_, asking.pairs) == server.post(type_, asking.pairs) == result
    finally:
        server.delete(type_, id_)
    assert server.get(type_, [("_id", id_)]) == set()


@pytest.mark.parametrize("type_", TYPES)
@calm
@given(data=st.data())
def test_server_and_oracle_agree(server, touched, type_, data):
    agree(server, touched, type_, data)


FAULTS = [
    *("first-alternative-only", "repetition-ignored", "absolute-references-unknown", "decimals-rounded"),
    *("optional-elements-lost", "deleted-found"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_they_do_not_agree_where_the_server_has_a_fault(at, fault):
    @settings(calm, max_examples=10, derandomize=True, phases=[Phase.generate])
    @given(data=st.data())
    def tried(data):
        agree(at(f"/faults/{fault}/fhir"), Touched(), "Observation", data)

    with pytest.raises(AssertionError):
        tried()


def test_what_is_asked_is_what_the_server_claims(server):
    [rest] = server.metadata()["rest"]
    stated = {
        entry["type"]: [(one["name"], one["type"]) for one in entry["searchParam"]]
        for entry in rest["resource"]
    }
    assert stated == {type_: [(one.name, one.type) for one in claims(type_).parameters] for type_ in TYPES}


@pytest.fixture
def whole(request, touched):
    """Return what was touched once all types have been tried; a part of them says nothing of the whole."""
    here = [item for item in request.session.items if item.path == request.path]
    ran = {item.callspec.params["type_"] for item in here if "type_" in item.fixturenames}
    if ran != set(TYPES):
        pytest.skip("not all resource types were selected")
    return touched


PREFIXES = {"", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"}
FORMS = {
    "token": {"", "not", "text", "of-type", "below", "missing", "or", "and"},
    "reference": {"", "[type]", "identifier", "missing", "or", "and"},
    "date": PREFIXES | {"missing", "and"},
    "number": {"", "gt", "lt", "and"},
    "quantity": PREFIXES | {"missing", "and"},
    "string": {"", "exact", "contains", "missing", "or", "and"},
    "uri": {"", "below", "above", "missing", "or", "and"},
    "composite": {"", "and"},
}


def test_every_type_was_tried(whole):
    assert whole.types == set(TYPES)


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_of_parameter_was_decided_both_ways(whole, kind):
    assert whole.answered(kind, Answer.MUST) >= 5
    assert whole.answered(kind, Answer.NOT) >= 5


@pytest.mark.parametrize("kind", FORMS)
def test_every_modifier_and_prefix_was_decided(whole, kind):
    assert FORMS[kind] <= whole.forms(kind)


def test_most_parameters_met_a_resource_that_has_their_value(whole):
    every = {(type_, one.code) for type_ in TYPES for one, _ in claimed(type_)}
    assert len(whole.valued) > len(every) * 0.6
