"""What the rules of the linter stand on: one row, what its names are, and what is known around it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.problem import Problem
from conformance.read.language import VERBS
from conformance.read.ownership import makers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.scene import Kind
    from conformance.model import Requirement, Scenario, Step
    from conformance.problem import Place
    from conformance.read.fixtures import Fixtures
    from conformance.read.parsing import Parsed
    from conformance.yamlfile import Tree


class What(Enum):
    """What a name stands for."""

    RESOURCE = "a resource"
    FOUND = "a discovered resource"
    KEPT = "a kept value"
    STEP = "a step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name of a scenario: what it is, the step that brings it (0: none), and where it is written."""

    name: str
    what: What
    since: int
    place: Place
    times: int = 1

    @property
    def ready(self) -> int:
        """Return the moment it can be used: a step counts two, its request and its checks."""
        return 2 * self.since + (0 if not self.since else 1 if self.what is What.RESOURCE else 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One row with everything that a rule may ask."""

    row: Parsed
    fixtures: Fixtures
    requirements: Mapping[str, Requirement]
    kinds: Mapping[str, Kind]
    names: Mapping[str, Name]
    types: Mapping[str, str]

    @property
    def scenario(self) -> Scenario:
        """Return the scenario of the row."""
        return self.row.scenario

    @classmethod
    def of(
        cls,
        row: Parsed,
        fixtures: Fixtures,
        requirements: Mapping[str, Requirement],
        kinds: Mapping[str, Kind],
    ) -> Ground:
        """Return the ground of a row."""
        names: dict[str, Name] = {}
        for name in named(row):
            names.setdefault(name.name, name)
        return cls(
            row=row,
            fixtures=fixtures,
            requirements=requirements,
            kinds=kinds,
            names=names,
            types=_types(row.scenario, fixtures),
        )

    def steps(self) -> Iterator[tuple[Step, Tree]]:
        """Return every step with its tree."""
        return zip(self.scenario.steps, self.row.tree.value["steps"].value, strict=True)

    def entries(self) -> Iterator[tuple[Step, Tree, Step]]:
        """Return every step and every entry in one, with its tree and the step that it belongs to."""
        for step, tree in self.steps():
            yield step, tree, step
            for entry, part in zip(
                step.entries, tree.value[step.verb].value if step.entries else (), strict=True
            ):
                yield entry, part, step


def _types(scenario: Scenario, fixtures: Fixtures) -> Mapping[str, str]:
    """Return the types of names as far as their fixtures can be read; another rule tells which cannot."""
    found = {}
    for name, file in reversed(list(makers(scenario))):
        try:
            found[name] = str(fixtures.body(file)["resourceType"])
        except Problem:
            continue
    return found | {each.name: each.type for each in scenario.discover if each.type in r4.resource_types()}


def named(row: Parsed) -> Iterator[Name]:
    """Return every name that a row defines, in order; a name that is defined twice comes twice."""
    scenario = row.scenario
    for given in scenario.given:
        yield Name(name=given.name, what=What.RESOURCE, since=0, place=given.place, times=given.times)
    for found in scenario.discover:
        yield Name(name=found.name, what=What.FOUND, since=0, place=found.place)
    known = {given.name for given in scenario.given} | {found.name for found in scenario.discover}
    for number, step in enumerate(scenario.steps):
        yield from _of_step(row, step, number, known)


def _of_step(row: Parsed, step: Step, number: int, known: set[str]) -> Iterator[Name]:
    for index, entry in enumerate((step, *step.entries)):
        if _makes(entry, known):
            known.add(entry.subject)
            path = (entry.verb,) if not index else (step.verb, index - 1, entry.verb)
            place = row.at("steps", number, *path)
            yield Name(name=entry.subject, what=What.RESOURCE, since=step.index, place=place)
    for name in step.keep:
        place = row.at("steps", number, "keep", name)
        yield Name(name=name, what=What.KEPT, since=step.index, place=place)
    if step.name:
        place = row.at("steps", number, "step")
        yield Name(name=step.name, what=What.STEP, since=step.index, place=place)


def _makes(step: Step, known: set[str]) -> bool:
    """Tell whether a step brings a new name: a create, or an update or validate of a file for a new one."""
    if not VERBS[step.verb].makes:
        return False
    return step.verb == "create" or (
        step.subject not in known and step.args.get("from", "server") != "server"
    )
