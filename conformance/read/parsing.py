"""Turns the text of one scenario file into its rows; touches neither disk nor fixtures nor catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import yamlfile
from conformance.problem import Place, Problem, Problems
from conformance.read import building, structure
from conformance.read.rows import unfolded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.checks.scene import Kind
    from conformance.model import Scenario
    from conformance.yamlfile import Tree


@dataclass(frozen=True, slots=True)
class Parsed:
    """One row as a scenario, beside the tree that it was read from."""

    scenario: Scenario
    tree: Tree

    def at(self, *path: str | int) -> Place:
        """Return the place of the part that stands nearest to this path."""
        return self.tree.at(*path)


def parsed(text: str, file: str, *, id: str, kinds: Mapping[str, Kind]) -> list[Parsed]:  # noqa: A002 - the model's word
    """Return the rows of a scenario file; raises Problems with every fault in its structure."""
    try:
        tree = yamlfile.load(text, file)
    except Problem as problem:
        raise Problems([problem]) from None
    if not isinstance(tree.value, dict):
        raise Problems([Problem("shape", "a scenario is a map of keys", place=Place(file, 1, 1))])
    rows = unfolded(tree)
    problems = list(once(problem for row in rows for problem in structure.scenario(row.tree, kinds)))
    if problems:
        raise Problems(sorted(problems, key=by_place))
    return [
        Parsed(building.scenario(row, id=id, file=file, text=text, kinds=kinds), row.tree) for row in rows
    ]


def once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Return the complaints without those that another row made already."""
    seen = set()
    for problem in problems:
        key = (problem.place, problem.message)
        if key not in seen:
            seen.add(key)
            yield problem


def by_place(problem: Problem) -> tuple[int, int]:
    """Return where a complaint stands in its file, to sort by."""
    return problem.place.line, problem.place.column
