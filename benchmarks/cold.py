"""How long a person waits: the start, one scenario, the whole suite, by the clock on the wall."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from statistics import median

# What is measured, with the seconds that it should stay below.
MEASURED = (
    ("--version", 0.3, ["--version"]),
    ("one scenario", 1.5, ["run", "-k", "profile/ai-prediction-round-trip"]),
    ("whole suite", 15.0, ["run"]),
)


def main() -> None:
    """Print the median of some rounds of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    for name, limit, arguments in MEASURED:
        seconds = median(took(arguments) for _ in range(asked.rounds))
        print(
            f"{name:<14} {seconds:6.2f} s   at most {limit} s   {'held' if seconds <= limit else 'EXCEEDED'}"
        )


def took(arguments: list[str]) -> float:
    """Return the seconds of one call, with its reports in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [sys.executable, "-m", "conformance", *arguments]
        where = ["--report-dir", folder] if arguments[0] == "run" else []
        subprocess.run([*command, *where], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started


if __name__ == "__main__":
    main()
