"""Secrets are in nothing that is written down, however they are spelt."""

import json
from base64 import b64encode, urlsafe_b64encode
from string import ascii_letters, digits
from time import monotonic
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.jsontext import loads
from conformance.talk.redact import HIDDEN, Redactor, bare

TOKEN = "sEcReT/42+x.y==~_-"  # noqa: S105 - invented


@pytest.mark.parametrize(
    "spelt",
    [
        TOKEN,
        TOKEN.upper(),
        TOKEN.lower(),
        TOKEN.replace("/", "\\/"),
        quote(TOKEN, safe=""),
        quote(TOKEN),
        "".join(f"\\u{ord(c):04x}" for c in TOKEN),
        "".join(f"\\u{ord(c):04X}" for c in TOKEN),
        "".join(f"%{ord(c):02X}" for c in TOKEN),
        TOKEN[:3] + "".join(f"\\u{ord(c):04x}" for c in TOKEN[3:]),
    ],
)
def test_a_secret_is_hidden_however_it_is_spelt(spelt):
    assert Redactor.of([TOKEN]).text(f'"a {spelt} b"') == f'"a {HIDDEN} b"'


@given(st.text(st.sampled_from(ascii_letters + digits + "-._~+/="), min_size=4, max_size=40))
def test_no_token_is_left_in_json_that_says_it(token):
    escaped = "".join(f"\\u{ord(c):04x}" for c in token)
    text = Redactor.of([token]).text(f'{{"a":"{escaped}"}}')
    assert loads(text)["a"] == HIDDEN


def test_other_text_stays_as_it_is():
    assert Redactor.of([TOKEN]).text("nothing to hide") == "nothing to hide"
    assert Redactor().text(TOKEN) == TOKEN


def test_what_is_too_short_to_be_told_from_words_is_no_secret():
    assert Redactor.of(["", "abc"]).text("abc") == "abc"


def test_headers_are_shown_by_a_list_of_names():
    headers = {"Content-Type": "x", "Authorization": "Bearer y", "Cookie": "z", "X-Other": "w", "ETag": TOKEN}
    assert Redactor.of([TOKEN]).headers(headers) == {
        "content-type": "x",
        "authorization": HIDDEN,
        "cookie": HIDDEN,
        "x-other": HIDDEN,
        "etag": HIDDEN,
    }
    assert list(Redactor.of([TOKEN]).headers({f"X-{TOKEN}": "v"})) == [f"x-{HIDDEN}"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:pw@host:8443/fhir/?x=1#y", "https://host:8443/fhir"),
        ("http://host/", "http://host"),
        ("http://[::1]:80/fhir", "http://[::1]:80/fhir"),
    ],
)
def test_a_base_url_is_shown_without_userinfo_and_query(url, shown):
    assert bare(url) == shown


LONG = 'x9Kq/Zr2+Lm4==Tt7"Vb8&Pn3'  # invented


@pytest.mark.parametrize("before", ["", "a", "ab", "somebody:"])
def test_a_secret_is_hidden_in_base64_wherever_it_stands(before):
    for encode in (b64encode, urlsafe_b64encode):
        text = encode(f"{before}{LONG} and more".encode()).decode()
        hidden = Redactor.of([LONG]).text(f"a {text} b")
        assert HIDDEN in hidden
        assert text[16:-24] not in hidden


@pytest.mark.parametrize("before", ["", "a", "ab", "Bearer ", "somebody:", "abcd"])
@pytest.mark.parametrize("after", ["", "z", "zz", " and more"])
@pytest.mark.parametrize("secret", [LONG, LONG + "q", LONG + "qr", "kGf%1a"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_no_bit_of_a_secret_is_left_of_its_base64(before, after, secret, encode):
    text = encode(f"{before}{secret}{after}".encode()).decode()
    head, tail = len(before) * 8 // 6, -(-(len(before) + len(secret)) * 8 // 6)
    assert Redactor.of([secret]).text(f"({text})") == f"({text[:head]}{HIDDEN}{text[tail:]})"


def test_what_stands_beside_a_secret_in_base64_stays():
    text = b64encode(f"Bearer {LONG}".encode()).decode()
    assert Redactor.of([LONG]).text(f"x {text}") == f"x QmVhcmVyI{HIDDEN}="


@pytest.mark.parametrize("part", [LONG[:17], LONG[4:21], LONG[-17:], LONG[:13] + " and " + LONG[12:]])
def test_a_secret_is_hidden_in_pieces_that_are_long_enough(part):
    hidden = Redactor.of([LONG]).text(f'{{"a": "{part}", "b": {json.dumps(part)}}}')
    assert HIDDEN in hidden
    assert not any(LONG[n : n + 12] in hidden for n in range(len(LONG) - 11))


def test_words_of_a_long_secret_are_no_pieces_of_it():
    phrase = "dermatology annotation of the month"
    assert Redactor.of([phrase]).text("a dermatology annotation") == "a dermatology annotation"
    assert Redactor.of([phrase]).text(f"a {phrase}") == f"a {HIDDEN}"


@pytest.mark.parametrize(
    "text", ["\u0130stanbul x9Kq", "K" * 40, "%" * 40, "&amp;" * 20, "\\" * 40, "\u212a" * 30]
)
def test_odd_letters_neither_move_nor_end_anything(text):
    assert Redactor.of([LONG, "K" * 41]).text(text) == text
    assert Redactor.of([LONG]).text(text + LONG + text) == text + HIDDEN + text


def test_a_password_in_a_header_is_hidden_whose_ever_it_is():
    shown = Redactor.of([]).headers({"Location": "https://me:pw@host/fhir/Patient/a@b"})
    assert shown == {"location": "https://host/fhir/Patient/a@b"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://me:pw@host/x", "http://***@host/x"),
        ("WSS://me:pw@host:8443", "WSS://***@host:8443"),
        ("https://me@host?a@b", "https://***@host?a@b"),
        ("https://me:p@w@host", "https://***@host"),
        ('{"a": "http:\\/\\/me:pw@host\\/x"}', '{"a": "http:\\/\\/***@host\\/x"}'),
        ('"https:\\u002f\\u002fme\\u003apw\\u0040host"', '"https:\\u002f\\u002f***\\u0040host"'),
        ("?url=https%3A%2F%2Fme%3Apw%40host%2Fx", "?url=https%3A%2F%2F***%40host%2Fx"),
        ("http://***@host/x and ws://a:b@c", "http://***@host/x and ws://***@c"),
    ],
)
def test_a_user_and_a_password_in_an_address_are_hidden_whose_ever_they_are(text, shown):
    assert Redactor().text(text) == shown
    assert Redactor().text(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://host/fhir/Patient/a@b",
        "https://host?by=me@host",
        "see https://host, or write to me@host",
        "identifier=http://host|me@host",
        "identifier=http%3A%2F%2Fhost%7Cme%40host",
        '"https:\\/\\/host\\/me@host"',
        '"https://host", "me@host"',
        "ftp://host, mailto:me@host",
    ],
)
def test_a_name_at_a_host_is_no_user_of_an_address(text):
    assert Redactor().text(text) == text


def test_what_looks_for_users_takes_no_more_time_than_the_text_is_long():
    for part in ("http://", "http://@", "@", "http://a:b", "http%3A%2F%2F", "http%3A%2F%2Fa%3Ab%40", "%40"):
        begun = monotonic()
        Redactor().text(part * 200_000 + "@%40")
        assert monotonic() - begun < 5
