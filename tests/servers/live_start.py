"""Starts the servers that others wrote, on loopback and a free port, and stops them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import live_install

from conformance import packages
from conformance.definitions.packages import load
from conformance.definitions.structures import Definitions

_PATIENCE = 60.0
# HAPI reads all of FHIR and makes 150 tables before it answers.
_PATIENCE_WITH_HAPI = 180.0
# A server that lives for minutes is quicker with the compiler that is quick itself.
_JAVA = ("-Xmx1500m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
TOKEN = "dermconf-right-token"  # noqa: S105 - of a server on loopback that lives for one test


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def sekmet(folder, **settings):
    """SEKMET with a database in a folder of its own, and without its simulator, which writes by itself."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/fhir"
    told = {"base_url": base, "host": "127.0.0.1", "port": port, "simulator": {"enabled": False}, **settings}
    # JSON is YAML, as far as its reader is concerned.
    (folder / "settings.yaml").write_text(json.dumps({**told, "data_dir": str(folder / "data")}))
    command = [live_install.environment("sekmet") / "bin/sekmet", "serve", "--host", "127.0.0.1"]
    with serving([*command, "--port", str(port)], folder, f"{base}/metadata", SEKMET_CONFIG="settings.yaml"):
        yield base


@contextmanager
def medplum(folder, profiles=None):
    """Medplum's router and in-memory repository behind `medplum/server.cjs`; with profiles it validates."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/fhir"
    told = []
    if profiles is not None:
        told = [folder / "profiles.json"]
        told[0].write_text(json.dumps(profiles, default=float), encoding="utf-8")
    command = [live_install.node(), live_install.medplum() / "server.cjs", str(port), *told]
    with serving(command, folder, f"{base}/Patient"):
        yield base


def medplum_validating(folder):
    """Medplum that refuses to write what its validator finds wrong by R4."""
    return medplum(folder, profiles=[])


def medplum_profiled(folder):
    """Medplum that refuses what its validator finds wrong by R4 and the dermatology profiles."""
    package = load(packages.folder("dermatology"))
    urls = [one["url"] for one in package.resources if one["resourceType"] == "StructureDefinition"]
    known = Definitions([package])
    return medplum(folder, profiles=[known.structure(url) for url in urls])


@contextmanager
def fhirsnake(folder):
    """Fhirsnake over an empty folder of resources."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    (folder / "resources").mkdir()
    home = live_install.environment("fhirsnake")
    app = next(home.glob("lib/python*/site-packages/fhirsnake"))
    command = [home / "bin/uvicorn", "--app-dir", app, "--host", "127.0.0.1", "--port", str(port), "main:app"]
    with serving(command, folder, f"{base}/Patient"):
        yield base


@contextmanager
def hapi(folder, *, knows_its_base: bool = False):
    """HAPI's JPA server over H2 in memory, its settings as HAPI has them but for the one that is named."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/fhir"
    home = live_install.hapi()
    path = os.pathsep.join([str(home / "build/classes"), f"{home / 'lib'}{os.sep}*"])
    told = [f"-Down.base={base}"] if knows_its_base else []
    command = ["java", *_JAVA, *told, "-cp", path, "dermconf.Server", str(port)]
    with serving(command, folder, f"{base}/metadata", patience=_PATIENCE_WITH_HAPI):
        yield base


@contextmanager
def serving(command, folder, ready: str, *, patience: float = _PATIENCE, grace: float = 5.0, **environ: str):
    """Run a server until the context ends; it is ready when a URL is answered, whatever the answer.

    It gets `grace` seconds to end by itself.
    """
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **environ},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            _wait(process, ready, folder, patience)
            yield
        finally:
            process.terminate()
            try:
                process.wait(grace)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process, url: str, folder, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    message = f"the server did not start: {(folder / 'server.log').read_text(errors='replace')[-2000:]}"
    raise AssertionError(message)
