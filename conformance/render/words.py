"""What each verdict is called, how it is drawn, and which one is worse: one table for every report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model import Result, Verdict
from conformance.verdicts import of_finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """How one verdict is spoken of."""

    word: str
    symbol: str
    colour: str
    meaning: str


WORDS: Mapping[str, Word] = {
    "fail": Word(word="FAIL", symbol="✗", colour="red", meaning="a gating rule did not hold"),
    "error": Word(word="ERROR", symbol="!", colour="magenta", meaning="no verdict: something else broke"),
    "untested": Word(word="UNTESTED", symbol="?", colour="blue", meaning="testable, but something lacked"),
    "out-of-reach": Word(
        word="OUT-OF-REACH", symbol="⊘", colour="blue", meaning="the target's settings deny what it needs"
    ),
    "warn": Word(word="WARN", symbol="▲", colour="yellow", meaning="a rule that does not gate did not hold"),
    "pass": Word(word="PASS", symbol="✓", colour="green", meaning="held, with evidence"),
    "skip": Word(word="SKIP", symbol="-", colour="dim", meaning="an optional capability that is not claimed"),
    "data": Word(
        word="DATA", symbol="◆", colour="cyan", meaning="seen in data that others wrote, no verdict"
    ),
    "observed": Word(word="NOTE", symbol="·", colour="dim", meaning="an observation; no verdict"),
}
"""Worst first."""

VERDICTS = tuple(verdict.value for verdict in Verdict)

RUN_VERDICTS: Mapping[str, Word] = {
    "conformant": Word(word="CONFORMANT", symbol="✓", colour="green", meaning="no gating rule is broken"),
    "nonconformant": Word(word="NONCONFORMANT", symbol="✗", colour="red", meaning="gating rules do not hold"),
    "incomplete": Word(
        word="INCOMPLETE", symbol="?", colour="blue", meaning="gating rules could not be tested"
    ),
    "partial": Word(word="PARTIAL", symbol="✓", colour="green", meaning="what was selected held"),
    "error": Word(word="ERROR", symbol="!", colour="magenta", meaning="the run gives no verdict"),
    "nothing-selected": Word(
        word="NOTHING SELECTED", symbol="-", colour="magenta", meaning="no scenario was run"
    ),
}

_WITHOUT: Mapping[str, str] = {
    Result.CANNOT_SAY: "untested",
    Result.DATA: "data",
    Result.OBSERVED: "observed",
}

_ORDER: Mapping[str, int] = {verdict: rank for rank, verdict in enumerate(WORDS)}


def finding_verdict(finding: Mapping[str, Any]) -> str:
    """Return what one finding comes to; what can have no verdict keeps a word of its own."""
    return of_finding(finding) or _WITHOUT[finding["result"]]


def rank(verdict: str) -> int:
    """Return the place of a verdict among all, 0 for the worst."""
    return _ORDER.get(verdict, len(_ORDER))


def word(verdict: str) -> Word:
    """Return how a verdict is spoken of; an unknown one is shown as it stands."""
    return WORDS.get(verdict) or Word(word=verdict.upper(), symbol="·", colour="dim", meaning="")


def run_word(verdict: str) -> Word:
    """Return how the verdict of a whole run is spoken of."""
    return RUN_VERDICTS.get(verdict) or Word(word=verdict.upper(), symbol="·", colour="dim", meaning="")


def plural(count: int, noun: str, many: str = "") -> str:
    """Return `1 rule`, `2 rules`."""
    return f"{count} {noun}" if count == 1 else f"{count} {many or noun + 's'}"
