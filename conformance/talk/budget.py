"""How much is asked of a target: so many requests in all, and so many a second."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock, get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Spent(Exception):  # noqa: N818 - a request to end, not an error
    """The request budget is spent, but for what it takes to clean up."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """A target's budget; `rate` in requests a second. Without limits it only counts."""

    total: int | None = None
    rate: float | None = None
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    used: int = 0
    # What each thread still has to delete, one request each.
    _owed: Counter[int] = field(default_factory=Counter)
    _next: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def owe(self) -> None:
        """Keep one request back, for deleting what this thread is about to make."""
        with self._lock:
            self._owed[get_ident()] += 1

    def settle(self) -> None:
        """Keep nothing back any more: what this thread made is deleted, or stays."""
        with self._lock:
            self._owed.pop(get_ident(), None)

    def take(self, *, closing: bool = False) -> None:
        """Take one request, and wait until it is its turn; raises Spent where there is none left.

        `closing` requests clean up: they are what was kept back.
        """
        with self._lock:
            if not closing and self.total is not None and self.used + self._owed.total() >= self.total:
                raise Spent
            self.used += 1
            if closing:
                self._owed[get_ident()] = max(0, self._owed[get_ident()] - 1)
            wait = self._turn()
        if wait > 0:
            self.sleep(wait)

    def _turn(self) -> float:
        """Return how long to wait for the turn that is next."""
        if self.rate is None:
            return 0.0
        now = self.clock()
        turn = max(now, self._next)
        self._next = turn + 1 / self.rate
        return turn - now
