"""Appends events to run.jsonl: one write an event, under a lock, by whoever did the thing."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from itertools import count
from threading import Lock, current_thread, main_thread
from typing import TYPE_CHECKING, Self

from conformance.events import EVENTS
from conformance.jsontext import line
from conformance.problem import Place, Problem
from conformance.run.allowance import Allowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from conformance.model import Json

# A line stays readable by ordinary tools; larger bodies lie beside the record.
LONGEST = 1_000_000
# What the footer is summed up from; kept in memory, so that the file need not be read again for it.
SUMMED = frozenset({"header", "target", "scenario", "skipped", "finding", "problem", "leftover", "verdict"})


class Recorder:
    """The open record of one run; `tell` is safe to call from every thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "run.jsonl"
        self.counts = dict.fromkeys(EVENTS[:-1], 0)
        self.summed: list[dict[str, Json]] = []
        self.started = time.monotonic()
        self.kept: Path | None = None
        self.allowance = Allowance()
        self._lock = Lock()
        self._seq = 0
        self._fd = self._open()

    def _open(self) -> int:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise Problem(
                "report-dir",
                f"no report can be written here: {error.strerror}",
                place=Place(str(self.folder)),
                hint="name another folder with --report-dir",
            ) from None
        try:
            # Held as long as the run lives: `cleanup` and a second run see that the file is in use.
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            raise Problem(
                "report-dir",
                "another run is writing here",
                place=Place(str(self.path)),
                hint="wait for it, or name another folder with --report-dir",
            ) from None
        return fd

    def _begin(self) -> None:
        """Take the place of an earlier record; one that names what still lies on a server is kept."""
        if leaves_something(self.path):
            self.kept = _free(self.folder)
            self.path.rename(self.kept)
            os.close(self._fd)
            self._fd = self._open()
        os.ftruncate(self._fd, 0)

    def tell(self, event: str, **data: Json) -> dict[str, Json]:
        """Write one event and return it as written, with `seq`, `who` and `ms` (since the start)."""
        return self.tell_all([(event, data)])[0]

    def tell_all(self, rows: Iterable[tuple[str, Mapping[str, Json]]]) -> list[dict[str, Json]]:
        """Write several events by one append, and return them as written."""
        thread = current_thread()
        who = "main" if thread is main_thread() else thread.name
        with self._lock:
            if not self._seq:
                self._begin()
            told = [self._numbered(event, who, data) for event, data in rows]
            if told:
                os.write(self._fd, b"".join(map(self._line, told)))
            self.summed += [one for one in told if one["event"] in SUMMED]
        return told

    def _numbered(self, event: str, who: str, data: Mapping[str, Json]) -> dict[str, Json]:
        self._seq += 1
        if event != "footer":
            self.counts[event] += 1
        elapsed = round((time.monotonic() - self.started) * 1000, 1)
        return {"event": event, "seq": self._seq, "who": who, "ms": elapsed, **data}

    def _line(self, event: dict[str, Json]) -> bytes:
        text = line(event)
        return text if len(text) <= LONGEST else line(self._with_texts_aside(event))

    def _with_texts_aside(self, event: dict[str, Json]) -> dict[str, Json]:
        if event["event"] == "exchange":
            attempts = [self._texts_aside(attempt) for attempt in event["attempts"]]
            return {**event, "request": self._texts_aside(event["request"]), "attempts": attempts}
        return self._texts_aside(event)

    def _texts_aside(self, part: dict[str, Json]) -> dict[str, Json]:
        refs = {
            f"{key}_ref": self._aside(value)
            for key, value in part.items()
            if isinstance(value, str) and len(value) > LONGEST // 10
        }
        return {**part, **dict.fromkeys(key.removesuffix("_ref") for key in refs), **refs}

    def _aside(self, text: str) -> dict[str, Json]:
        data = text.encode("utf-8", "replace")
        name = hashlib.sha256(data).hexdigest()
        bodies = self.folder / "bodies"
        bodies.mkdir(exist_ok=True)
        (bodies / name).write_bytes(data)
        return {"sha256": name, "size": len(data)}

    def close(self) -> None:
        """Release the file."""
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def leaves_something(record: Path) -> bool:
    """Tell whether what a record says was sent may still lie on its server."""
    text = record.read_bytes().rstrip()
    return b'"event":"intent"' in text and b'"leftovers":0' not in text[text.rfind(b"\n") + 1 :]


def _free(folder: Path) -> Path:
    return next(path for n in count(1) if not (path := folder / f"run-{n}.jsonl").exists())
