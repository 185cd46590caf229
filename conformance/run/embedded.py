"""Starts the embedded reference server in a process of its own, on loopback, and stops it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.definitions.release import R4, RELEASES
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE = 20.0


@contextmanager
def embedded(*, seed: bool = True, meanwhile: Callable[[], object] | None = None) -> Iterator[str]:
    """Give the base URL of a fresh reference server as long as the context lasts.

    `meanwhile` is called while the server starts: there is time for what the caller needs anyway.
    """
    command = [*_dermconf(), "serve", "--with-stdin", "--port", "0", *(["--seed"] if seed else [])]
    # A session of its own: an interrupt at the terminal must not take the server away before cleanup. And
    # a pipe that nobody writes to: it ends with this process, however that ends, and the server with it.
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            if meanwhile is not None:
                meanwhile()
            yield _address(process)
        finally:
            # Its data is in memory and nobody else's: there is nothing to end in good order.
            process.kill()


def versions(base: str) -> dict[str, str]:
    """Return the bases of other releases beside a base of the reference server, by release."""
    above = base.removesuffix("/fhir")
    return {name: f"{above}/{name.lower()}/fhir" for name in RELEASES if name != R4}


def _dermconf() -> list[str]:
    """Return the command line of this very dermconf; nothing that lies in the working folder is imported."""
    start = "import sys; sys.path.append(sys.argv.pop(1)); from conformance.cli import main; main()"
    return [sys.executable, "-P", "-c", start, str(Path(__file__).parents[2])]


def _address(process: subprocess.Popen[str]) -> str:
    """Return the first line that the server prints: its base URL."""
    if process.stdout is None:
        raise Problem("embedded", "the embedded server has no output")
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if select.select([process.stdout], [], [], 0.2)[0]:
            line = process.stdout.readline().strip()
            if line:
                return line
    ended = f" (exit {process.returncode})" if process.returncode is not None else ""
    raise Problem(
        "embedded",
        f"the embedded server did not start{ended}",
        hint=f"see what it says: {os.path.basename(sys.executable)} -m conformance serve --port 0",  # noqa: PTH119 - a name to show
    )
