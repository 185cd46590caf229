import json
import shlex
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.render import again
from conformance.render.page import link, slug
from conformance.render.text import duration, pair, pretty, shown, value, visible, visible_lines

TEXTS = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, größer, 皮膚", "plain, größer, 皮膚"),
        ("a\tb\r\n", r"a\tb\r\n"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u2028b", r"a\u2028b"),
        ("a\u0890b", r"a\u0890b"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("\x00", r"\x00"),
    ],
)
def test_controls_and_invisible_characters_are_spelt_out(text, expected):
    assert visible(text) == expected


@given(TEXTS)
def test_what_is_shown_is_one_short_line_that_any_terminal_can_print(text):
    line = shown(text)
    assert len(line) <= 200
    assert line.isprintable() or not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    line.encode()


@given(TEXTS)
def test_lines_keep_only_their_ends_and_tabs(text):
    assert not {c for c in visible_lines(text) if unicodedata.category(c) in {"Cc", "Cs"}} - {"\n", "\t"}


def test_a_long_text_is_cut_in_the_middle():
    line = shown("a" * 500 + "b" * 500)
    assert line == "a" * 98 + " … " + "b" * 98


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (None, "nothing"),
        ("final", "'final'"),
        (True, "true"),
        (20, "20"),
        (Decimal("0.920"), "0.920"),
        ([], "an empty list"),
        (["a", 1], "'a', 1"),
        ({"a": [1]}, '{"a":[1]}'),
    ],
)
def test_values_are_told_as_a_reader_knows_them(thing, expected):
    assert value(thing) == expected


@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        (20, "20", ("20 (a JSON number)", "'20' (a JSON text)")),
        (Decimal("0.920"), "0.92", ("0.920 (a JSON number)", "'0.92' (a JSON text)")),
        ("true", True, ("'true' (a JSON text)", "true (a JSON boolean)")),
        ("a number of at least 3", 2, ("'a number of at least 3'", "2")),
        (1, 1.5, ("1", "1.5")),
        ("a", "b", ("'a'", "'b'")),
        ("a", None, ("'a'", "nothing")),
        (["a", "b"], "c", ("one of 'a', 'b'", "'c'")),
        (["a", "b"], ["c"], ("'a', 'b'", "'c'")),
        (True, 1, ("true (a JSON boolean)", "1 (a JSON number)")),
    ],
)
def test_two_values_are_told_so_that_they_can_be_told_apart(expected, actual, told):
    assert pair(expected, actual) == told


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.0412, "41 ms"), (1.25, "1.2 s"), (184.0, "3 min 4 s"), (0, "0 ms")]
)
def test_durations_are_told_in_their_unit(seconds, expected):
    assert duration(seconds) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(JSON) | st.dictionaries(st.text(), JSON))
def test_pretty_json_says_the_same(thing):
    assert json.loads(pretty(json.dumps(thing))) == thing
    assert pretty(json.dumps(thing)) == json.dumps(thing, indent=2)


def test_pretty_json_keeps_what_parsing_would_lose():
    assert pretty('{"a":1.50,"a":1e2}') == '{\n  "a": 1.50,\n  "a": 1e2\n}'


@pytest.mark.parametrize("body", ["<html>", "", "no JSON", '{"cut off": "in the mid', "[" * 5000])
def test_pretty_survives_what_is_not_json(body):
    assert "".join(pretty(body).split()) == "".join(body.split())


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "http://a b", " https://a", "https://a\n", ""]
)
def test_only_plain_web_addresses_become_links(url):
    assert link(url) == ""
    assert link("https://rules.example/a#b") == "https://rules.example/a#b"


def test_anchors_hold_nothing_but_safe_characters():
    assert slug("req", "DERM-AIP-03") == "req-DERM-AIP-03"
    assert slug("scenario", 'search/spelling[media "typed"]') == "scenario-search-spelling-media-typed"


def request(method="GET", **headers):
    url = "https://staging.example/fhir/Observation?code=a|b&x='$(rm)'"
    return {"seq": 7, "request": {"method": method, "url": url, "headers": headers, "body": "secret"}}


def test_a_get_is_repeated_with_a_command_that_a_shell_reads_rightly():
    given_headers = {"accept": "application/fhir+json", "authorization": "Bearer abc", "x-token": "abc"}
    words = shlex.split(again.again(request(**given_headers)))
    assert words == [
        "curl",
        "-sH",
        "Accept: application/fhir+json",
        "-H",
        "Authorization: ***",
        "https://staging.example/fhir/Observation?code=a|b&x='$(rm)'",
    ]
    assert shlex.split(again.again(request()))[:2] == ["curl", "-s"]


def test_a_post_is_not_repeated_but_found_in_the_record():
    assert again.again(request("POST")) == "run.jsonl holds this POST with its body, exchange 7"


def test_only_listed_headers_are_shown_and_credentials_are_hidden():
    given_headers = {
        "ETag": 'W/"1"',
        "Set-Cookie": "a=b",
        "Cookie": "a=b",
        "Authorization": "Basic x",
        "X-Name": "Ann",
    }
    assert again.headers(given_headers) == [("ETag", 'W/"1"'), ("Authorization", "***"), ("Cookie", "***")]
