"""The strict YAML reader: JSON types, places, and refusals in words."""

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.problem import Place, Problem
from conformance.yamlfile import DEEPEST, LARGEST, load, text_of

HINT = "\n      "
SIGN = "quote a text that begins with '@', '%' or '`'"
STAR = "quote a text that begins with '*'"
COMMA = 'an unquoted comma ends a value inside { }; quote the text:  {b: "one text, with a comma"}'


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a: 1", 1),
        ("a: -7", -7),
        ("a: 0.920", Decimal("0.920")),
        ("a: 1e3", Decimal(1000)),
        ("a: true", True),
        ("a: null", None),
        ("a:", None),
        ("a: 'yes'", "yes"),
        ('a: "2026-01-01"', "2026-01-01"),
        ("a: 2026-01", "2026-01"),
        ("a: 0x1F", "0x1F"),
        ("a: 0o17", "0o17"),
        ("a: 017", "017"),
        ("a: 1_000", "1_000"),
        ("a: 2xx", "2xx"),
        ("a: 5s", "5s"),
        ("a: SHALL NOT", "SHALL NOT"),
        ("a: http://example.org|x", "http://example.org|x"),
        ("a: |\n  one\n  two", "one\ntwo"),
        ("a: >\n  one\n  two", "one two"),
        ("a: []", []),
        ("a: {}", {}),
        ("# a remark\na: 1 # another", 1),
        ("\ufeffa: 1", 1),
        ("---\na: 1\n", 1),
    ],
)
def test_what_a_person_writes_is_what_is_read(written, value):
    read = load(written, "f").json["a"]
    assert read == value
    assert type(read) is type(value)


def test_a_decimal_keeps_every_digit():
    assert str(load("a: 0.920", "f").json["a"]) == "0.920"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a: 2026-01-01", "f:1:4: a: '2026-01-01' is a bare date or time\n      quote it: \"2026-01-01\""),
        ("a: 12:30", "f:1:4: a: '12:30' is a bare date or time\n      quote it: \"12:30\""),
        ("a: on", "f:1:4: a: 'on' is neither true nor false\n      write true or false, or quote it"),
        ("a: True", "f:1:4: a: 'True' is neither true nor false\n      write true or false, or quote it"),
        ("a: ~", "f:1:4: a: '~' is another YAML's null\n      write null, or quote it"),
        ("a: .5", "f:1:4: a: '.5' is no JSON number\n      write it as JSON does, such as 0.5, or quote it"),
        (
            "a: .inf",
            "f:1:4: a: '.inf' is no JSON number\n      write it as JSON does, such as 0.5, or quote it",
        ),
        ("b:\n  - a: 1\n    a: 2", "f:3:5: b[1]: 'a' stands twice (first in line 2)"),
        ("a: &x 1", "f:1:4: a: the anchor '&x' has no place here\n      quote a text that begins with '&'"),
        ("a: 1\nb: *x", f"f:2:4: b: the alias '*x' has no place here{HINT}write it out, or {STAR}"),
        ("a: !int 1", "f:1:4: a: the tag '!int' has no place here\n      quote a text that begins with '!'"),
        ("<<: {a: 1}", "f:1:1: maps are not merged here\n      write the keys out"),
        ("? [a]\n: b", "f:1:3: a key must be a text"),
        ("a: 1\n---\nb: 2", "f:2:1: a second document in one file\n      one scenario a file"),
        (
            "a: @x",
            f"f:1:4: no text can begin with this character{HINT}{SIGN}",
        ),
        ("a: b: c", "f:1:5: a colon ends a key here\n      quote the text with the colon"),
        ("a:\n\t- b", "f:2:1: a tab where only spaces may indent"),
        ("a: {{ x }}", 'f:1:4: a look-up stands unquoted\n      quote the look-up: "{{ name }}"'),
        ("a: [{{ x }}, b]", 'f:1:5: a look-up stands unquoted\n      quote the look-up: "{{ name }}"'),
        ("a: x\n{{ k }}: 2", 'f:2:1: a look-up stands unquoted\n      quote the look-up: "{{ name }}"'),
        (
            "a: {b: one text, with a comma}",
            f"f:1:18: a: 'with a comma' is a key without a value{HINT}{COMMA}",
        ),
        ("", "f: the file is empty"),
        ("# only a remark", "f: the file is empty"),
        ("a: \x07", "f:1: a character that YAML does not allow"),
    ],
)
def test_what_is_not_json_is_refused_in_words(written, said):
    with pytest.raises(Problem) as refused:
        load(written, "f")
    assert str(refused.value) == said


def test_a_file_may_be_neither_too_long_nor_too_deep():
    with pytest.raises(Problem, match=f"at most {LARGEST} are read"):
        load("a: " + "x" * LARGEST, "f")
    with pytest.raises(Problem, match=f"nested deeper than {DEEPEST} levels"):
        load("a: " + "[" * 500 + "]" * 500, "f")


def test_every_value_and_every_key_knows_its_place():
    tree = load("top:\n  - one\n  - {key: two}\n", "f")
    assert tree.at("top") == Place("f", 1, 1)
    assert tree.at("top", 0) == Place("f", 2, 5)
    assert tree.at("top", 1, "key") == Place("f", 3, 6)
    assert tree.find("top", 1, "key").place == Place("f", 3, 11)
    assert tree.at("top", 1, "other") == Place("f", 3, 5)
    assert tree.child("none") is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcdefgh", min_size=1), inner),
    max_leaves=20,
)


@given(JSON)
def test_json_is_read_as_json_reads_it(value):
    assert load(json.dumps({"value": value}), "f").json == {"value": value}


@given(st.text())
def test_no_text_gives_anything_but_a_tree_or_a_problem(text):
    with suppress(Problem):
        assert load(text, "f").place.line >= 1


@given(st.text("{}[]:,-#&*!|>'\"%@` \n\tab{{}}", max_size=60))
def test_no_tangle_of_yaml_signs_gives_anything_but_a_tree_or_a_problem(text):
    with suppress(Problem):
        assert load(text, "f").place.file == "f"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/dev/zero", "is larger than 1000000 bytes"),
        ("/nonexistent/a.yaml", "No such file"),
        ("/", "Is a directory"),
    ],
)
def test_a_file_that_cannot_be_read_or_has_no_end_is_told_with_its_name(name, said):
    with pytest.raises(Problem, match=said) as problem:
        text_of(Path(name))
    assert problem.value.place.file == name


def test_a_file_that_is_not_utf_8_is_told(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"a: \xff")
    with pytest.raises(Problem, match="it is not UTF-8"):
        text_of(tmp_path / "a.yaml")
