"""What the author of a scenario, or dermconf itself, did wrong: never what a server did."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file with line and column, both counted from 1 (0: unknown)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


NOWHERE = Place("")


class Problem(Exception):  # noqa: N818 - it is not an error of the program but a complaint for a person
    """One complaint: a code, a place, one sentence, and what to do about it."""

    def __init__(self, code: str, message: str, *, place: Place = NOWHERE, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place.file else ""
        hint = f"\n      {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"

    def at(self, place: Place) -> Problem:
        """Return the same complaint, placed."""
        return Problem(self.code, self.message, place=place, hint=self.hint)


class Problems(Exception):  # noqa: N818 - several complaints about one file, told together
    """All complaints about one input."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean 'x'?` for the nearest known name, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""
