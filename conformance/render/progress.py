"""What is seen while a run goes on: one moving line on a terminal, a line a scenario elsewhere."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

from conformance.render.tally import listed
from conformance.render.text import duration, shown
from conformance.render.words import VERDICTS, word

if TYPE_CHECKING:
    from typing import TextIO

_WIDTH = 79
_CLEAR = "\r\x1b[2K"
_LOUD = ("fail", "error")


class Progress:
    """Tells of scenarios as they finish; threads may tell at the same time."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream = stream
        self._total = total
        self._moving = stream.isatty()
        self._heard: Counter[str] = Counter()
        self._lock = Lock()

    def finished(self, name: str, verdict: str, seconds: float) -> None:
        """Tell of one scenario that ended."""
        with self._lock:
            self._heard[verdict] += 1
            text = line(name, verdict, seconds)
            self._write(self._moved(text, verdict) if self._moving else f"{self._count()} {text}\n")

    def done(self) -> None:
        """Take the moving line away."""
        with self._lock:
            self._write(_CLEAR if self._moving else "")

    def _moved(self, text: str, verdict: str) -> str:
        """Keep the line of what went wrong and renew the count below it."""
        kept = f"{_CLEAR}{text}\n" if verdict in _LOUD else ""
        numbers = listed({name: self._heard[name] for name in VERDICTS})
        return f"{kept}{_CLEAR}{f'{self._count()} {numbers}'[:_WIDTH]}"

    def _count(self) -> str:
        return f"{self._heard.total():>{len(str(self._total))}}/{self._total}"

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def line(name: str, verdict: str, seconds: float) -> str:
    """Return the line of one finished scenario."""
    return f"{word(verdict).word:<12}  {shown(name)}  {duration(seconds)}"
