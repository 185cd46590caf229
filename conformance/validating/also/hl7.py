"""HL7's own validator, started from its jar by its documented command line, without a terminology server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from conformance import jsontext
from conformance.definitions.shape import objects, part
from conformance.problem import Problem
from conformance.validating.also.opinion import Opinion, of_outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.model import Json
    from conformance.validating.also.asking import Question

PREFIX = "hl7:"
_VERSION = "4.0.1"
_MOST_FILES = 200  # at a time, which keeps the command line and the patience bounded
_SECONDS = 600.0
_FILE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file"
_KINDS = frozenset({"StructureDefinition", "ValueSet", "CodeSystem"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hl7:
    """The jar, the definitions that it is given, and the terminology server that it may ask, if any."""

    jar: Path
    java: str
    definitions: tuple[Json, ...] = ()
    terminology: str = "n/a"
    seconds: float = _SECONDS

    @property
    def name(self) -> str:
        """Return what a reader calls this validator."""
        return f"{PREFIX}{self.jar.name}"

    def opinions(self, questions: Sequence[Question]) -> Iterator[Opinion]:
        """Yield what the validator says of each resource; it is started once for many of them."""
        with TemporaryDirectory(prefix="dermconf-hl7-") as folder:
            guide = _written(self.definitions, Path(folder, "ig"))
            for first in range(0, len(questions), _MOST_FILES):
                some = questions[first : first + _MOST_FILES]
                yield from self._of_some(some, guide, Path(folder, f"outcome-{first}.json"))

    def _of_some(self, questions: Sequence[Question], guide: Path, output: Path) -> Iterator[Opinion]:
        log = output.with_suffix(".log")
        why_not = _run(self._command(questions, guide, output), log, self.seconds)
        said = {} if why_not else _outcomes(output, questions)
        silent = Opinion(why_not=why_not or _nothing_said(log))
        yield from (said.get(question.path.name, silent) for question in questions)

    def _command(self, questions: Sequence[Question], guide: Path, output: Path) -> list[str]:
        files = [str(question.path) for question in questions]
        # Its default is a public terminology server, to which codes would be sent.
        options = ["-version", _VERSION, "-tx", self.terminology, "-output", str(output)]
        return [self.java, "-jar", str(self.jar), *files, *options, "-ig", str(guide)]


def hl7(path: str, definitions: Iterable[Json], terminology: str | None) -> Hl7:
    """Return the validator of a jar; raises Problem where there is no such file, or no Java to run it."""
    jar = Path(path)
    if not jar.is_file():
        raise Problem(
            "no-jar", f"--also: there is no file '{path}'", hint="name the validator_cli.jar of HL7"
        )
    java = shutil.which("java")
    if java is None:
        raise Problem("no-java", "--also: HL7's validator needs java, and there is none on the PATH")
    return Hl7(
        jar=jar.absolute(),
        java=java,
        definitions=tuple(definitions),
        terminology=terminology or "n/a",
    )


def _written(definitions: Iterable[Json], folder: Path) -> Path:
    """Write the definitions into a folder; of several with the same URL and version, the first."""
    folder.mkdir()
    named: dict[tuple[str, str, str], Json] = {}
    for each in definitions:
        if each.get("resourceType") in _KINDS:
            named.setdefault((each["resourceType"], str(each.get("url")), str(each.get("version"))), each)
    for number, each in enumerate(named.values()):
        text = jsontext.dumps(each)
        (folder / f"{each['resourceType']}-{number}.json").write_text(text, encoding="utf-8")
    return folder


def _run(command: Sequence[str], log: Path, seconds: float) -> str:
    """Run a command to its end, or to that of our patience; return why it did not come to one."""
    with log.open("wb") as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - the jar that the user named
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )
        except OSError as error:
            return f"it could not be started: {error.strerror}"
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"it did not end within {seconds:g} seconds"
        finally:
            _end(process)
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started, if it has not ended."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _outcomes(output: Path, questions: Sequence[Question]) -> dict[str, Opinion]:
    """Return what the output says of each file: one OperationOutcome, or a Bundle of them."""
    try:
        value = jsontext.loads(output.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}
    entries = objects(value, "entry") if isinstance(value, dict) else []
    outcomes = [part(entry, "resource") for entry in entries] or [value]
    told = ((_file(outcome), of_outcome(outcome)) for outcome in outcomes)
    alone = questions[0].path.name if len(questions) == 1 else ""
    return {alone or file: opinion for file, opinion in told if opinion is not None}


def _file(outcome: Json) -> str:
    """Return the name of the file that an outcome is about, as an extension says it."""
    if not isinstance(outcome, dict):
        return ""
    named = (
        str(each.get("valueString")) for each in objects(outcome, "extension") if each.get("url") == _FILE
    )
    return next((Path(name).name for name in named), "")


def _nothing_said(log: Path) -> str:
    """Say that there is no outcome, with the last line that the validator wrote but for those of a trace."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    told = [line for line in lines if line.strip() and not line.startswith(("\t", " "))]
    last = f"; its last words: {told[-1].strip()}" if told else ""
    return f"it gave no OperationOutcome{last}"
