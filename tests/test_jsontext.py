"""JSON text to values and back."""

import functools
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.jsontext import DEEPEST, dumps, line, loads

TEXTS = st.text(st.characters(exclude_categories=()))
ODD = st.sampled_from('{}[]",:0123456789.eE+-\\u \t\n\x00\ud800\ufeff\xa0é')
NUMBERS = st.from_regex(r"\A-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?\Z")
# Values as texts, so that what was written is known to the letter.
WRITTEN = st.recursive(
    NUMBERS | TEXTS.map(json.dumps) | st.sampled_from(["null", "true", "false"]),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda parts: f"[{','.join(parts)}]")
        | st.lists(
            st.tuples(st.from_regex(r"\A[a-z]{1,6}\Z"), inner), max_size=4, unique_by=lambda m: m[0]
        ).map(lambda members: "{" + ",".join(f'"{name}":{value}' for name, value in members) + "}")
    ),
    max_leaves=12,
)


def plain(text):
    return json.loads(text, parse_float=Decimal)


@given(WRITTEN)
def test_what_is_read_is_written_again_with_the_same_meaning(text):
    assert plain(dumps(loads(text))) == plain(text)


def read_or_refused(reader, text):
    try:
        return reader(text)
    except ValueError:
        return "refused"


@given(
    WRITTEN.flatmap(
        lambda text: st.tuples(
            st.just(text), st.integers(0, len(text)), st.lists(ODD, max_size=3).map("".join)
        )
    )
)
def test_what_is_json_and_what_is_not_is_the_same_for_the_standard_library(edit):
    text, at, inserted = edit
    text = text[:at] + inserted + text[at:]
    exact = functools.partial(json.loads, parse_float=Decimal)
    assert read_or_refused(loads, text) == read_or_refused(exact, text)


@given(NUMBERS.filter(lambda text: any(mark in text for mark in ".eE")))
def test_a_number_with_a_point_or_exponent_is_written_to_the_letter(text):
    assert dumps(loads(f'{{"value":{text}}}')) == f'{{"value":{text}}}'


@given(st.dictionaries(TEXTS, TEXTS | st.integers(), max_size=3))
def test_every_text_can_be_sent_and_recorded(value):
    dumps(value).encode()
    assert line(value).count(b"\n") == 1


def test_an_integer_beyond_64_bits_keeps_its_digits():
    assert dumps(loads('{"n":123456789012345678901234567890}')) == '{"n":123456789012345678901234567890}'


@pytest.mark.parametrize(
    "wrap", [lambda depth: "[" * depth + "]" * depth, lambda d: '{"a":' * d + "1" + "}" * d]
)
def test_what_is_nested_too_deeply_is_no_json(wrap):
    loads(wrap(DEEPEST))
    with pytest.raises(ValueError, match="deep"):
        loads(wrap(DEEPEST + 1))
    with pytest.raises(ValueError, match="deep"):
        loads(wrap(100_000))


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a":-Infinity}', "", "{", "{'a':1}"])
def test_what_is_not_json_is_refused(text):
    with pytest.raises(ValueError, match=r"not JSON|Expecting"):
        loads(text)


def test_many_brackets_side_by_side_are_not_deep():
    assert len(loads("[" + ",".join(["[]"] * 500) + "]")) == 500
