"""A whole run from its settings: reads the scenarios, lets pytest play them, and returns the record."""

from __future__ import annotations

import os
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

from conformance import events, shipped
from conformance.items import Plan, Plugin
from conformance.model import GATES
from conformance.problem import Problem, did_you_mean
from conformance.read import folders
from conformance.read.loading import scenarios, surroundings
from conformance.run.admission import Admission
from conformance.run.opening import Asked
from conformance.run.recorder import Recorder
from conformance.run.session import Case, Session
from conformance.talk.client import Access, Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.confirming.given import Given
    from conformance.model import Json, Requirement, Target
    from conformance.read.loading import Loaded

_INI = Path(__file__).parent.parent / "pytest.ini"
# What pytest brings and no scenario needs; some of it takes longer at the end than the verdicts do.
_UNUSED = (
    *("cacheprovider", "terminal", "faulthandler", "logging", "skipping"),
    *("warnings", "unraisableexception", "threadexception"),
)
# A project around us may configure its own pytest; none of it is meant for these scenarios.
_FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG", "PYTEST_THEME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `dermconf run` was asked to do."""

    target: Target
    access: Access = field(default_factory=Access)
    paths: tuple[Path, ...] = ()
    expression: str = ""
    threads: int = 1
    packages: tuple[Path, ...] = ()
    accepted: Sequence[Json] = ()
    reports: Path = Path("reports")
    argv: tuple[str, ...] = ()
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A finished run: its record, its summary, and where an earlier record was kept that is still needed."""

    run: events.Run
    summary: Mapping[str, Json]
    kept: Path | None = None


def run(settings: Settings, tell: Callable[[int], Callable[[str, str, float], None]]) -> Done:
    """Play the suite; `tell(total)` gives what is told (name, verdict) as scenarios finish.

    Raises Problem where nothing can be begun: a path that is not there, a report folder in use, a selection
    that selects nothing.
    """
    with planned(settings, tell) as plan:
        code, said = _pytest(plan, settings)
        if not plan.begun:
            raise _nothing_begun(code, said, settings.expression)
        summary = plan.close()
    kept = plan.session.recorder.kept
    return Done(run=events.read(settings.reports / "run.jsonl"), summary=summary, kept=kept)


@contextmanager
def planned(settings: Settings, tell: Callable[[int], Callable[[str, str, float], None]]) -> Iterator[Plan]:
    """Give the plan of a run whose record is open: its session, and its cases by file."""
    loaded = list(scenarios(settings.paths))
    cases = [case for one in loaded for case in cases_of(one)]
    if not cases:
        where = ", ".join(map(str, settings.paths))
        raise Problem(
            "usage", f"there is no scenario in {where}", hint="scenarios are files that end in .yaml"
        )
    catalogue = _catalogue(settings.paths)
    _known_gates(settings.target.gates, catalogue)
    given = _given(settings.packages, catalogue)
    with Recorder(settings.reports) as recorder:
        session = Session(
            target=settings.target,
            client=Client(settings.target, settings.access, settings.stop),
            recorder=recorder,
            catalogue=_graded(catalogue, given),
            given=given,
            admission=Admission(variable=settings.access.credentials.source),
            asked=Asked(
                argv=settings.argv,
                paths=tuple(str(path) for path in settings.paths),
                expression=settings.expression,
                whole=not settings.paths and not settings.expression,
                threads=settings.threads,
                accepted=tuple(settings.accepted),
            ),
        )
        yield Plan(session, _by_file(loaded, cases), tell)


def _catalogue(paths: Sequence[Path]) -> Mapping[str, Requirement]:
    known = dict(surroundings(folders.root(paths[0]).resolve()).requirements) if paths else {}
    for path in paths[1:]:
        known |= surroundings(folders.root(path).resolve()).requirements
    return known or surroundings(folders.root(shipped.testcases()).resolve()).requirements


def _known_gates(gates: Sequence[str], catalogue: Mapping[str, Requirement]) -> None:
    """Raise Problem for a gate of a specification that nobody knows: it would open nothing."""
    specs = {requirement.spec for requirement in catalogue.values()}
    for gate in gates:
        spec = gate.partition("@")[0]
        if spec not in specs | set(GATES):
            hint = did_you_mean(spec, specs) or f"there are {', '.join(sorted(specs))}"
            raise Problem("usage", f"--gate: there is no specification '{spec}'", hint=hint)


def _given(packages: Sequence[Path], catalogue: Mapping[str, Requirement]) -> Given | None:
    if not packages:
        return None
    from conformance.confirming.given import read  # noqa: PLC0415 - few runs have a package

    return read(packages, catalogue)


def _graded(catalogue: Mapping[str, Requirement], given: Given | None) -> Mapping[str, Requirement]:
    if given is None:
        return catalogue
    from conformance.confirming.reading import graded  # noqa: PLC0415 - as above

    return graded(catalogue, given.standings)


def cases_of(one: Loaded) -> list[Case]:
    """Return the rows of a scenario file, or the one case of a file that cannot be read."""
    file = Path(one.file).resolve()
    if one.problems:
        return [Case(name=one.id, problems=one.problems, file=file)]
    return [Case(name=s.name, scenario=s, fixtures=one.fixtures, file=file) for s in one.scenarios]


def _by_file(loaded: Sequence[Loaded], cases: Sequence[Case]) -> dict[Path, list[Case]]:
    files: dict[Path, list[Case]] = {Path(one.file).resolve(): [] for one in loaded}
    for case in cases:
        files[case.file].append(case)
    return files


def _nothing_begun(code: int, said: str, expression: str) -> Problem:
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return Problem(
            "usage", f"-k '{expression}' selects no scenario", hint="see `dermconf list scenarios`"
        )
    if code == pytest.ExitCode.USAGE_ERROR and expression:
        hint = "names joined by and, or, not and parentheses, such as 'search and not paging'"
        return Problem("usage", f"-k '{expression}' is no expression", hint=hint)
    return Problem("bug", f"the scenarios could not be collected: {said}")


def _pytest(plan: Plan, settings: Settings) -> tuple[int, str]:
    """Let pytest collect, select and run the items; return how it ended and what it complained of."""
    arguments = [
        "-c",
        str(_INI),
        f"--rootdir={_INI.parent}",
        "--noconftest",
        "-s",
        *(option for name in _UNUSED for option in ("-p", f"no:{name}")),
        *("-k", settings.expression) * bool(settings.expression),
        # Folders rather than files: pytest would list a folder again for each file in it.
        *map(str, settings.paths or (shipped.testcases(),)),
    ]
    complaints = StringIO()
    with _own_environment(), redirect_stderr(complaints):
        code = pytest.main(arguments, plugins=[Plugin(plan)])
    return int(code), complaints.getvalue()


@contextmanager
def _own_environment() -> Iterator[None]:
    hidden = {name: os.environ.pop(name) for name in _FOREIGN if name in os.environ}
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.update(hidden)
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before
