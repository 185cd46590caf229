"""What a scenario's text alone does not show to be wrong: judged with its fixtures, the catalogue and R4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions.release import release
from conformance.read.lint import bodies, names, paths, promises, requests, retrieving, searches, uses
from conformance.read.lint.ground import Ground
from conformance.read.parsing import by_place, once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.checks.scene import Kind
    from conformance.model import Requirement
    from conformance.problem import Problem
    from conformance.read.fixtures import Fixtures
    from conformance.read.parsing import Parsed

__all__ = ["complaints", "warnings"]

_RULES: tuple[Callable[[Ground], Iterator[Problem]], ...] = (
    names.defined,
    uses.used,
    bodies.built,
    requests.sent,
    retrieving.named,
    searches.searched,
    paths.compiled,
    promises.promised,
)


def complaints(
    rows: Sequence[Parsed],
    fixtures: Fixtures,
    requirements: Mapping[str, Requirement],
    kinds: Mapping[str, Kind],
) -> list[Problem]:
    """Return every fault of the rows of one file, in the order of their places."""
    grounds = [Ground.of(row, fixtures, requirements, kinds) for row in rows]
    found = [problem for ground in grounds for problem in _of(ground)]
    found += promises.kept(rows, requirements)
    return sorted(once(found), key=by_place)


def _of(ground: Ground) -> list[Problem]:
    with release(ground.scenario.fhir):
        return [problem for rule in _RULES for problem in rule(ground)]


def warnings(rows: Sequence[Parsed]) -> list[Problem]:
    """Return what an author should think about, and may leave as it is."""
    return list(once(problem for row in rows for problem in searches.asked(row)))
