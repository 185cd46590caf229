"""Runs the tool against a server the way a person does, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SECONDS = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run: its exit code, what it printed, its folder."""

    exit: int
    said: str
    folder: Path

    @property
    def record(self) -> Path:
        return self.folder / "run.jsonl"

    @property
    def summary(self) -> dict:
        return json.loads((self.folder / "summary.json").read_text())

    def events(self, kind: str) -> list[dict]:
        found = (json.loads(line) for line in self.record.read_text().splitlines())
        return [event for event in found if event["event"] == kind]


def dermconf(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the tool to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def command(*arguments: object) -> list[str]:
    """Return the command line of a command of the tool."""
    return [sys.executable, "-m", "conformance", *map(str, arguments)]


def suite(base: str, folder: Path, *options: object, **environ: str) -> Ran:
    """Run the whole suite, or what the options leave of it, against a server."""
    done = dermconf("run", "--target", base, "--report-dir", folder, "--formats", "json", *options, **environ)
    return Ran(exit=done.returncode, said=done.stdout + done.stderr, folder=folder)
