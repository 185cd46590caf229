"""Look-ups are found, filled and never computed."""

import pytest

from conformance.problem import Problem
from conformance.read.lookups import LookUp, alone, fill, filled, found


def test_look_ups_are_found_in_order():
    assert list(found("a {{ one }} b {{two.id}} c")) == [LookUp("one"), LookUp("two", "id")]
    assert list(found("no look-up, only { and }")) == []


@pytest.mark.parametrize(
    "text", ["{{ a", "{{ }}", "{{ a.b.c }}", "{{ a + 1 }}", "{{ a() }}", "{{ 'a' }}", "{{{{ a }}}}"]
)
def test_what_is_no_look_up_is_refused(text):
    with pytest.raises(Problem):
        list(found(text))


def test_texts_and_keys_are_filled_at_every_depth():
    value = {"{{ a }}": ["{{ a }}-{{ b.id }}", 7, None, {"x": "{{ a }}{{ a }}"}]}
    look = {"a": "A", "b.id": "B"}
    assert filled(value, lambda one: look[str(one)]) == {"A": ["A-B", 7, None, {"x": "AA"}]}


def test_what_is_filled_in_is_not_looked_up_again():
    assert fill("{{ a }}", lambda _one: "{{ b }}") == "{{ b }}"


def test_a_look_up_that_is_the_whole_text_is_told_apart():
    assert alone(" {{ a.url }} ") == LookUp("a", "url")
    assert alone("x {{ a }}") is None
