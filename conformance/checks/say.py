"""Outcomes, made: one function for each thing that a check can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.values import show
from conformance.model import Outcome, Result

if TYPE_CHECKING:
    from conformance.model import Json


def found(
    held: bool,  # noqa: FBT001 - the one thing this function turns into words
    *,
    at: str,
    expected: Json,
    actual: Json,
    about: str = "",
    wanted: str = "",
    seen: str = "",
    failing: str = "",
) -> Outcome:
    """Return a held or failed outcome; `wanted` and `seen` are words where the values say too little.

    `failing` is the whole sentence for one that failed.
    """
    told = "" if held else failing
    return Outcome(
        result=Result.HELD if held else Result.FAILED,
        at=at,
        expected=expected,
        actual=actual,
        message=told or f"{at}: expected {wanted or show(expected)}, actual {seen or show(actual)}",
        about=about,
    )


def untested(why: str, *, at: str = "", about: str = "", hint: str = "") -> Outcome:
    """Return the outcome of a check that had nothing to look at."""
    return Outcome(result=Result.UNTESTED, at=at, message=why, about=about, hint=hint)


def not_asked(why: str) -> Outcome:
    """Return the outcome of a check whose condition did not come up, which is the server's right."""
    return Outcome(result=Result.NOT_ASKED, message=why)


def cannot_say(
    why: str, *, at: str = "", expected: Json = None, actual: Json = None, about: str = ""
) -> Outcome:
    """Return the outcome of a check that R4 leaves to the server's choice, or whose premise fails."""
    return Outcome(
        result=Result.CANNOT_SAY, at=at, expected=expected, actual=actual, message=why, about=about
    )


def observed(what: str, *, at: str, actual: Json) -> Outcome:
    """Return an outcome that is told and never judged."""
    return Outcome(result=Result.OBSERVED, at=at, actual=actual, message=what)
