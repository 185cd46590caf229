"""Whole resources: of which type, and against which profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.fhirpath import Node
from conformance.problem import did_you_mean
from conformance.profiles.issue import Rule, Severity
from conformance.profiles.names import CORE
from conformance.profiles.rules import rule_of
from conformance.profiles.tree import type_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Json
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

_TYPE_RULE = Rule(source=f"{CORE}Resource")
_CLAIM_RULE = Rule(source=f"{CORE}Meta#Meta.profile")


def is_resource(type_: str) -> bool:
    """Tell whether an element of a type holds a whole resource."""
    return type_ in r4.type_names() and r4.ancestry(type_)[-1] == "Resource"


def judged_resource(value: Json, node: Node, visit: Visit) -> None:
    """Judge a resource inside another one by its own type and claims."""
    judge_resource(value, node, visit)


def resource_rules(part: Element) -> list[Check]:
    """Return the checks that a place asks of the resource in it: its type, and one of some profiles."""
    asked = {type_name(row): tuple(str(each) for each in row.get("profile", ())) for row in part.types}
    if asked == {"Resource": ()}:
        return []
    rule = rule_of(part, *part.types)

    def check(value: Json, node: Node, visit: Visit) -> None:
        type_ = value.get("resourceType") if isinstance(value, dict) else None
        if not isinstance(type_, str) or type_ not in r4.resource_types():
            return
        fitting = [profiles for code, profiles in asked.items() if code in r4.ancestry(type_)]
        if not fitting:
            _wrong_type(type_, sorted(asked), node, visit, rule)
        elif all(fitting):
            _judge_asked(node, type_, visit, [p for profiles in fitting for p in profiles], rule)

    return [check]


def judge_resource(value: Json, node: Node, visit: Visit, profiles: Sequence[str] = ()) -> str:
    """Judge a resource by profiles, or by those that it claims; return its type, if it has one."""
    if type(value) is not dict:
        visit.report(
            node,
            "structure",
            "A resource is a JSON object.",
            rule=_TYPE_RULE,
            expected="an object",
            actual=value,
        )
        return ""
    type_ = value.get("resourceType")
    if not isinstance(type_, str) or type_ not in r4.resource_types():
        _no_type(type_, node, visit)
        return ""
    whole = Node(value, type_, node.stem, parent=node.parent, index=node.index)
    judged = [_by_profile(whole, canonical, visit) for canonical in profiles or claims(value)]
    if not any(judged):
        judge_by(whole, CORE + type_, visit)
    return type_


def claims(value: Mapping[str, Json]) -> list[str]:
    """Return the profiles that a resource says it conforms to."""
    meta = value.get("meta")
    stated = meta.get("profile") if isinstance(meta, dict) else None
    return list(dict.fromkeys(p for p in stated if isinstance(p, str))) if isinstance(stated, list) else []


def _by_profile(node: Node, canonical: str, visit: Visit) -> bool:
    """Judge by a profile, and tell whether FHIR's own rules of the type were judged with it."""
    type_ = visit.library.type_of(canonical)
    if not type_ or visit.library.check(canonical) is None:
        _not_at_hand(node, canonical, visit, Severity.WARNING)
        return False
    if type_ not in r4.ancestry(node.type):
        _other_type(node, canonical, type_, visit)
        return False
    judge_by(node, canonical, visit)
    return type_ == node.type


def judge_by(node: Node, canonical: str, visit: Visit) -> None:
    """Judge a resource by one definition, unless that is under way already."""
    check = visit.library.check(canonical)
    mark = (id(node.value), canonical)
    if check is None or mark in visit.open:
        return
    visit.open.add(mark)
    try:
        check(node.value, node, visit)
    finally:
        visit.open.discard(mark)


def conforms(value: Json, canonical: str, visit: Visit) -> bool | None:
    """Tell whether a resource fits a profile; None where the profile is not at hand."""
    type_ = value.get("resourceType")
    if visit.library.check(canonical) is None:
        return None
    if visit.library.type_of(canonical) not in r4.ancestry(str(type_)):
        return False
    apart = visit.trial()
    judge_by(Node(value, str(type_), str(type_)), canonical, apart)
    return apart.holds


def _judge_asked(node: Node, type_: str, visit: Visit, asked: Sequence[str], rule: Rule) -> None:
    """Judge a resource by the profiles that its place asks for: one of them has to fit."""
    fitting = [p for p in asked if visit.library.type_of(p) in {*r4.ancestry(type_), ""}]
    for profile in fitting:
        if visit.library.check(profile) is None:
            _not_at_hand(node, profile, visit, visit.policy.unknown_profile)
    if len(fitting) == 1:
        judge_by(node, fitting[0], visit)
    elif not any(conforms(node.value, p, visit) is not False for p in fitting):
        visit.report(
            node,
            "structure",
            f"This {type_} fits none of the profiles.",
            rule=rule,
            expected=list(asked),
            actual=type_,
        )


def _wrong_type(type_: str, codes: list[str], node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node, "structure", f"A {type_} is not allowed here.", rule=rule, expected=codes, actual=type_
    )


def _no_type(type_: Json, node: Node, visit: Visit) -> None:
    visit.report(
        node,
        "structure",
        "The resource has no type of FHIR R4.",
        rule=_TYPE_RULE,
        expected="a resource type",
        actual=type_,
        hint=did_you_mean(type_[:64], r4.resource_types())
        if isinstance(type_, str)
        else "State 'resourceType'.",
    )


def _not_at_hand(node: Node, canonical: str, visit: Visit, severity: Severity | None) -> None:
    visit.report(
        node,
        "not-found",
        f"The profile {canonical} is not at hand: whether it is kept cannot be said.",
        rule=_CLAIM_RULE,
        severity=severity,
        actual=canonical,
    )


def _other_type(node: Node, canonical: str, type_: str, visit: Visit) -> None:
    visit.report(
        node,
        "structure",
        f"The profile {canonical} is about {type_}, this is {node.type}.",
        rule=_CLAIM_RULE,
        expected=type_,
        actual=node.type,
    )
