"""What a signal does to a run: the first lets it end in good order, the second ends it at once."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_INTERRUPTED = 4


@contextmanager
def stoppable() -> Iterator[Event]:
    """Give the event that the first SIGINT or SIGTERM sets; nothing is raised, so nothing is cut short."""
    stop = Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            _say("ended at once; `dermconf cleanup` deletes what is left")
            # Threads that wait for an answer would keep an ordinary exit waiting.
            os._exit(_INTERRUPTED)
        stop.set()
        _say("stopping, and deleting what was created; once more ends it at once")

    before = {number: signal.signal(number, told) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    # A signal may come in the middle of a write to a stream, which must not be entered twice.
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"\ndermconf: {text}\n".encode())
