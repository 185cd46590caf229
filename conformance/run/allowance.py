"""How much a run takes in: what is read is kept until the reports are drawn, so all of it is bounded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Attempt, Exchange

# A whole run against an ordinary server reads some 5 MB.
MOST = 24 * 1024 * 1024
# Short answers are always taken, so that a run goes on where a server floods some of its answers.
SHORT = 16 * 1024
_KEPT = 1024
# So many parts of a multipart body are always listed.
_FEW = 16


@dataclass(slots=True)
class Allowance:
    """What a run may still take in; the same text again costs nothing. Safe to ask from every thread."""

    left: int = MOST
    _known: set[int] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def admitted(self, exchange: Exchange) -> Exchange:
        """Return an exchange, its answers cut where they are more than may still be taken in."""
        if all(len(attempt.body or "") <= SHORT and _few(attempt) for attempt in exchange.attempts):
            return exchange
        return replace(exchange, attempts=tuple(map(self._admitted, exchange.attempts)))

    def _admitted(self, attempt: Attempt) -> Attempt:
        if not _few(attempt):
            attempt = self._listed(attempt)
        body = attempt.body or ""
        if len(body) <= SHORT or self._takes(body):
            return attempt
        return replace(attempt, body=body[:_KEPT], truncated=True)

    def _listed(self, attempt: Attempt) -> Attempt:
        """Return an attempt with as many parts listed as may be; they are counted all the same."""
        facts = attempt.facts or {}
        if self._takes(repr(facts["parts"])):
            return attempt
        return replace(attempt, facts={**facts, "parts": facts["parts"][:_FEW]})

    def _takes(self, body: str) -> bool:
        mark = hash(body)
        with self._lock:
            if mark in self._known:
                return True
            if len(body) > self.left:
                return False
            self._known.add(mark)
            self.left -= len(body)
            return True


def _few(attempt: Attempt) -> bool:
    return len((attempt.facts or {}).get("parts", ())) <= _FEW
