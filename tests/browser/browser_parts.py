"""Where the parts lie that tests/browser looks through, and which of them are missing here."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

HERE = Path(__file__).parent
PINS = ("package.json", "package-lock.json")


def folder() -> Path:
    """Return the folder that `install` installs into: beside the servers that others wrote."""
    named = os.environ.get("DERMCONF_TARGETS")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    said = b"".join((HERE / name).read_bytes() for name in PINS)
    cache = Path(named) if named else home / "dermconf-targets"
    return cache / f"browser-{hashlib.sha256(said).hexdigest()[:12]}"


def chromium() -> str | None:
    """Return the path of Chromium, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def missing() -> list[str]:
    """Return what is not here, in words."""
    parts = {
        "chromium": chromium() is not None,
        "node": shutil.which("node") is not None,
        "playwright-core and axe-core (tests/browser/install)": (folder() / "installed").exists(),
    }
    return [name for name, there in parts.items() if not there]


if __name__ == "__main__":
    print(folder())  # noqa: T201 - the answer of a script
