"""A budget is never exceeded, and what was made can always be deleted."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.talk.budget import Budget, Spent


@given(total=st.integers(1, 60), steps=st.lists(st.sampled_from(["read", "make"]), max_size=80))
def test_whatever_is_asked_the_total_holds_and_all_that_was_made_can_be_deleted(total, steps):
    budget, made = Budget(total=total), 0
    for step in steps:
        try:
            if step == "make":
                budget.owe()
            budget.take()
        except Spent:
            break
        made += step == "make"
    for _ in range(made):
        budget.take(closing=True)
    budget.settle()
    assert budget.used <= total


def test_what_one_thread_settles_is_not_anothers():
    budget = Budget(total=4)
    budget.owe()
    budget.take()
    thread = threading.Thread(target=budget.settle)
    thread.start()
    thread.join(5)
    budget.take()
    budget.take()
    with pytest.raises(Spent):
        budget.take()


def test_requests_take_their_turns():
    now, waits = [0.0], []

    def sleep(seconds):
        waits.append(round(seconds, 3))
        now[0] += seconds

    budget = Budget(rate=4, sleep=sleep, clock=lambda: now[0])
    for _ in range(4):
        budget.take()
    assert waits == [0.25, 0.25, 0.25]
    now[0] += 10
    budget.take()
    assert waits == [0.25, 0.25, 0.25]


def test_without_limits_it_only_counts():
    budget = Budget()
    for _ in range(1000):
        budget.take()
    assert budget.used == 1000


@given(total=st.integers(1, 50), asked=st.integers(0, 200))
def test_cleaning_up_comes_to_an_end_a_tenth_beyond_the_total(total, asked):
    budget = Budget(total=total)
    for _ in range(asked):
        try:
            budget.take(closing=True)
        except Spent:
            break
    assert budget.used <= total * 1.1 + 1
