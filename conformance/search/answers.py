"""Three answers and their logic: must, must not, or a choice that R4 leaves to the server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Answer(StrEnum):
    """Whether a resource belongs to the result of a query."""

    MUST = "must"
    NOT = "not"
    CHOICE = "choice"


def known(truth: bool) -> Answer:  # noqa: FBT001 - the truth is what is converted
    """Return MUST for what is true and NOT for what is false."""
    return Answer.MUST if truth else Answer.NOT


def both(*answers: Answer) -> Answer:
    """Return the conjunction: one NOT decides, then one CHOICE."""
    for decisive in (Answer.NOT, Answer.CHOICE):
        if decisive in answers:
            return decisive
    return Answer.MUST


def either(*answers: Answer) -> Answer:
    """Return the disjunction: one MUST decides, then one CHOICE."""
    for decisive in (Answer.MUST, Answer.CHOICE):
        if decisive in answers:
            return decisive
    return Answer.NOT


def inverse(answer: Answer) -> Answer:
    """Return the negation; what is open stays open."""
    return _INVERSE[answer]


_INVERSE = {Answer.MUST: Answer.NOT, Answer.NOT: Answer.MUST, Answer.CHOICE: Answer.CHOICE}


def agreement(answers: Iterable[Answer]) -> Answer:
    """Return what all readings say, or CHOICE where they differ or there are none."""
    distinct = set(answers)
    return distinct.pop() if len(distinct) == 1 else Answer.CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An answer and why: the parameter it is about, and a reason that a message can quote."""

    answer: Answer
    reason: str = ""
    parameter: str = ""

    def because(self, reason: str) -> Verdict:
        """Return the same answer with a reason where it had none."""
        return self if self.reason else replace(self, reason=reason)

    def at_most_choice(self, reason: str) -> Verdict:
        """Return CHOICE instead of MUST."""
        return choice(reason) if self.answer is Answer.MUST else self


def must(reason: str = "") -> Verdict:
    """Return the verdict that the resource belongs to the result."""
    return Verdict(answer=Answer.MUST, reason=reason)


def must_not(reason: str = "") -> Verdict:
    """Return the verdict that the resource does not belong to the result."""
    return Verdict(answer=Answer.NOT, reason=reason)


def choice(reason: str) -> Verdict:
    """Return the verdict that the server may decide, and what leaves it open."""
    return Verdict(answer=Answer.CHOICE, reason=reason)


def plainly(truth: bool) -> Verdict:  # noqa: FBT001 - the truth is what is converted
    """Return the verdict of a comparison that every reading makes alike."""
    return Verdict(answer=known(truth))


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the first verdict that decides a disjunction; nothing to choose from is NOT."""
    return _decided(verdicts, (Answer.MUST, Answer.CHOICE), must_not())


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the first verdict that decides a conjunction; no condition is MUST."""
    return _decided(verdicts, (Answer.NOT, Answer.CHOICE), must())


def _decided(verdicts: Iterable[Verdict], order: tuple[Answer, ...], otherwise: Verdict) -> Verdict:
    found = list(verdicts)
    for answer in order:
        for verdict in found:
            if verdict.answer is answer:
                return verdict
    return found[0] if found else otherwise


def opposite(verdict: Verdict) -> Verdict:
    """Return the negation of a verdict, with its reason only where that still holds."""
    reason = verdict.reason if verdict.answer is Answer.CHOICE else ""
    return Verdict(answer=inverse(verdict.answer), reason=reason)
