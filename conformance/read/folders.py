"""Finds scenario files, the folder that names them, and the fixtures and requirements beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import shipped
from conformance.problem import Place, Problem
from conformance.read.fixtures import Fixtures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIXES = (".yaml", ".yml")


def root(path: Path) -> Path:
    """Return the folder against which a scenario's id is told: `testcases` above it, else its own folder."""
    whole = path.resolve()
    for folder in (whole, *whole.parents):
        if folder.name == "testcases" and folder.is_dir():
            return folder
    return whole if whole.is_dir() else whole.parent


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Return the scenario files of some files and folders, in order of name, each once."""
    seen: set[Path] = set()
    for path in paths:
        for file in _below(path):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _below(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    if path.is_file():
        return [path]
    raise Problem("no-such-path", "there is no such file or folder", place=Place(str(path)))


def identifier(file: Path, folder: Path) -> str:
    """Return a scenario's id: its path under the folder, without suffix."""
    return file.resolve().relative_to(folder.resolve()).with_suffix("").as_posix()


def shown(file: Path) -> str:
    """Return a path as messages show it: from where the user stands, if it lies there."""
    whole = file.resolve()
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


@cache
def fixtures(folder: Path) -> Fixtures:
    """Return the fixtures for the scenarios of a folder: those beside it, and the shipped ones."""
    return Fixtures(_with_shipped(folder, "fixtures", shipped.fixtures()))


def catalogue(folder: Path) -> Path | None:
    """Return the user's own requirements beside a folder of scenarios, if there are any."""
    own = folder.resolve().parent / "catalogue"
    return own if own.is_dir() and any(own.glob("*.yaml")) else None


def _with_shipped(folder: Path, name: str, last: Path) -> tuple[Path, ...]:
    own = folder.resolve().parent / name
    places = dict.fromkeys([own, last.resolve()])
    return tuple(place for place in places if place.is_dir())
