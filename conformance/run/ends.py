"""Why a scenario ends before its last step: trouble on the way, or nothing to go on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.judge.builtin import refusal
from conformance.run import hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.judge.stage import Sent
    from conformance.model import Attempt


@dataclass(frozen=True)
class Trouble(Exception):  # noqa: N818 - what is between us and the server, not a defect of the program
    """No usable answer, through no fault that a server may be failed for."""

    kind: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Skipped(Exception):  # noqa: N818 - a verdict, not an error
    """The scenario cannot be played here, and why."""

    verdict: str
    lacks: str
    read: str = ""
    unlock: str = ""


@dataclass(frozen=True)
class Ended(Exception):  # noqa: N818 - what follows is `not reached`
    """The steps from here on have nothing to stand on."""

    because: str


# What a scenario comes to for which the target's request budget is not enough.
SPENT = Skipped(
    "untested",
    "requests: the budget of this run is spent, but for what it takes to clean up",
    unlock="a larger budget (total), or fewer scenarios at once (-k, or paths)",
)
# The kind of trouble that a credential is.
AUTHORISATION = "auth"
# The kind of trouble that is there before anything can be asked: no token could be had.
NO_TOKEN = "token"  # noqa: S105 - a word, not a token
# Where so many scenarios in a row end like this, the rest need not be tried.
WITHOUT_ANSWER = frozenset({"network", NO_TOKEN})
_UNCHANGED = 304
# A server that lacks an interaction says so; it is not broken.
_NOT_IMPLEMENTED = 501


def _unanswered(a: Attempt) -> bool:
    return a.status is None


def _no_token(a: Attempt) -> bool:
    return a.status is None and a.error.startswith(f"{NO_TOKEN}: ")


def _cut(a: Attempt) -> bool:
    return a.truncated


def _unauthorised(a: Attempt) -> bool:
    return a.status == 401  # noqa: PLR2004


def _busy(a: Attempt) -> bool:
    return a.status in {429, 502, 503, 504}


def _broken(a: Attempt) -> bool:
    return (a.status or 0) >= 500 and a.status != _NOT_IMPLEMENTED  # noqa: PLR2004


def _redirected(a: Attempt) -> bool:
    return 300 <= (a.status or 0) < 400 and a.status != _UNCHANGED  # noqa: PLR2004


def _web_page(a: Attempt) -> bool:
    html = "html" in a.headers.get("content-type", "").lower() and 200 <= (a.status or 0) < 300  # noqa: PLR2004
    return html and (a.body or "").lstrip()[:1] == "<"


_Row = tuple["Callable[[Attempt], bool]", str, str, str]
# The first row that applies says what happened: whether it does, kind, message, hint. The first table is
# trouble even where a step judges the status, for it says nothing of what the step asks.
_ALWAYS: tuple[_Row, ...] = (
    (_unanswered, "network", "{error}", ""),
    (_cut, "network", "the body is larger than dermconf reads", ""),
    (_unauthorised, AUTHORISATION, "{refusal}", ""),
    (_busy, "network", "the server is busy or out of reach ({status})", "run it again later"),
)
# Where FHIR is owed; elsewhere the checks say what a web page is.
_OF_FHIR: tuple[_Row, ...] = (
    (
        _web_page,
        "network",
        "a web page came instead of FHIR ({status})",
        "is --target the FHIR base URL? a proxy or a login page may stand before it",
    ),
)
_UNJUDGED: tuple[_Row, ...] = (
    (_broken, "server", "the server broke down: {refusal}", "look into the server's log"),
    (
        _redirected,
        "network",
        "redirected ({status}) to {location}; redirects are not followed",
        "name the address that it leads to with --target",
    ),
)


def trouble(
    sent: Sent,
    *,
    judged: bool = False,
    named: frozenset[int] = frozenset(),
    welcome: bool = False,
    fhirless: bool = False,
) -> Trouble | None:
    """Return why an answer cannot be judged at all, or None where it can.

    `judged` says that the step judges the status itself, `named` which ones it names: those are no trouble.
    `welcome` says that this client was let in before: 401 is then said of one resource (fairness F20).
    `fhirless` says that something else than FHIR may come.
    """
    attempt = sent.exchange.answer
    if (attempt.status in named or (welcome and _unauthorised(attempt))) and not attempt.truncated:
        return None
    if _no_token(attempt):
        message, _, hint = attempt.error.removeprefix(f"{NO_TOKEN}: ").rpartition(" — ")
        return Trouble(NO_TOKEN, f"no token: {message}", hint)
    rows = (*_ALWAYS, *(() if fhirless else _OF_FHIR), *(() if judged else _UNJUDGED))
    for applies, kind, message, hint in rows:
        if applies(attempt):
            told = message.format(
                error=attempt.error,
                refusal=refusal(sent),
                status=attempt.status,
                location=attempt.headers.get("location", "nowhere"),
            )
            request = sent.exchange.request
            return Trouble(kind, f"{request.method} {request.url}: {told}", hint or hints.of(sent.exchange))
    return None
