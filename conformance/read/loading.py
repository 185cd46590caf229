"""Reads scenario files from disk, each with everything that is amiss with it; never stops at a bad one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from conformance import catalogue, shipped
from conformance.checks import KINDS
from conformance.problem import Place, Problem, Problems
from conformance.read import folders, lint
from conformance.read.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from conformance.model import Requirement, Scenario
    from conformance.read.fixtures import Fixtures


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One scenario file: its rows, or what keeps it from being run; warnings keep it from nothing."""

    file: str
    id: str
    scenarios: tuple[Scenario, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    fixtures: Fixtures


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The fixtures and requirements that the scenarios of one folder may use."""

    fixtures: Fixtures
    requirements: Mapping[str, Requirement]


def scenarios(paths: Iterable[Path] = (), folder: Path | None = None) -> Iterator[Loaded]:
    """Return every scenario file below the paths (none: the shipped ones), judged with all that surrounds it.

    `folder` is what ids are told from; without it, the `testcases` folder above a file, else the path's own.
    Raises Problem or Problems only for a path that is not there, or for clashing fixtures or requirements.
    """
    for path in list(paths) or [shipped.testcases()]:
        base = folder or folders.root(path)
        around = surroundings(base.resolve())
        for file in folders.files([path]):
            yield _loaded(file, base, around)


@cache
def surroundings(folder: Path) -> Surroundings:
    """Return the fixtures and requirements for the scenarios of a folder: the user's own and the shipped."""
    own = folders.catalogue(folder)
    requirements = catalogue.load(own) if own else catalogue.requirements()
    return Surroundings(folders.fixtures(folder), requirements)


def _loaded(file: Path, folder: Path, around: Surroundings) -> Loaded:
    name, id_ = folders.shown(file), folders.identifier(file, folder)
    try:
        text = _text(file, name)
    except Problem as problem:
        return Loaded(file=name, id=id_, problems=(problem,), fixtures=around.fixtures)
    return examined(text, name, id=id_, around=around)


def examined(text: str, file: str, *, id: str, around: Surroundings) -> Loaded:  # noqa: A002 - the model's word
    """Return a scenario's text with everything that is amiss with it, judged by what surrounds it."""
    try:
        rows = parsed(text, file, id=id, kinds=KINDS)
    except Problems as refused:
        return Loaded(file=file, id=id, problems=refused.problems, fixtures=around.fixtures)
    problems = tuple(lint.complaints(rows, around.fixtures, around.requirements, KINDS))
    return Loaded(
        file=file,
        id=id,
        scenarios=() if problems else tuple(row.scenario for row in rows),
        problems=problems,
        warnings=tuple(lint.warnings(rows)),
        fixtures=around.fixtures,
    )


def _text(file: Path, name: str) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("yaml", f"byte {error.start} is not UTF-8", place=Place(name)) from None
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise Problem("unreadable", message, place=Place(name)) from None
