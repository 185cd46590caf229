"""A tolerant reader of multipart bodies (RFC 2046, section 5.1) as they come: only what is undecided is held.

What servers do wrong is put up with where the meaning is plain: bare line feeds, a type parameter that is no
media type, blanks after a boundary, no closing boundary (which is told).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# RFC 2046, section 5.1.1: a boundary has at most 70 characters; some have more.
LONGEST_BOUNDARY = 200
# Of the headers of one part, and of what may stand behind a boundary on its line.
MOST_HEADERS = 16 * 1024
_MOST_BLANKS = 64
# One parameter after the other, so that what stands inside the quotes of one is not taken for another.
_PARAMETER = re.compile(r";\s*([^\s=;\"]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s]*))")
_QUOTED = re.compile(r"\\(.)")
_LINE = re.compile(rb"\r?\n")
# RFC 5322, section 2.2.3: a header goes on in a line that begins with a blank.
_FOLD = re.compile(r"\n[ \t]+")
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


def boundary_of(content_type: str) -> str:
    """Return the boundary that a Content-Type names, or nothing where there is none that can be used."""
    named = (found for found in _PARAMETER.finditer(content_type) if found[1].lower() == "boundary")
    found = next(named, None)
    boundary = (found[3] if found[2] is None else _QUOTED.sub(r"\1", found[2])) if found else ""
    return boundary if 0 < len(boundary) <= LONGEST_BOUNDARY and boundary.isascii() else ""


class Sink(Protocol):
    """What takes one part as it comes."""

    def write(self, data: bytes) -> None:
        """Take some of the part's bytes."""

    def close(self, *, whole: bool) -> None:
        """Take note that the part is over; `whole` says that a boundary came after it."""


@dataclass(slots=True)
class Splitter:
    """Feeds parts to sinks; `open_part` is called with the headers (names in lower case) of each.

    `complete` says whether the closing boundary came, `beyond` why nothing more is read, where that is so.
    """

    boundary: str
    open_part: Callable[[Mapping[str, str]], Sink]
    complete: bool = False
    beyond: str = ""
    _mark: bytes = field(init=False)
    # A boundary is at the beginning of a line, and the first one may be at the beginning of all.
    _held: bytes = field(default=b"\n", init=False)
    _sink: Sink | None = field(default=None, init=False)
    _in_headers: bool = field(default=False, init=False)
    # How many bytes at the beginning of what is held are ours.
    _lead: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Make what is looked for."""
        self._mark = b"\n--" + self.boundary.encode("ascii")

    @property
    def over(self) -> bool:
        """Tell whether whatever comes makes no difference."""
        return self.complete or bool(self.beyond)

    def feed(self, data: bytes) -> None:
        """Take some of the body."""
        if not self.over:
            self._held += data
        while not self.over and self._step(last=False):
            pass

    def end(self) -> None:
        """Take note that the body is over: what is undecided is decided now."""
        while not self.over and self._step(last=True):
            pass
        if not self.over and self._sink is not None:
            self._give(self._held)
        self._close(whole=False)
        self._held = b""

    def _step(self, *, last: bool) -> bool:
        """Take the next piece out of what is held; tell whether there may be another."""
        return self._headers(last=last) if self._in_headers else self._data(last=last)

    def _data(self, *, last: bool) -> bool:
        at = self._held.find(self._mark)
        if at < 0:
            self._give_all_but(len(self._mark) + 1)
            return False
        rest = self._held[at + len(self._mark) :]
        kind = _after(rest, last=last)
        if kind is None:
            self._give(self._held[: max(0, at - 1)])
            self._held = self._held[max(0, at - 1) :]
            return False
        if kind < 0:
            # The data holds the boundary, and something more: it is none.
            self._give(self._held[: at + 1])
            self._held = self._held[at + 1 :]
            return True
        self._give(self._held[:at].removesuffix(b"\r"))
        self._close(whole=True)
        self.complete = rest.startswith(b"--")
        self._in_headers = not self.complete
        # The line's own end is kept: a part without headers begins with an empty line.
        self._held = rest[kind:]
        return not self.complete

    def _headers(self, *, last: bool) -> bool:
        found = _EMPTY_LINE.search(self._held)
        if found is None or found.start() > MOST_HEADERS:
            if len(self._held) > MOST_HEADERS:
                self.beyond = f"the headers of a part are longer than {MOST_HEADERS} bytes"
            elif last:
                self._in_headers = False
            return False
        self._sink = self.open_part(_parsed(self._held[: found.start()]))
        self._in_headers = False
        # A part may be empty: then its boundary has no line end of its own before it.
        self._held, self._lead = b"\n" + self._held[found.end() :], 1
        return True

    def _give_all_but(self, size: int) -> None:
        if len(self._held) > size:
            self._give(self._held[:-size])
            self._held = self._held[-size:]

    def _give(self, data: bytes) -> None:
        if self._sink is not None and data:
            self._sink.write(data[self._lead :])
            self._lead = 0

    def _close(self, *, whole: bool) -> None:
        if self._sink is not None:
            self._sink.close(whole=whole)
            self._sink = None


def _after(rest: bytes, *, last: bool) -> int | None:
    """Return where the line of a boundary ends; less than nothing where it is none, None where it is open."""
    if rest.startswith(b"--"):
        return 2
    line = _LINE.search(rest[: _MOST_BLANKS + 2])
    if line is not None:
        return line.start() if not rest[: line.start()].strip(b" \t") else -1
    if rest[: _MOST_BLANKS + 2].strip(b" \t\r-") or len(rest) > _MOST_BLANKS:
        return -1
    return -1 if last else None


def _parsed(head: bytes) -> dict[str, str]:
    lines = _FOLD.sub(" ", head.decode("latin-1").replace("\r\n", "\n")).split("\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
