"""What a run takes in is bounded: short answers always, long ones until the allowance is used up."""

import pytest

from conformance.model import Attempt, Exchange, Request
from conformance.run.allowance import SHORT, Allowance

LONG = "x" * (SHORT + 1)


def heard(allowance, *bodies):
    attempts = tuple(Attempt(status=200, body=body) for body in bodies)
    asked = Exchange(request=Request(method="GET", url="http://h/fhir/Patient/1"), attempts=attempts)
    return [attempt.truncated for attempt in allowance.admitted(asked).attempts]


def test_what_is_more_than_is_left_is_cut_and_what_is_short_is_not():
    allowance = Allowance(left=2 * len(LONG))
    other = [LONG.replace("x", letter) for letter in "abc"]
    assert [heard(allowance, body) for body in other] == [[False], [False], [True]]
    assert heard(allowance, "x" * SHORT) == [False]
    assert heard(allowance, None) == [False]


def test_the_same_again_costs_nothing():
    allowance = Allowance(left=len(LONG))
    assert heard(allowance, LONG, LONG, LONG) == [False] * 3
    assert heard(allowance, LONG + "y") == [True]


@pytest.mark.parametrize("body", ["x" * SHORT, LONG])
def test_an_exchange_that_is_admitted_stays_as_it_is(body):
    asked = Exchange(
        request=Request(method="GET", url="http://h"), attempts=(Attempt(status=200, body=body),), seq=7
    )
    assert Allowance().admitted(asked) == asked
