"""HAPI's FhirInstanceValidator in one JVM: built once into a cache folder, asked line by line, offline."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROJECT = Path(__file__).parent / "hapi"
_SECONDS = 900
_MEMORY = "-Xmx1500m"
# What Maven says when there is no way to its repository, as against a package that is not there.
_NO_WAY = re.compile(
    r"UnknownHostException|Unknown host|Temporary failure in name resolution|Connection refused"
    r"|Connect(ion)? timed out|Network is unreachable|No route to host|in offline mode"
)


class Unreachable(Exception):  # noqa: N818 - a fact about the machine, not a defect
    """HAPI cannot be had here: no Java, no Maven, or no way to Maven Central."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What HAPI says of one text: `valid` is None where it could not judge it."""

    valid: bool | None
    micros: int
    errors: tuple[str, ...]


class Hapi:
    """A running validator."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def judge(self, text: str, profiles: Iterable[str] = ()) -> Judgement:
        """Return what HAPI says of the text of a resource."""
        asked, answers = self._process.stdin, self._process.stdout
        asked.write(json.dumps({"profiles": list(profiles), "text": text}) + "\n")
        asked.flush()
        answer = json.loads(answers.readline())
        messages = answer.get("messages", ())
        errors = tuple(
            f"{m['at']}: {m['message']} [{m['id']}]" for m in messages if m["severity"] in ("error", "fatal")
        )
        return Judgement(valid=answer["valid"], micros=answer["micros"], errors=errors)


@contextmanager
def running(definitions: Iterable[object], resources: Iterable[object] = ()) -> Iterator[Hapi]:
    """Give a validator that knows some definitions, and some resources that references may lead to."""
    home = built()
    with TemporaryDirectory() as folder:
        files = Path(folder, "definitions.ndjson"), Path(folder, "resources.ndjson")
        for file, values in zip(files, (definitions, resources), strict=True):
            file.write_text("".join(f"{json.dumps(value, default=float)}\n" for value in values), "utf-8")
        path = os.pathsep.join([str(home / "build/classes"), f"{home / 'lib'}{os.sep}*"])
        command = ["java", _MEMORY, "-cp", path, "dermconf.Oracle", *map(str, files)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as process:
            try:
                yield Hapi(process)
            finally:
                process.terminate()


def built() -> Path:
    """Return the folder of the built validator, making it on first use; one process at a time."""
    sources = sorted(path for path in PROJECT.rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    folder = cache() / f"hapi-{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (cache() / "hapi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder)
            (folder / "installed").touch()
    return folder


def cache() -> Path:
    """Return the folder that oracles are built into: `DERMCONF_ORACLES`, or the user's cache."""
    named = os.environ.get("DERMCONF_ORACLES")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else home / "dermconf-oracles"


def _make(folder: Path) -> None:
    if not (shutil.which("java") and shutil.which("mvn")):
        raise Unreachable("java and mvn are needed")
    pom = str(PROJECT / "pom.xml")
    done = subprocess.run(
        ["mvn", "-B", "-q", "-f", pom, f"-Doracle.home={folder}", "compile"],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    said = done.stdout + done.stderr
    if done.returncode and _NO_WAY.search(said):
        raise Unreachable(said[-400:])
    assert done.returncode == 0, said[-2000:]
