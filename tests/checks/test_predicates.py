from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staging import calm, hostile

from conformance.checks import predicates
from conformance.checks.regexes import complaints
from conformance.checks.values import alike, show

CASES = [
    ("is", "final", ["final"], "held"),
    ("is", "final", ["Final"], "failed"),
    ("is", "final", [], "failed"),
    ("is", "final", ["final", "final"], "failed"),
    ("is", 0.92, [Decimal("0.920")], "held"),
    ("is", 1, [True], "failed"),
    ("is", True, [1], "failed"),
    ("is", "1", [1], "failed"),
    ("is", None, [None], "held"),
    ("is", "2026-01-01T10:00:00Z", ["2026-01-01T11:00:00+01:00"], "held"),
    ("is", "2026-01-01T10:00:00Z", ["2026-01-01T10:00:01Z"], "failed"),
    ("is", "2026-01-01", ["2026-01-01T00:00:00Z"], "failed"),
    ("is", {"a": [1.0]}, [{"a": [1]}], "held"),
    ("is-not", "final", ["preliminary"], "held"),
    ("is-not", "final", ["preliminary", "final"], "failed"),
    ("is-not", "final", [], "untested"),
    ("in", ["a", "b"], ["b"], "held"),
    ("in", ["a", "b"], ["c"], "failed"),
    ("in", ["a", "b"], [], "failed"),
    ("in", ["a", "b"], ["a", "b"], "failed"),
    ("matches", "^W/", ['W/"1"'], "held"),
    ("matches", "^W/", ["1"], "failed"),
    ("matches", "1", [1], "failed"),
    ("matches", "x", [], "failed"),
    ("matches", "x", ["x" * 1001], "untested"),
    ("at-least", 1, [1], "held"),
    ("at-least", 1, [Decimal("0.99")], "failed"),
    ("at-least", 1, ["2"], "failed"),
    ("at-least", 1, [True], "failed"),
    ("at-least", 1, [2, 3], "failed"),
    ("at-most", 1, [0.5], "held"),
    ("at-most", 1, [1.5], "failed"),
    ("at-most", 1, [], "failed"),
    ("count", 2, ["a", "a"], "held"),
    ("count", 0, [], "held"),
    ("count", 1, [], "failed"),
    ("exists", True, ["a"], "held"),
    ("exists", True, [], "failed"),
    ("exists", False, [], "held"),
    ("exists", False, [None], "failed"),
]


@pytest.mark.parametrize(("name", "wanted", "values", "result"), CASES)
def test_a_predicate_over_a_collection(name, wanted, values, result):
    (outcome,) = predicates.judged(values, {name: wanted}, at="here")
    assert outcome.result.value == result


def test_several_predicates_are_judged_one_by_one():
    found = predicates.judged([3], {"at-least": 1, "at-most": 2}, at="here")
    assert [outcome.result.value for outcome in found] == ["held", "failed"]


@pytest.mark.parametrize(
    ("values", "actual"),
    [
        (["1.2", "3.4"], "2 ('1.2', '3.4')"),
        (["1.2", 3, True, None, "5"], "5 ('1.2', 3, true, …)"),
        ([], "0"),
        ([{"a": 1}, {"a": 2}], "2"),
        (["x" * 100_000] * 100_000, None),
    ],
)
def test_what_was_counted_is_told_as_far_as_it_is_short(values, actual):
    (outcome,) = predicates.judged(values, {"count": 1}, at="here")
    assert outcome.actual == len(values)
    assert len(outcome.message) < 1_000
    assert actual is None or outcome.message == f"here: expected 1 of it, actual {actual}"


def test_a_message_tells_expected_and_actual():
    (outcome,) = predicates.judged(["final"], {"in": ["preliminary", "cancelled"]}, at="Observation.status")
    expected = "Observation.status: expected one of 'preliminary', 'cancelled', actual 'final'"
    assert outcome.message == expected
    assert (outcome.expected, outcome.actual) == ("one of 'preliminary', 'cancelled'", "final")


def test_a_count_tells_how_many_there_are():
    (outcome,) = predicates.judged(["a", "b"], {"count": 3}, at="x")
    assert (outcome.expected, outcome.actual) == (3, 2)


FIT = [
    "^W/",
    r"/Observation/[A-Za-z0-9\-.]{1,64}(/_history/.+)?$",
    "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "(?i)bearer",
    r"\(a\+\)+",
    "[(]a*[)]+",
    "a|b",
    "(?:ab)+",
]
UNFIT = [
    "(a+)+",
    "(a*)*b",
    "(a|a)*",
    "(a|aa)+",
    "(?:a+){2,}",
    "((a+)b)+",
    "(a?){9}",
    r"(a)\1",
    "(?P<x>a)(?P=x)",
    "(?=a)",
    "(?<!a)b",
    "a*a*a*b",
    "a?a?a?a?a?b",
    "(",
    "a" * 301,
]


@pytest.mark.parametrize("pattern", FIT)
def test_a_plain_regular_expression_is_taken(pattern):
    assert complaints(pattern) == []


@pytest.mark.parametrize("pattern", UNFIT)
def test_a_regular_expression_that_may_take_long_is_refused(pattern):
    (complaint,) = complaints(pattern)
    assert "regular expression" in complaint or pattern in complaint


def test_an_unfit_expression_that_was_never_linted_matches_nothing():
    (outcome,) = predicates.judged(["aaaa"], {"matches": "(a+)+"}, at="here")
    assert outcome.result.value == "failed"


@calm
@given(st.text(alphabet=r"ab()|*+?{}1,[]\^$.", max_size=30))
def test_no_pattern_confuses_the_linter(pattern):
    assert all(isinstance(complaint, str) for complaint in complaints(pattern))


@calm
@given(hostile)
def test_every_value_is_like_itself_and_can_be_shown(value):
    assert alike(value, value)
    assert len(show(value)) <= 203


@calm
@given(hostile, hostile)
def test_likeness_does_not_depend_on_the_side(left, right):
    assert alike(left, right) == alike(right, left)


@calm
@given(st.lists(hostile, max_size=3), hostile)
def test_no_predicate_stumbles_over_any_value(values, wanted):
    for name in predicates.PREDICATES:
        (outcome,) = predicates.judged(values, {name: wanted}, at="here")
        assert outcome.message
