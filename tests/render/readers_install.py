"""Installs the readers that others wrote into a cache folder outside the tree, once for each set of pins."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

PINS = [Path(__file__).parent / "readers" / name for name in ("package.json", "package-lock.json")]
_SECONDS = 600
# What npm says when there is no way to the registry, as against a package that is not there.
_NO_WAY = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|EBADENGINE")


class Unreachable(Exception):  # noqa: N818 - a fact about the machine, not a defect
    """The readers cannot be had here: no Node.js of theirs, no Java, or no way to the registry."""


def installed() -> Path:
    """Return the folder `node_modules` that holds them: below `DERMCONF_READERS`, or the user's cache."""
    if lacking := [name for name in ("node", "npm", "java") if not shutil.which(name)]:
        raise Unreachable(f"not on this machine: {', '.join(lacking)}")
    named = os.environ.get("DERMCONF_READERS")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(named) if named else home / "dermconf-readers"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / hashlib.sha256(b"".join(pin.read_bytes() for pin in PINS)).hexdigest()[:12]
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder)
            (folder / "installed").touch()
    return folder / "node_modules"


def _make(folder: Path) -> None:
    folder.mkdir()
    for pin in PINS:
        shutil.copy(pin, folder)
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--engine-strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    said = done.stdout + done.stderr
    if done.returncode and _NO_WAY.search(said):
        raise Unreachable(said[-400:])
    assert done.returncode == 0, said[-2000:]
