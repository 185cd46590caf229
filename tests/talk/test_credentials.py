"""Tokens are fetched once for all, renewed in time, and given up where they are not what keeps us out."""

import base64
import sys
import threading

import pytest

from conformance.talk import commanded
from conformance.talk.credentials import NOBODY, NoToken, Renewed, Token, basic, bearer
from conformance.talk.redact import Vault


class Source:
    """A clock, and tokens that are numbered."""

    def __init__(self, seconds=None):
        self.now = 1000.0
        self.seconds = seconds
        self.fetched = 0
        self.failing = False
        self.vault = Vault()
        self.renewed = Renewed(self.fetch, "client", self.vault, clock=lambda: self.now)

    def fetch(self):
        self.fetched += 1
        if self.failing:
            raise NoToken("no token today")
        return Token(value=f"token-{self.fetched}", seconds=self.seconds)


def test_a_token_is_fetched_when_it_is_first_needed_and_kept():
    source = Source(seconds=300)
    assert source.fetched == 0
    assert [source.renewed.header() for _ in range(3)] == ["Bearer token-1"] * 3
    assert source.vault.redactor.text("x token-1 y") == "x *** y"


@pytest.mark.parametrize(("lives", "good_until"), [(300, 240), (3600, 3540), (10, 8), (2, 1.6)])
def test_a_token_is_renewed_before_it_expires(lives, good_until):
    source = Source(seconds=lives)
    source.renewed.header()
    source.now += good_until - 0.01
    assert source.renewed.header() == "Bearer token-1"
    source.now += 0.02
    assert source.renewed.header() == "Bearer token-2"
    # The old one stays hidden: it may still be valid.
    assert source.vault.redactor.text("token-1 token-2") == "*** ***"


def test_a_token_of_unknown_life_is_renewed_when_it_is_refused():
    source = Source()
    first = source.renewed.header()
    source.now += 10_000
    assert source.renewed.header() == first
    assert source.renewed.refused(first)
    assert source.renewed.header() == "Bearer token-2"


def test_where_a_new_token_is_refused_too_no_more_are_fetched_for_a_while():
    source = Source()
    assert source.renewed.refused(source.renewed.header())
    assert not source.renewed.refused(source.renewed.header())
    assert not source.renewed.refused(source.renewed.header())
    assert source.fetched == 2
    source.now += 31
    assert source.renewed.refused(source.renewed.header())


def test_a_new_token_that_was_let_in_may_be_renewed_again():
    source = Source()
    for _ in range(3):
        assert source.renewed.refused(source.renewed.header())
        source.renewed.accepted(source.renewed.header())
    assert source.fetched == 4


def test_who_was_refused_with_an_old_token_just_takes_the_new_one():
    source = Source()
    old = source.renewed.header()
    assert source.renewed.refused(old)
    source.renewed.header()
    assert source.renewed.refused(old)
    assert source.fetched == 2


def test_a_failure_is_told_again_for_a_while_without_asking():
    source = Source()
    source.failing = True
    for _ in range(3):
        with pytest.raises(NoToken, match="no token today"):
            source.renewed.header()
    assert source.fetched == 1
    source.failing, source.now = False, source.now + 31
    assert source.renewed.header() == "Bearer token-2"


def test_many_threads_fetch_one_token():
    source = Source(seconds=300)
    barrier = threading.Barrier(8)

    def ask():
        barrier.wait(10)
        source.renewed.header()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert source.fetched == 1


def test_a_name_and_a_password_are_hidden_however_they_are_written():
    vault = Vault()
    header = basic("me", "pass:word", "PW", vault).header()
    assert base64.b64decode(header.removeprefix("Basic ")) == b"me:pass:word"
    assert vault.redactor.text(f"pass:word {header} pass%3Aword") == "*** Basic *** ***"


def test_nobody_and_an_empty_token_send_nothing():
    assert (NOBODY.header(), bearer("", "X", Vault()).header(), NOBODY.source) == ("", "", "")
    assert not NOBODY.refused("")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('abc')\nprint('def')", "did not print a token alone"),
        ("pass", "did not print a token alone"),
        ("raise SystemExit(3)", "failed (exit 3)"),
        ("print('a b')", "did not print a token alone"),
    ],
)
def test_a_command_that_prints_no_token_is_told_without_what_it_printed(code, said):
    with pytest.raises(NoToken) as none:
        commanded.token([sys.executable, "-c", code])
    assert said in none.value.message
    assert "abc" not in none.value.message


def test_a_command_prints_a_token():
    assert commanded.token([sys.executable, "-c", "print('abc.def')"]).value == "abc.def"


def test_a_command_that_is_not_there_is_told():
    with pytest.raises(NoToken, match="cannot be started: No such file"):
        commanded.token(["/nonexistent/program"])
