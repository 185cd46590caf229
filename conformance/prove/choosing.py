"""Which scenarios are proven: the shipped ones or a user's own, all of them or those whose name fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from conformance.problem import Problem
from conformance.read.loading import scenarios
from conformance.run.session import Case

if TYPE_CHECKING:
    from pathlib import Path

# A word of an expression: a parenthesis, or whatever a scenario's name is spelt with.
_WORD = re.compile(r"\s*([()]|[\w:+\-.\[\]\\/]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Scenarios below some paths (none: the shipped ones) whose names fit an expression (none: all)."""

    paths: tuple[Path, ...] = ()
    expression: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether it is the whole shipped suite."""
        return not self.paths and not self.expression


@cache
def cases(choice: Choice = Choice()) -> tuple[Case, ...]:
    """Return every row of the scenarios of a choice; raises Problem for one that is unsound, or for none."""
    loaded = list(scenarios(choice.paths))
    problems = [problem for one in loaded for problem in one.problems]
    if problems:
        hint = "see `dermconf lint`"
        raise Problem("scenario", f"{problems[0]}", hint=hint)
    rows = [Case(name=s.name, scenario=s, fixtures=one.fixtures) for one in loaded for s in one.scenarios]
    found = tuple(row for row in rows if fits(choice.expression, row.name))
    if not found:
        said = (
            f"-k '{choice.expression}' selects no scenario" if choice.expression else "there is no scenario"
        )
        raise Problem("usage", said, hint="see `dermconf list scenarios`")
    return found


def fits(expression: str, name: str) -> bool:
    """Tell whether a name fits an expression, read as by `run -k`; raises Problem for what is none."""
    return not expression.strip() or _Reader(expression, name).read()


class _Reader:
    """Reads an expression from the left: parts of names joined by and, or, not and parentheses."""

    def __init__(self, expression: str, name: str) -> None:
        self._expression = expression
        self._name = name.casefold()
        self._words = self._split(expression)

    def read(self) -> bool:
        """Return whether the name fits."""
        fitting = self._either()
        if self._words:
            raise self._none()
        return fitting

    def _split(self, text: str) -> list[str]:
        words, at = [], 0
        while text[at:].strip():
            word = _WORD.match(text, at)
            if word is None:
                raise self._none()
            words.append(word[1])
            at = word.end()
        return words

    def _either(self) -> bool:
        fitting = self._both()
        while self._take("or"):
            # Both sides are read, whatever the first one says.
            fitting = self._both() or fitting
        return fitting

    def _both(self) -> bool:
        fitting = self._one()
        while self._take("and"):
            fitting = self._one() and fitting
        return fitting

    def _one(self) -> bool:
        if self._take("not"):
            return not self._one()
        if self._take("("):
            fitting = self._either()
            if not self._take(")"):
                raise self._none()
            return fitting
        if not self._words or self._words[0] in {"and", "or", ")"}:
            raise self._none()
        return self._words.pop(0).casefold() in self._name

    def _take(self, word: str) -> bool:
        if self._words[:1] != [word]:
            return False
        self._words.pop(0)
        return True

    def _none(self) -> Problem:
        hint = "names joined by and, or, not and parentheses, such as 'search and not paging'"
        return Problem("usage", f"-k '{self._expression}' is no expression", hint=hint)
