"""A JSON object against the elements that it may have: unknown, missing, empty, and two of one choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.problem import did_you_mean
from conformance.profiles.fields import fields_of
from conformance.profiles.issue import KNOWN_ELEMENT
from conformance.profiles.rules import rule_of
from conformance.profiles.tree import json_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.fields import Field
    from conformance.profiles.issue import Rule
    from conformance.profiles.library import Library
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Needed:
    """An element, or a slice of one, that has to be present."""

    keys: frozenset[str]
    name: str
    what: str
    least: int
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is known of an object before one is seen."""

    fields: Mapping[str, Field]
    needed: tuple[_Needed, ...]
    least: frozenset[str]
    choices: tuple[tuple[frozenset[str], str], ...]
    rule: Rule
    resource: bool
    abstract: bool


def object_check(element: Element, type_: str, library: Library) -> Check:
    """Return the check of objects with the elements below `element`; it is made when the first one comes."""
    plan: _Plan | None = None

    def check(value: Json, node: Node, visit: Visit) -> None:
        nonlocal plan
        if plan is None:
            plan = _plan(element, type_, library)
        if type(value) is not dict:
            _no_object(value, node, visit, plan.rule)
            return
        fields = plan.fields
        for key, item in value.items():
            field = fields.get(key)
            if field is not None:
                field(item, value, node, visit)
            elif not plan.abstract:
                _unknown(key, node, visit, plan)
        if len(value) <= 1 or plan.choices or not plan.least <= value.keys():
            _judge_whole(value, node, visit, plan)

    return check


def _judge_whole(value: dict[str, Json], node: Node, visit: Visit, plan: _Plan) -> None:
    """Judge what no property of an object tells alone."""
    for needed in plan.needed:
        if needed.keys.isdisjoint(value):
            _missing(needed, node, visit)
    for keys, name in plan.choices:
        # What stands beside a primitive is that primitive, even alone (R4 json.html#primitive).
        there = keys & value.keys()
        if len(there) > 1 and len(stated := {key.removeprefix("_") for key in there}) > 1:
            _several(stated, name, node, visit, plan.rule)
    if value.keys() <= _ID and not plan.resource and (node.value is value or node.value is None):
        _empty(value, node, visit, plan.rule)


_ID = {"id"}
_ABSTRACT = frozenset({"Resource", "DomainResource"})


def _plan(element: Element, type_: str, library: Library) -> _Plan:
    # A profile on what all resources have in common knows but a part of any; its own type knows the rest.
    abstract = element.path in _ABSTRACT
    resource = abstract or ("." not in element.path and element.path in r4.resource_types())
    parts = [part for part in library.parts(element, type_).values() if not _is_primitive_value(part)]
    fields = fields_of(parts, library)
    if resource:
        fields = {"resourceType": _ignored, **fields}
    needed = tuple(need for part in parts for need in _needs(part))
    return _Plan(
        fields=fields,
        needed=needed,
        least=frozenset(need.name for need in needed),
        choices=tuple((_keys(part), part.name) for part in parts if part.choice),
        rule=rule_of(element),
        resource=resource,
        abstract=abstract,
    )


def _is_primitive_value(part: Element) -> bool:
    """Tell whether an element is the `value` of a primitive: JSON writes it as the primitive itself."""
    return part.base_path.endswith(".value") and part.base_path[0].islower()


def _ignored(_item: Json, _owner: Json, _node: Node, _visit: Visit) -> None:
    """Accept what was looked at before."""


def _needs(part: Element) -> Iterator[_Needed]:
    keys = _keys(part)
    if part.min:
        rule = rule_of(part, part.row.get("_min"))
        yield _Needed(keys=keys, name=part.name, what=part.name, least=part.min, rule=rule)
    for slice_ in part.slices:
        if slice_.min:
            what = f"{part.name}:{slice_.slice_name}"
            rule = rule_of(slice_, slice_.row.get("_min"))
            yield _Needed(keys=keys, name=part.name, what=what, least=slice_.min, rule=rule)


def _keys(part: Element) -> frozenset[str]:
    """Return the properties that an element may be written as, `_` siblings included."""
    return frozenset(key for name in json_names(part) for key in (name, f"_{name}"))


def _missing(needed: _Needed, node: Node, visit: Visit) -> None:
    visit.report(
        node,
        "required",
        f"'{needed.what}' is missing.",
        rule=needed.rule,
        expected=f"at least {needed.least}",
        actual=0,
        hint=f"Add '{needed.what.partition(':')[0]}'.",
    )


def _no_object(value: Json, node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node,
        "structure",
        f"'{node.stem}' is not a JSON object.",
        rule=rule,
        expected=f"an object ({node.type})",
        actual=value,
    )


def _empty(value: Json, node: Node, visit: Visit, rule: Rule) -> None:
    """R4 json.html: objects are never empty; ele-1: an element has a value or children beside its id."""
    visit.report(
        node,
        "invariant",
        f"'{node.stem}' has no content.",
        rule=rule,
        expected="a value or children (ele-1)",
        actual=value,
        hint="Leave out an element that has nothing to say.",
    )


def _unknown(key: str, node: Node, visit: Visit, plan: _Plan) -> None:
    named = _other_type(key.removeprefix("_"), node)
    if named:
        message = f"'{key}' is of a type that is not allowed here."
        visit.report(
            f"{node.path}.{named}",
            "structure",
            message,
            rule=plan.rule,
            expected=_spelt(plan, named),
            actual=key,
        )
        return
    visit.report(
        node,
        "structure",
        f"'{key}' is no element of {node.shape}.",
        rule=plan.rule,
        expected=KNOWN_ELEMENT,
        actual=key,
        hint=did_you_mean(key[:64], plan.fields),
    )


def _other_type(key: str, node: Node) -> str:
    """Return the choice element that a key would be in FHIR's own definition of the type."""
    if node.shape[0].islower():
        return ""
    for name, element in r4.children(node.shape).items():
        if element.choice and any(key == name + t[:1].upper() + t[1:] for t in element.types):
            return name
    return ""


def _spelt(plan: _Plan, name: str) -> list[str]:
    return sorted(
        key for keys, choice in plan.choices if choice == name for key in keys if not key.startswith("_")
    )


def _several(keys: set[str], name: str, node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node,
        "structure",
        f"Only one of '{name}[x]' may be present.",
        rule=rule,
        expected=1,
        actual=sorted(keys),
    )
