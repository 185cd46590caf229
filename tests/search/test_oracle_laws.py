"""The logic of three answers, the spelling of queries, and the shapes of resources that are no FHIR."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.definitions import r4
from conformance.search import Answer, Verdict, World, all_of, answer, any_of, known, term, terms
from conformance.search.answers import agreement, both, either, inverse, opposite
from conformance.search.spelling import name, pieces, plain, split

M, N, C = Answer.MUST, Answer.NOT, Answer.CHOICE
WORLD = World(base="http://s/fhir")
verdicts = st.lists(
    st.sampled_from(list(Answer)).map(lambda one: Verdict(answer=one, reason=one)), max_size=5
)

# What an answer may turn out to be, once a server has chosen.
WORLDS = {M: {True}, N: {False}, C: {True, False}}


def summed(truths):
    return {frozenset({True}): M, frozenset({False}): N}.get(frozenset(truths), C)


@pytest.mark.parametrize(("left", "right"), list(product(Answer, repeat=2)))
def test_connectives_are_what_all_choices_together_say(left, right):
    chosen = list(product(WORLDS[left], WORLDS[right]))
    assert both(left, right) is summed(a and b for a, b in chosen)
    assert either(left, right) is summed(a or b for a, b in chosen)
    assert inverse(left) is summed(not a for a in WORLDS[left])


@given(verdicts)
def test_lists_of_verdicts_follow_the_connectives(found):
    answers = [one.answer for one in found]
    assert all_of(found).answer is both(*answers)
    assert any_of(found).answer is either(*answers)


@given(verdicts)
def test_negation_turns_or_into_and(found):
    assert opposite(any_of(found)).answer is all_of([opposite(one) for one in found]).answer


@given(verdicts.filter(bool))
def test_the_reason_belongs_to_what_decides(found):
    assert all_of(found).reason == all_of(found).answer
    assert any_of(found).reason == any_of(found).answer


def test_readings_that_differ_leave_a_choice():
    assert agreement([M, M]) is M
    assert agreement([M, N]) is C
    assert agreement([]) is C


FINDING = {
    "resourceType": "Observation",
    "id": "f",
    "status": "final",
    "category": [{"coding": [{"code": "a"}]}, {"coding": [{"code": "b"}]}],
    "effectiveDateTime": "2020-05-01",
    "derivedFrom": [{"reference": "Media/5"}],
    "valueQuantity": {"value": 5, "unit": "mg"},
}
POOL = [
    ("category", "a"),
    ("category", "c"),
    ("category:not", "c"),
    ("category", "A"),
    ("date", "gt2020-05-01"),
    ("date", "2020-05"),
    ("derived-from", "Media/5"),
    ("derived-from", "Media/6"),
    ("value-quantity", "5"),
    ("nosuch", "1"),
    ("code", ""),
    ("_count", "5"),
]
queries = st.lists(st.sampled_from(POOL), max_size=4)


@given(queries)
def test_repetition_is_a_conjunction_in_any_order(query):
    expected = both(*(one.answer for one in terms("Observation", query, FINDING, WORLD)))
    assert answer("Observation", query, FINDING, WORLD).answer is expected
    assert answer("Observation", query[::-1], FINDING, WORLD).answer is expected


@given(queries, st.sampled_from(POOL))
def test_another_parameter_never_adds_to_the_result(query, more):
    rank = [N, C, M]
    before = answer("Observation", query, FINDING, WORLD).answer
    after = answer("Observation", [*query, more], FINDING, WORLD).answer
    assert rank.index(after) <= rank.index(before)


@given(st.lists(st.sampled_from(["a", "b", "c", "A", "|a", "s|a"]), min_size=1, max_size=4))
def test_a_comma_is_a_disjunction(values):
    single = [term("Observation", "category", value, FINDING, WORLD).answer for value in values]
    assert term("Observation", "category", ",".join(values), FINDING, WORLD).answer is either(*single)


@given(st.lists(st.sampled_from(["a", "b", "c", "A"]), min_size=1, max_size=1))
def test_not_is_the_complement_of_the_plain_value(values):
    plain_ = term("Observation", "category", values[0], FINDING, WORLD).answer
    assert term("Observation", "category:not", values[0], FINDING, WORLD).answer is inverse(plain_)


def test_a_parameter_and_its_absence_are_always_empty():
    assert (
        answer("Observation", [("category", "a"), ("category:missing", "true")], FINDING, WORLD).answer is N
    )


@pytest.mark.parametrize("other", [("_query", "mine"), ("_contained", "true"), ("_contained", "both")])
def test_what_changes_the_query_leaves_everything_open(other):
    assert answer("Observation", [("category", "a"), other], FINDING, WORLD).answer is C
    assert answer("Observation", [("category", "c"), other], FINDING, WORLD).answer is C
    assert answer("Observation", [("category", "c"), ("_contained", "false")], FINDING, WORLD).answer is N


def test_no_condition_is_met_by_everything():
    assert answer("Observation", [], FINDING, WORLD).answer is M
    shaping = [("_sort", "date"), ("_include:iterate", "x")]
    assert answer("Observation", shaping, FINDING, WORLD).answer is M


EMPTY_VALUES = {
    "token": "x|y",
    "reference": "Patient/1",
    "date": "2020",
    "string": "x",
    "uri": "http://x",
    "number": "5",
    "quantity": "5",
}


# What only the server knows, and an expression that has a value where the element has none.
OPEN = {"_id", "_lastUpdated", "_source", "deceased"}


@pytest.mark.parametrize("type_", sorted(r4.resource_types()))
def test_a_resource_without_the_element_never_must_match(type_):
    bare = {"resourceType": type_}
    for parameter in r4.parameters(type_).values():
        value = EMPTY_VALUES.get(parameter.type)
        if value is not None and known(type_, parameter.code):
            verdict = term(type_, parameter.code, value, bare, WORLD)
            expected = C if parameter.code in OPEN else N
            assert verdict.answer is expected, (parameter.code, verdict.reason)
            assert term(type_, f"{parameter.code}:missing", "false", bare, WORLD).answer is not M


@given(st.text())
def test_escaping_protects_every_separator(text):
    escaped = "".join(f"\\{char}" if char in "\\,$|" else char for char in text)
    assert plain(escaped) == text
    assert [split(escaped, separator) for separator in ",$|"] == [[escaped]] * 3


@given(st.lists(st.text("ab\\,$|", max_size=4), min_size=1, max_size=3))
def test_pieces_come_back_as_they_were_joined(parts):
    escaped = ["".join(f"\\{char}" if char in "\\,$|" else char for char in part) for part in parts]
    assert pieces("|".join(escaped)) == parts


@pytest.mark.parametrize("text", [r"xx\xx", "x\\", r"\a"])
def test_an_illegal_escape_is_no_value(text):
    assert plain(text) is None
    assert pieces(text) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("code", ("code", "", "", "")),
        ("code:not", ("code", "not", "", "")),
        ("subject:Patient.name:exact", ("subject", "Patient", "name:exact", "")),
        ("patient.organization.name", ("patient", "", "organization.name", "")),
        ("_has:Observation:patient:code:not", ("patient", "", "code:not", "Observation")),
    ],
)
def test_names(text, parts):
    spelt = name(text)
    assert (spelt.code, spelt.modifier, spelt.rest, spelt.source) == parts


@pytest.mark.parametrize("text", ["", ":not", "_has:", "_has:Observation:patient", "subject."])
def test_what_is_no_name(text):
    assert name(text) is None


KEYS = [
    *("coding", "system", "code", "display", "text", "reference", "identifier", "type", "value", "event"),
    *("repeat", "boundsPeriod", "start", "end", "low", "high", "extension", "family", "given"),
]
json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "a", "2020", "Media/5", "#x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = [
    *("code", "status", "category", "subject", "derivedFrom", "effectiveDateTime", "effectivePeriod"),
    *("effectiveTiming", "valueQuantity", "valueString", "component", "identifier", "meta", "contained"),
    "id",
]
NAMES = [
    *("code", "code:text", "code:not", "status", "status:missing", "category:missing", "subject", "patient"),
    *("patient.name", "subject:identifier", "derived-from", "derived-from:Media", "date", "value-quantity"),
    *("value-string", "identifier", "identifier:of-type", "component-code-value-quantity", "_id", "_tag"),
    *("_lastUpdated", "_profile", "_source", "_security", "_has:Observation:derived-from:code"),
]
VALUES = ["a", "s|a", "2020", "gt5", "5||mg", "Media/5", "5", "#x", "a$5", "a|b|c", "true", "ne2020", "a,b"]


@given(
    st.dictionaries(st.sampled_from(ELEMENTS), json, max_size=4),
    st.sampled_from(NAMES),
    st.sampled_from(VALUES),
)
def test_a_malformed_resource_gets_an_answer(elements, name_, value):
    resource = {"resourceType": "Observation", **elements}
    world = World(base="http://s/fhir", resources={"Observation/1": resource, "Media/5": resource})
    verdict = term("Observation", name_, value, resource, world)
    assert verdict.answer in Answer
    assert verdict.parameter == name_
    assert verdict.reason
