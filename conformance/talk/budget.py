"""How much is asked of a target: so many requests in all, and so many a second."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock, get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


_BEYOND = 1.1


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
    # What is kept back for each thread: the request that makes something, and the one that deletes it.
    _kept: Counter[int] = field(default_factory=Counter)
    _about: set[int] = field(default_factory=set)
    _next: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def owe(self) -> None:
        """Keep back what it takes to make something and to delete it; raises Spent where there is no more."""
        with self._lock:
            self._require(2)
            self._kept[get_ident()] += 2
            self._about.add(get_ident())

    def settle(self) -> None:
        """Keep nothing back any more: what this thread made is deleted, or stays."""
        with self._lock:
            self._kept.pop(get_ident(), None)
            self._about.discard(get_ident())

    def take(self, *, closing: bool = False) -> None:
        """Take one request, and wait until it is its turn; raises Spent where there is none left.

        `closing` requests clean up: they are what was kept back, and a tenth of the total besides, to look
        for what an answer that was lost has stored.
        """
        with self._lock:
            if closing and self.total is not None and self.used >= self.total * _BEYOND:
                raise Spent
            me = get_ident()
            if closing or me in self._about:
                self._about.discard(me)
                self._kept[me] = max(0, self._kept[me] - 1)
            else:
                self._require(1)
            self.used += 1
            wait = self._turn()
        if wait > 0:
            self.sleep(wait)

    def _require(self, more: int) -> None:
        if self.total is not None and self.used + self._kept.total() + more > self.total:
            raise Spent

    def _turn(self) -> float:
        """Return how long to wait for the turn that is next."""
        if self.rate is None:
            return 0.0
        now = self.clock()
        turn = max(now, self._next)
        self._next = turn + 1 / self.rate
        return turn - now
