"""Fixtures are there, their changes fit, and whatever they refer to is owned by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance import pointer
from conformance.problem import Problem
from conformance.read.fixtures import changed, is_literal, references
from conformance.read.ownership import ordered, owners

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json
    from conformance.problem import Place
    from conformance.read.lint.ground import Ground
    from conformance.yamlfile import Tree


def built(ground: Ground) -> Iterator[Problem]:
    """Return what is amiss with the bodies that a row sends."""
    problems = list(_each(ground))
    yield from problems
    if not problems:
        try:
            ordered(ground.scenario, ground.fixtures)
        except Problem as problem:
            yield problem


def _each(ground: Ground) -> Iterator[Problem]:
    owned = _owned(ground)
    for given in ground.scenario.given:
        tree = ground.row.tree.find("given", given.name)
        yield from _body(ground, tree, given.file, (given.set, given.drop), owned, by=0)
    for entry, tree, step in ground.entries():
        put, drop, file = entry.args.get("set", {}), entry.args.get("drop", ()), entry.args.get("from", "")
        if file and file != "server":
            by = step.index if step.entries else step.index - 1
            yield from _body(ground, tree, file, (put, drop), owned, by=by)


def _owned(ground: Ground) -> Mapping[str, str] | None:
    """Return who owns what; None where a fixture that cannot be read leaves that open."""
    try:
        return owners(ground.scenario, ground.fixtures)
    except Problem:
        return None


def _body(
    ground: Ground,
    tree: Tree,
    file: str,
    change: tuple[Mapping[str, Json], tuple[str, ...]],
    owned: Mapping[str, str] | None,
    *,
    by: int,
) -> Iterator[Problem]:
    place = tree.find("from").place
    try:
        fixture = ground.fixtures.body(file)
    except Problem as problem:
        yield problem if problem.code == "fixture" else problem.at(place)
        return
    broken = list(_absent(tree, fixture, *change))
    yield from broken
    if not broken:
        for at, reference in references(changed(fixture, *change)):
            yield from _reference(ground, reference, _near(tree, at, place), (file, at), owned, by=by)


def _near(tree: Tree, at: str, place: Place) -> Place:
    """Return the place of the `set` that brought a reference, or that of the fixture's name."""
    put = tree.child("set")
    for key, part in put.value.items() if put else ():
        if at == key or at.startswith(f"{key}/"):
            found: Place = part.place
            return found
    return place


def _reference(
    ground: Ground,
    reference: str,
    place: Place,
    source: tuple[str, str],
    owned: Mapping[str, str] | None,
    *,
    by: int,
) -> Iterator[Problem]:
    file, at = source
    if "?" in reference and not reference.startswith(("http:", "https:")) and by == 0:
        message = f"{file} {at}: a conditional reference '{reference}' cannot stand in `given`"
        yield Problem("unowned-reference", message, place=place, hint="make it in a `transaction`")
    if owned is None or not is_literal(reference):
        return
    if reference not in owned:
        message = f"{file} {at}: nothing in this scenario owns '{reference}'"
        hint = "add the fixture with that id to `given`, or set or drop the reference"
        yield Problem("unowned-reference", message, place=place, hint=hint)
        return
    owner = ground.names.get(owned[reference])
    if owner and owner.since > by:
        since = f"which is not there before step {owner.since}"
        message = f"{file} {at}: '{reference}' is owned by '{owner.name}', {since}"
        yield Problem("forward", message, place=place)


def _absent(tree: Tree, fixture: Json, put: Mapping[str, Json], drop: tuple[str, ...]) -> Iterator[Problem]:
    """Return the complaints about pointers that lead nowhere in the fixture, each judged by itself."""
    body = fixture
    for text, value in put.items():
        try:
            body = pointer.changed(body, {text: value})
        except Problem as problem:
            yield problem.at(tree.at("set", text))
    for index, text in enumerate(drop):
        try:
            body = pointer.changed(body, {}, [text])
        except Problem as problem:
            yield problem.at(tree.at("drop", index))
