"""Which scenarios test which requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance import catalogue
from conformance.read import folders
from conformance.read.loading import scenarios, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from conformance.model import Requirement


def requirements(paths: Iterable[Path] = ()) -> Mapping[str, Requirement]:
    """Return the shipped requirements, and those that come with the scenarios of the paths."""
    found = dict(catalogue.requirements())
    for path in paths:
        found.update(surroundings(folders.root(path)).requirements)
    return found


def naming(paths: Iterable[Path] = ()) -> Mapping[str, list[str]]:
    """Return the scenarios (without rows) whose checks name each requirement."""
    by: dict[str, list[str]] = {}
    for loaded in scenarios(paths):
        for id_ in dict.fromkeys(name for scenario in loaded.scenarios for name in scenario.requirements):
            by.setdefault(id_, []).append(loaded.id)
    return by
