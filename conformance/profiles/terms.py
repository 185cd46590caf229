"""What the engine asks of a terminology, and the terminology that knows nothing."""

from __future__ import annotations

from typing import Protocol

YES, NO, UNKNOWN_TERM = "yes", "no", "unknown"


class Terms(Protocol):
    """Answers `yes`, `no` or `unknown`."""

    @property
    def steady(self) -> bool:
        """Tell whether the same question always has the same answer."""

    def validate(self, value_set: str, system: str | None, code: str, /) -> str:
        """Tell whether a value set has a code; without a system, whether it has it of any."""

    def defines(self, system: str, code: str, /) -> str:
        """Tell whether a code system has a code."""

    def display(self, system: str, code: str, /) -> str | None:
        """Return what a code system calls a code, or None where that cannot be said."""

    def __hash__(self) -> int:
        """Return what tells one terminology from another: what was found is kept by it."""


class Silent:
    """A terminology that cannot say anything."""

    steady = True

    def validate(self, _value_set: str, _system: str | None, _code: str, /) -> str:
        """Answer that it is not known."""
        return UNKNOWN_TERM

    def defines(self, _system: str, _code: str, /) -> str:
        """Answer that it is not known."""
        return UNKNOWN_TERM

    def display(self, _system: str, _code: str, /) -> str | None:
        """Answer that it is not known."""
        return None
