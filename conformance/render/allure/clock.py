"""When things happened, as Allure counts it: milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.events import Run


def began(run: Run) -> float:
    """Return when a run began; one that does not say began with the epoch."""
    try:
        told = datetime.fromisoformat(str(run.header.get("started", "")))
    except ValueError:
        return 0.0
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() * 1000


def span(events: Iterable[Mapping[str, Any]], start: float) -> tuple[int, int]:
    """Return from when to when some events lasted; an exchange is recorded when it has ended."""
    times = [(float(event.get("ms") or 0), _lasted(event)) for event in events] or [(0.0, 0.0)]
    first = min(ended - lasted for ended, lasted in times)
    return round(start + max(first, 0.0)), round(start + max(ended for ended, _ in times))


def _lasted(event: Mapping[str, Any]) -> float:
    return 1000 * sum(float(one.get("seconds") or 0) for one in event.get("attempts") or ())
