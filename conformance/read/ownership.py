"""Who owns what: which entry of a scenario a `Type/id` in a fixture means, and in which order to create."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.problem import Problem
from conformance.read.fixtures import changed, is_literal, references
from conformance.read.lookups import well_formed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.model import Given, Json, Scenario, Step
    from conformance.read.fixtures import Fixtures


def makers(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Return (name, fixture) of everything that a scenario makes, in the order of making."""
    for given in scenario.given:
        yield given.name, given.file
    for step in scenario.steps:
        for entry in (step, *step.entries):
            file = entry.args.get("from", "")
            if entry.verb in {"create", "update"} and file and file != "server":
                yield entry.subject, file


def owners(scenario: Scenario, fixtures: Fixtures) -> Mapping[str, str]:
    """Return which name owns each `Type/id`: the first entry that was made from its file."""
    owned: dict[str, str] = {}
    for name, file in makers(scenario):
        if "{{" not in file:
            owned.setdefault(fixtures.owned(file), name)
    owned.pop("", None)
    return owned


def ordered(scenario: Scenario, fixtures: Fixtures) -> tuple[Given, ...]:
    """Return the `given` entries so that each follows what it refers to; raises Problem for a cycle."""
    owned = owners(scenario, fixtures)
    by_name = {given.name: given for given in scenario.given}
    done: dict[str, Given] = {}

    def visit(given: Given, above: tuple[str, ...]) -> None:
        if given.name in above:
            raise _cycle(given, above)
        if given.name not in done:
            for name in _needed(given, fixtures, owned):
                if name in by_name:
                    visit(by_name[name], (*above, given.name))
            done[given.name] = given

    for given in scenario.given:
        visit(given, ())
    return tuple(done.values())


def _cycle(given: Given, above: Sequence[str]) -> Problem:
    ring = " → ".join([*above[above.index(given.name) :], given.name])
    hint = "make them in one `transaction`, which may refer in a circle"
    return Problem("cycle", f"these entries refer to each other: {ring}", place=given.place, hint=hint)


def _needed(given: Given, fixtures: Fixtures, owned: Mapping[str, str]) -> Iterable[str]:
    body = fixtures.body(given.file)
    if given.set or given.drop:
        body = changed(body, given.set, given.drop)
    named = [owned[text] for _at, text in references(body) if text in owned and is_literal(text)]
    return dict.fromkeys([*named, *names_in(given.set)])


def names_in(value: Json) -> Iterator[str]:
    """Return the names that the look-ups of a JSON value speak of."""
    if isinstance(value, str):
        yield from (look.name for look in well_formed(value))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from names_in(key)
            yield from names_in(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from names_in(part)


def bodies(step: Step) -> Iterator[Step]:
    """Return the step and its entries that bring a fixture."""
    for entry in (step, *step.entries):
        if entry.args.get("from", "server") != "server":
            yield entry
