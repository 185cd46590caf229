"""Pages of real runs, and a browser to look at them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import browser_parts
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_SECONDS = 240
# The samples of hostile servers are those that the pages are drawn from in other tests.
sys.path.append(str(HERE.parent / "render"))


@pytest.fixture(scope="session")
def look():
    """Return a function that visits pages in Chromium; CI must not overlook that there is none."""
    if missing := browser_parts.missing():
        message = f"NOT LOOKED AT: not here: {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    environ = {"BROWSER": str(browser_parts.chromium()), "BROWSER_PARTS": str(browser_parts.folder())}

    def visits(*wanted):
        done = subprocess.run(
            ["node", HERE / "look.cjs"],
            input=json.dumps(wanted, default=str),
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return visits


def dermconf(*arguments):
    """Run a command of the tool to its end."""
    command = [sys.executable, "-m", "conformance", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False)
    return done.returncode


@contextmanager
def serving():
    """Give the root of a reference server with sample data, on a free port."""
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", "--seed"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield server.stdout.readline().strip().removesuffix("/fhir")
    finally:
        server.terminate()
        server.wait(timeout=10)
        server.stdout.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """Return the pages of runs that failed, lacked something or gave no verdict, and of a proof."""
    home = tmp_path_factory.mktemp("pages")
    with serving() as root:
        runs = {
            "nonconformant": (1, "--target", f"{root}/faults/prediction-final/fhir"),
            "incomplete": (3, "--target", f"{root}/faults/annotations-refused/fhir", "-k", "annotation"),
            "error": (4, "--target", "http://127.0.0.1:9/fhir"),
        }
        for name, (code, *arguments) in runs.items():
            assert dermconf("run", "--report-dir", home / name, "--formats", "html", *arguments) == code
    proof = ("prove", "--fault", "prediction-final", "--fault", "no-location", "--report-dir", home / "proof")
    assert dermconf(*proof) == 0
    return {
        **{name: home / name / "report.html" for name in runs},
        "proof": home / "proof" / "kill-matrix.html",
    }
