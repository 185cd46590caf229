"""How long to wait before a request is sent again: as the server asks, else a little longer each time."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Attempt

_AGAIN = frozenset({429, 503})
_REFUSED = "refused"


def wait(attempt: Attempt, tried: int) -> float | None:
    """Return how many seconds to wait before sending again, or None where that would not help."""
    if attempt.status in _AGAIN:
        asked = _asked(attempt)
        return 0.5 * 2**tried if asked is None else asked
    return 0.2 * 2**tried if attempt.error.startswith(_REFUSED) else None


def _asked(attempt: Attempt) -> float | None:
    """Return the seconds of a Retry-After, which is a number or a date (RFC 9110, section 10.2.3)."""
    after = attempt.headers.get("retry-after", "").strip()
    if after.isascii() and after.isdigit():
        return float(after)
    until = _moment(after)
    if until is None:
        return None
    # A date is one of the server's clock, which its Date tells (RFC 9110, section 6.6.1).
    now = _moment(attempt.headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _moment(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
