"""The reference server beside one that others wrote: exchanges a second, plainly and under dermconf.

`python benchmarks/peer.py VENV`, where VENV is a virtual environment with sekmet-fhir installed.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import requests
from overhead import asleep

from conformance.run.embedded import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENTS = 100
SETTINGS = "base_url: {base}\nsimulator:\n  enabled: false\n"


def main() -> None:
    """Print the figures of both servers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("venv", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    for name, server in (("reference server", embedded), ("sekmet-fhir", lambda: sekmet(asked.venv))):
        plainly, tested = zip(*(figures(server) for _ in range(asked.rounds)), strict=True)
        print(f"{name:<16}  bare session {median(plainly):4.0f}/s   dermconf run {median(tested):4.0f}/s")


def figures(server) -> tuple[float, float]:  # noqa: ANN001 - a context manager without arguments
    """Return the exchanges a second of a bare session and of a whole run."""
    with server() as base:
        plainly = bare(base)
    with server() as base, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "conformance", "run", "--target", base, "--report-dir", folder]
        # A server that others wrote may fail; how fast it answers is all that is asked here.
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        events = [json.loads(line) for line in (Path(folder) / "run.jsonl").read_text().splitlines()]
    sent = sum(event["event"] == "exchange" for event in events)
    return plainly, sent / ((events[-1]["ms"] - events[0]["ms"]) / 1000 - asleep(events))


def bare(base: str) -> float:
    """Create, read and find some patients, and return the exchanges a second."""
    headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(headers)
        started = time.perf_counter()
        for number in range(PATIENTS):
            body = {"resourceType": "Patient", "name": [{"family": f"Invented{number}"}]}
            made = session.post(f"{base}/Patient", json=body)
            made.raise_for_status()
            id_ = made.headers["Location"].split("/Patient/")[1].split("/")[0]
            session.get(f"{base}/Patient/{id_}").raise_for_status()
            session.get(f"{base}/Patient", params={"_id": id_}).raise_for_status()
        return 3 * PATIENTS / (time.perf_counter() - started)


@contextmanager
def sekmet(venv: Path) -> Iterator[str]:
    """Give the base URL of a fresh sekmet-fhir, as long as the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}/fhir"
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "settings.yaml"
        settings.write_text(SETTINGS.format(base=base))
        command = [venv / "bin/sekmet", "serve", "--host", "127.0.0.1", "--port", str(port)]
        with (
            Path(folder, "log").open("w") as log,
            subprocess.Popen(
                command,
                cwd=folder,
                env=os.environ | {"SEKMET_CONFIG": str(settings)},
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                ready(base)
                yield base
            finally:
                process.terminate()


def ready(base: str) -> None:
    """Wait until a server answers."""
    for _ in range(150):
        try:
            if requests.get(f"{base}/metadata", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    sys.exit(f"{base} did not answer")


if __name__ == "__main__":
    main()
