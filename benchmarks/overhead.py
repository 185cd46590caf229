"""How much time dermconf takes beside what it sends: a whole run over a bare replay of its requests."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import requests

from conformance.run.embedded import embedded

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 300


def main() -> None:
    """Print both times, their ratio, and exchanges a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("paths", nargs="*", help="scenarios; without any, the whole suite")
    asked = parser.parse_args()
    rounds = [measured(asked.paths) for _ in range(asked.rounds)]
    exchanges = rounds[0][2]
    whole, bare = (median(times) for times in list(zip(*rounds, strict=True))[:2])
    # The two of one round are neighbours in time, so that a busy machine slows both.
    ratios = sorted(one[0] / one[1] for one in rounds)
    print(f"exchanges              {exchanges}")
    print(f"dermconf run           {whole:.3f} s, {exchanges / whole:.0f} a second")
    print(f"bare requests.Session  {bare:.3f} s, {exchanges / bare:.0f} a second")
    print(f"ratio                  {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def measured(paths: Sequence[str]) -> tuple[float, float, int]:
    """Return the seconds of one run and of its replay, each against a fresh server, and the exchanges."""
    with tempfile.TemporaryDirectory() as folder, embedded(seed=True) as base:
        command = [
            sys.executable,
            "-m",
            "conformance",
            "run",
            "--target",
            base,
            "--report-dir",
            folder,
            *paths,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        events = [json.loads(line) for line in (Path(folder) / "run.jsonl").read_text().splitlines()]
    sent = [event for event in events if event["event"] == "exchange"]
    if len(sent) < LEAST:
        sys.exit(f"{len(sent)} exchanges: too few to say anything; {LEAST} are needed")
    whole = (events[-1]["ms"] - events[0]["ms"]) / 1000 - asleep(events)
    with embedded(seed=True) as fresh:
        return whole, replayed(sent, base, fresh), len(sent)


def asleep(events: Sequence[dict[str, Any]]) -> float:
    """Return the seconds for which the run waited on purpose, between two polls of one step."""
    return sum(event["waited"] for event in events if event["event"] == "clock") / 1000


def replayed(sent: Sequence[dict[str, Any]], base: str, fresh: str) -> float:
    """Send the same requests to a fresh server and return the seconds; its ids are the same every time."""
    moved = [moved_request(event["request"], base, fresh) for event in sent]
    expected = [event["attempts"][-1]["status"] for event in sent]
    with requests.Session() as session:
        session.trust_env = False
        started = time.perf_counter()
        answered = [session.request(**each).status_code for each in moved]
        seconds = time.perf_counter() - started
    unlike = sum(a != b for a, b in zip(answered, expected, strict=True))
    if unlike:
        sys.exit(f"{unlike} answers have another status than in the run: nothing is compared")
    return seconds


def moved_request(request: dict[str, Any], base: str, fresh: str) -> dict[str, Any]:
    """Return a recorded request as one to another server."""
    body = request["body"]
    return {
        "method": request["method"],
        "url": request["url"].replace(base, fresh),
        "headers": request["headers"],
        "data": body.replace(base, fresh).encode() if body else None,
        "allow_redirects": False,
    }


if __name__ == "__main__":
    main()
