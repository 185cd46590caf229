"""Makes the frozen scenario out of a tree whose structure has been judged."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from conformance.model import Check, Discover, Given, Level, Scenario, Step
from conformance.read import language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.scene import Kind
    from conformance.model import Json
    from conformance.read.rows import Row
    from conformance.yamlfile import Tree


def scenario(row: Row, *, id: str, file: str, text: str, kinds: Mapping[str, Kind]) -> Scenario:  # noqa: A002 - the model's word
    """Return the scenario of one row."""
    tree = row.tree
    levels = {name: Level(part.value) for name, part in tree.value["requirements"].value.items()}
    steps = [_step(part, n, tuple(levels), kinds) for n, part in enumerate(tree.value["steps"].value, 1)]
    needs = tree.child("needs")
    fhir = tree.child("fhir")
    edition, optional = tree.child("edition"), tree.child("optional")
    return Scenario(
        id=id,
        row=row.label,
        sentence=tree.value["scenario"].value,
        requirements=_proved(levels, steps) if row.label else levels,
        steps=tuple(steps),
        file=file,
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        fhir=fhir.value if fhir else "R4",
        edition=edition.value if edition else "",
        optional=optional.value if optional else "",
        needs=needs.json if needs else {},
        axes=row.axes,
        given=tuple(_givens(tree.child("given"))),
        discover=tuple(_discoveries(tree.child("discover"))),
        place=tree.place,
    )


def _proved(levels: Mapping[str, Level], steps: list[Step]) -> Mapping[str, Level]:
    """Return the requirements that this row's own checks name: each row of `cases` may prove another one."""
    checks = [check for step in steps for check in step.expect]
    named = {check.requirement for check in checks}
    if any(check.kind == "profile" and check.requirement is None for check in checks):
        return levels  # its rules carry the requirements that it stands for
    return {name: level for name, level in levels.items() if name in named}


def _givens(tree: Tree | None) -> Iterator[Given]:
    for name, part in tree.value.items() if tree else ():
        entry: dict[str, Json] = {"from": part.value} if isinstance(part.value, str) else part.json
        yield Given(
            name=name,
            file=entry["from"],
            set=entry.get("set", {}),
            drop=tuple(entry.get("drop", ())),
            times=entry.get("times", 1),
            place=part.key,
        )


def _discoveries(tree: Tree | None) -> Iterator[Discover]:
    for name, part in tree.value.items() if tree else ():
        entry = part.json
        yield Discover(
            name=name,
            type=entry["search"],
            where=entry.get("where", {}),
            unlock=entry["unlock"],
            limit=entry.get("limit", 20),
            place=part.key,
        )


def _step(tree: Tree, number: int, requirements: tuple[str, ...], kinds: Mapping[str, Kind]) -> Step:
    verb = next(key for key in tree.value if key in language.VERBS)
    subject = tree.value[verb]
    many = verb in {"transaction", "batch"}
    aside = {verb, "step", "expect", "keep"}
    expect = tree.child("expect")
    keep = tree.child("keep")
    name = tree.child("step")
    return Step(
        index=number,
        verb=verb,
        subject=None if many else subject.value,
        name=name.value if name else "",
        args={key: part.json for key, part in tree.value.items() if key not in aside},
        entries=tuple(_step(part, n, requirements, kinds) for n, part in enumerate(subject.value, 1))
        if many
        else (),
        expect=tuple(_check(part, n, requirements, kinds) for n, part in enumerate(expect.value, 1))
        if expect
        else (),
        keep=keep.json if keep else {},
        place=tree.place,
    )


def _check(tree: Tree, number: int, requirements: tuple[str, ...], kinds: Mapping[str, Kind]) -> Check:
    kind = next(key for key in tree.value if key in kinds)
    aside = {kind, *language.CHECK_KEYS}
    members = tree.json
    return Check(
        index=number,
        kind=kind,
        value=members[kind],
        predicates={key: value for key, value in members.items() if key not in aside},
        requirement=members.get("for", _only(kind, requirements)),
        hint=members.get("hint", ""),
        when=members.get("when", {}),
        place=tree.place,
    )


def _only(kind: str, requirements: tuple[str, ...]) -> str | None:
    """Return whose finding a check without `for` is: the only requirement's; a bare `status` is nobody's."""
    return requirements[0] if len(requirements) == 1 and kind != "status" else None
