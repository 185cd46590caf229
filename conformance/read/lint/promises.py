"""What a scenario says it proves: its requirements, their levels, and the checks that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.capability import INTERACTIONS, SYSTEM
from conformance.definitions import r4
from conformance.model import EDITIONS, Party
from conformance.problem import Problem, did_you_mean
from conformance.read import queries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from conformance.model import Check, Requirement
    from conformance.read.lint.ground import Ground
    from conformance.read.parsing import Parsed
    from conformance.yamlfile import Tree

# A profile's constraints carry their requirements themselves; `for` only filters them.
_SPEAKS_FOR_ITSELF = "profile"
# What `needs` names of the target's settings, and no type.
_SETTINGS = frozenset({"known", "perhaps", "credentials", "base"})


def promised(ground: Ground) -> Iterator[Problem]:
    """Return what is amiss with the requirements that a row's checks name, and with its `needs`."""
    declared = ground.row.tree.value["requirements"].value
    for number, step in enumerate(ground.scenario.steps):
        for index, check in enumerate(step.expect):
            tree = ground.row.tree.find("steps", number, "expect", index)
            yield from _owner(check, tree, declared)
            yield from _binds(check, tree, ground.requirements)
    yield from _needs(ground)
    yield from _edition(ground)


def _edition(ground: Ground) -> Iterator[Problem]:
    spec, _, named = ground.scenario.edition.partition("@")
    known = EDITIONS.get(spec, ())
    for edition in named.split(",") if known and "{{" not in named else ():
        if edition not in known:
            message = f"{spec} has no edition '{edition}'"
            hint = did_you_mean(edition, known) or f"it has {', '.join(known)}"
            yield Problem("edition", message, place=ground.row.tree.find("edition").place, hint=hint)


def _owner(check: Check, tree: Tree, declared: Mapping[str, Tree]) -> Iterator[Problem]:
    if check.requirement is None:
        if check.kind not in {"status", _SPEAKS_FOR_ITSELF}:
            message = f"this check does not say for which of the {len(declared)} requirements it stands"
            yield Problem("for", message, place=tree.place, hint="add `for:` with one of them")
    elif check.requirement not in declared:
        message = f"'{check.requirement}' is not among this scenario's requirements"
        yield Problem("for", message, place=tree.at("for"), hint=did_you_mean(check.requirement, declared))


def _binds(check: Check, tree: Tree, requirements: Mapping[str, Requirement]) -> Iterator[Problem]:
    found = requirements.get(check.requirement or "")
    if check.kind == "results" and found and found.binds is not Party.REPOSITORY:
        message = f"`results` judges the repository, and {found.id} binds the {found.binds}"
        yield Problem(
            "for", message, place=tree.at("for"), hint="name a requirement that binds the repository"
        )


def kept(rows: Sequence[Parsed], requirements: Mapping[str, Requirement]) -> Iterator[Problem]:
    """Return what is amiss with the requirements of a file, over all its rows."""
    checks = [check for row in rows for step in row.scenario.steps for check in step.expect]
    named = {check.requirement for check in checks}
    named |= {id_ for check in checks for id_ in _carried(check)}
    declared = rows[0].tree.value["requirements"].value
    # A check for an id that is not declared has its own complaint, and is most likely the one that is missed.
    astray = bool(named - {None, *declared})
    for id_, part in declared.items():
        yield from _level(id_, part, declared, requirements)
        if id_ not in named and not astray:
            hint = f"name it in a check: `for: {id_}`"
            yield Problem("unproved", f"no check stands for {id_}", place=part.key, hint=hint)


def _carried(check: Check) -> Iterable[str]:
    """Return the requirements for which a profile check without `for` stands."""
    if check.kind != _SPEAKS_FOR_ITSELF or check.requirement is not None or not isinstance(check.value, str):
        return ()
    from conformance import guides  # noqa: PLC0415 - read only where a scenario names a profile

    return guides.shipped().stated(check.value)


def _level(
    id_: str, level: Tree, declared: Collection[str], requirements: Mapping[str, Requirement]
) -> Iterator[Problem]:
    found = requirements.get(id_)
    if found is None:
        near = did_you_mean(id_, [name for name in requirements if name not in declared])
        hint = f"{near} see `dermconf list requirements`".strip()
        yield Problem("unknown-requirement", f"no requirement '{id_}' is known", place=level.key, hint=hint)
    elif found.level != level.value:
        message = f"{id_} is {found.level} in the catalogue; actual: {level.value}"
        yield Problem("level", message, place=level.key)


def _needs(ground: Ground) -> Iterator[Problem]:
    tree = ground.row.tree.child("needs")
    for type_, part in tree.value.items() if tree else ():
        if type_ in _SETTINGS:
            continue
        if type_ != "system" and type_ not in r4.resource_types():
            hint = did_you_mean(type_, r4.resource_types())
            yield Problem(
                "unknown-type", f"FHIR R4 has no resource type '{type_}'", place=part.key, hint=hint
            )
            continue
        for one in part.value:
            yield from _need(type_, one)


def _need(type_: str, tree: Tree) -> Iterator[Problem]:
    if tree.child("profile") is not None:
        return
    if tree.child("search") is not None:
        code = queries.name(tree.value["search"].value).first.code
        if type_ != "system" and r4.parameter(type_, code) is None:
            hint = did_you_mean(code, r4.parameters(type_))
            message = f"FHIR R4 has no search parameter '{code}' for {type_}"
            yield Problem("unknown-parameter", message, place=tree.find("search").place, hint=hint)
        return
    known = SYSTEM if type_ == "system" else INTERACTIONS
    tree = tree.child("without") or tree
    if tree.value not in known:
        hint = did_you_mean(tree.value, known) or f"interactions are {', '.join(sorted(known))}"
        yield Problem(
            "interaction", f"'{tree.value}' is no interaction of {type_}", place=tree.place, hint=hint
        )
