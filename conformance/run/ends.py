"""Why a scenario ends before its last step: trouble on the way, or nothing to go on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.judge.builtin import refusal

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


_UNCHANGED = 304


def _unanswered(a: Attempt) -> bool:
    return a.status is None


def _cut(a: Attempt) -> bool:
    return a.truncated


def _unauthorised(a: Attempt) -> bool:
    return a.status == 401  # noqa: PLR2004


def _busy(a: Attempt) -> bool:
    return a.status in {429, 503}


def _broken(a: Attempt) -> bool:
    return (a.status or 0) >= 500  # noqa: PLR2004


def _redirected(a: Attempt) -> bool:
    return 300 <= (a.status or 0) < 400 and a.status != _UNCHANGED  # noqa: PLR2004


def _web_page(a: Attempt) -> bool:
    html = "html" in a.headers.get("content-type", "").lower()
    return html and (a.body or "").lstrip()[:1] == "<"


# The first row that applies says what happened: whether it does, kind, message, hint.
_TROUBLES: tuple[tuple[Callable[[Attempt], bool], str, str, str], ...] = (
    (_unanswered, "network", "{error}", "is the server running, and is the address right? try it with curl"),
    (_cut, "network", "the body is larger than dermconf reads", ""),
    (
        _unauthorised,
        "auth",
        "{refusal}",
        "put a token that is valid now into an environment variable and name that with --token-env",
    ),
    (_busy, "network", "the server is busy ({status})", "run it again later"),
    (_broken, "server", "the server broke down: {refusal}", "look into the server's log"),
    (
        _redirected,
        "network",
        "redirected ({status}) to {location}; redirects are not followed",
        "name the address that it leads to with --target",
    ),
    (
        _web_page,
        "network",
        "a web page came instead of FHIR ({status})",
        "is --target the FHIR base URL? a proxy or a login page may stand before it",
    ),
)


def trouble(sent: Sent, *, any_status: bool = False) -> Trouble | None:
    """Return why an answer cannot be judged at all, or None where it can.

    With `any_status` the step judges the status itself, and only a missing or cut answer is trouble.
    """
    attempt = sent.exchange.answer
    for applies, kind, message, hint in _TROUBLES[:2] if any_status else _TROUBLES:
        if applies(attempt):
            told = message.format(
                error=attempt.error,
                refusal=refusal(sent),
                status=attempt.status,
                location=attempt.headers.get("location", "nowhere"),
            )
            return Trouble(kind, f"{sent.exchange.request.method} {sent.exchange.request.url}: {told}", hint)
    return None
