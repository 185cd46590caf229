"""How soon the page of the whole suite paints in headless Chromium, and how large it is."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

import browser_parts  # noqa: E402 - it lies with the tests that use the same browser


def page(folder: Path) -> Path:
    """Return the page of a run of the whole suite against the reference server."""
    command = [sys.executable, "-m", "conformance", "run", "--report-dir", str(folder), "--formats", "html"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder / "report.html"


def paints(file: Path, times: int, width: int) -> list[float]:
    """Return the milliseconds from navigation to the first paint with content, each in a fresh context."""
    visits = [{"file": str(file), "width": width, "paint": True}] * times
    environ = {"BROWSER": str(browser_parts.chromium()), "BROWSER_PARTS": str(browser_parts.folder())}
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "browser" / "look.cjs")],  # noqa: S607 - from the path
        input=json.dumps(visits),
        env={**os.environ, **environ},
        check=True,
        capture_output=True,
        text=True,
    )
    return [saw["paint"] for saw in json.loads(done.stdout)]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--page", type=Path, help="another report.html instead")
    given = parser.parse_args()
    if missing := browser_parts.missing():
        sys.exit(f"not here: {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        file = given.page.resolve() if given.page else page(Path(folder))
        print(f"size             {file.stat().st_size / 1e6:.1f} MB (aim: at most 5)")
        for name, width in (("laptop", 1280), ("phone", 375)):
            took = paints(file, given.times, width)
            print(
                f"first paint      {name}: {median(took):.0f} ms, from {min(took):.0f} to {max(took):.0f} "
                "(aim: at most 1000)"
            )


if __name__ == "__main__":
    main()
