"""Plays scenarios in a process of its own, as a person does, and says what that took."""

import subprocess
import sys
import time
from dataclasses import dataclass

from playing import ALL, ROOT


@dataclass(frozen=True)
class Peak:
    """What a run took, and how it ended."""

    megabytes: float
    seconds: float
    exit: int
    out: str


# What a process took before it became another program counts as taken by that: so a small one stands between.
_BETWEEN = """
import os, sys
if (child := os.fork()) == 0:
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
_, status, usage = os.wait4(child, 0)
print("peak", usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def measured(target, folder, *paths, timeout="1", options=()):
    """Run scenario files against a target with every report; the peak is that of the process alone."""
    command = ["-m", "conformance", "run", *map(str, paths), "--target", target, *options]
    more = ["--timeout", timeout, "--formats", ",".join(ALL), "--report-dir", str(folder)]
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", _BETWEEN, *command, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        cwd=ROOT,
    )
    seconds = time.monotonic() - began
    out, _, told = ended.stdout.decode(errors="replace").rpartition("peak ")
    kilobytes, code = told.split()
    return Peak(int(kilobytes) / 1024, seconds, int(code), out)
