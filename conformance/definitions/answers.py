"""Yes, no, or unknown: how answers are put together when some of them cannot be given."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Answer(StrEnum):
    """What can be said of a membership."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


if TYPE_CHECKING:
    # Asked with a system (None: any) and a code.
    Test = Callable[[str | None, str], Answer]

_OPPOSITE = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}


def unknown(_system: str | None, _code: str) -> Answer:
    """Answer that it cannot be said."""
    return Answer.UNKNOWN


def never_no(test: Test) -> Test:
    """Return a test that takes a no for not knowing."""

    def doubted(system: str | None, code: str) -> Answer:
        return Answer.YES if test(system, code) is Answer.YES else Answer.UNKNOWN

    return doubted


def opposite(test: Test) -> Test:
    """Return the test that says no where one says yes."""
    return lambda system, code: _OPPOSITE[test(system, code)]


def any_of(tests: Sequence[Test]) -> Test:
    """Return a test that one yes satisfies."""
    return _first(tests, Answer.YES, otherwise=Answer.NO)


def all_of(tests: Sequence[Test]) -> Test:
    """Return a test that one no fails."""
    return _first(tests, Answer.NO, otherwise=Answer.YES)


def unanimous(tests: Sequence[Test]) -> Test:
    """Return a test that knows only what all of several tests agree on."""

    def agreed(system: str | None, code: str) -> Answer:
        answers = {test(system, code) for test in tests}
        return answers.pop() if len(answers) == 1 else Answer.UNKNOWN

    return tests[0] if len(tests) == 1 else agreed


def _first(tests: Sequence[Test], decisive: Answer, *, otherwise: Answer) -> Test:
    def combined(system: str | None, code: str) -> Answer:
        return _weighed((test(system, code) for test in tests), decisive, otherwise)

    return tests[0] if len(tests) == 1 else combined


def _weighed(answers: Iterable[Answer], decisive: Answer, otherwise: Answer) -> Answer:
    known = True
    for answer in answers:
        if answer is decisive:
            return decisive
        known = known and answer is not Answer.UNKNOWN
    return otherwise if known else Answer.UNKNOWN
