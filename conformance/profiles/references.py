"""What a Reference may lead to: by its spelling, and by resolving it where that does not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.profiles.issue import Severity
from conformance.profiles.names import core_name
from conformance.profiles.resources import conforms
from conformance.profiles.rules import rule_of
from conformance.profiles.seeking import find, is_enclosed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.library import Library
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

# [base/]Type/id[/_history/version][#fragment], or the search of a conditional reference
_TYPED = re.compile(
    r"(?:https?://[^?#]*/)?([A-Z][A-Za-z]+)(?:/[A-Za-z0-9\-.]{1,64}(?:/_history/[^/?#]+)?|\?.*)(?:#.*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Targets:
    """What one element's references may lead to; resources of `free` types need fit no profile."""

    types: frozenset[str]
    free: frozenset[str]
    profiles: tuple[str, ...]
    aggregation: frozenset[str]
    rule: Rule

    def allow(self, type_: str) -> bool:
        """Tell whether resources of a type may be referred to."""
        return not self.types or not self.types.isdisjoint(r4.ancestry(type_))

    def ask_more(self, type_: str) -> bool:
        """Tell whether the type of a resource is not all that matters."""
        return bool(self.aggregation or (self.profiles and self.free.isdisjoint(r4.ancestry(type_))))


def target_check(part: Element, row: Mapping[str, Json], library: Library) -> list[Check]:
    """Return the check of what a Reference leads to, where its definition limits that."""
    stated = [str(each) for each in row.get("targetProfile", ())]
    types = [library.type_of(canonical) for canonical in stated]
    aggregation = frozenset(row.get("aggregation", ()))
    if not stated and not aggregation:
        return []
    # A profile that is not at hand may be about any type: then no type can be ruled out.
    targets = _Targets(
        types=frozenset(types) if all(types) else frozenset(),
        free=frozenset(name for name in map(core_name, stated) if name in r4.type_names()),
        profiles=tuple(c for c in stated if core_name(c) not in r4.type_names()),
        aggregation=aggregation,
        rule=rule_of(part, row),
    )

    def check(value: Json, node: Node, visit: Visit) -> None:
        if isinstance(value, dict):
            _judge(value, node, visit, targets)
            if "type" in value:
                _judge_statement(value, node, visit, targets)

    return [check]


def spelt_type(reference: Json) -> str:
    """Return the type of resource that the spelling of a reference tells, or nothing."""
    found = _TYPED.fullmatch(reference) if isinstance(reference, str) else None
    return found[1] if found is not None and found[1] in r4.resource_types() else ""


def _judge_statement(value: Json, node: Node, visit: Visit, targets: _Targets) -> None:
    """R4 references.html: a Reference.type is a resource type, and agrees with the reference beside it."""
    stated = value.get("type")
    if not isinstance(stated, str):
        return
    type_, spelt = core_name(stated), spelt_type(value.get("reference"))
    if ":" not in stated and stated not in r4.resource_types():
        said = "This is no resource type."
        visit.report(node, "structure", said, rule=targets.rule, expected="a resource type", actual=stated)
    elif spelt and type_ in r4.resource_types() and type_ != spelt:
        said = f"The reference leads to a resource of type {spelt}, and its type says otherwise."
        visit.report(node, "structure", said, rule=targets.rule, expected=spelt, actual=stated)


def _judge(value: Json, node: Node, visit: Visit, targets: _Targets) -> None:
    reference = value.get("reference")
    type_ = spelt_type(reference)
    if type_ and not targets.allow(type_):
        _wrong_type(type_, node, visit, targets)
    elif not isinstance(reference, str):
        _by_statement(value, node, visit, targets)
    elif not type_ or targets.ask_more(type_) or visit.policy.missing_target is not None:
        _by_resolving(value, reference, node, visit, targets)


def _by_resolving(value: Json, reference: str, node: Node, visit: Visit, targets: _Targets) -> None:
    found, way = find(reference, node, visit)
    if isinstance(found, dict):
        _judge_way(way, node, visit, targets)
        _judge_target(found, node, visit, targets)
        return
    if way == "referenced":
        _judge_way(way, node, visit, targets)
        if found is None or (is_enclosed(node) and not _abroad(reference)):
            _missing(reference, node, visit, targets)
    if not spelt_type(reference):
        _by_statement(value, node, visit, targets)


def _abroad(reference: str) -> bool:
    """Tell whether a reference may well lead to another server."""
    return reference.startswith(("http://", "https://"))


def _by_statement(value: Json, node: Node, visit: Visit, targets: _Targets) -> None:
    """R4 references.html: Reference.type tells where nothing else does."""
    stated = value.get("type")
    if isinstance(stated, str):
        type_ = core_name(stated)
        if type_ in r4.resource_types() and not targets.allow(type_):
            _wrong_type(type_, node, visit, targets)


def _judge_target(found: Json, node: Node, visit: Visit, targets: _Targets) -> None:
    type_ = found.get("resourceType")
    if not isinstance(type_, str) or type_ not in r4.resource_types():
        return
    if not targets.allow(type_):
        _wrong_type(type_, node, visit, targets)
    elif targets.profiles and targets.free.isdisjoint(r4.ancestry(type_)):
        _judge_profiles(found, type_, node, visit, targets)


def _judge_profiles(found: Json, type_: str, node: Node, visit: Visit, targets: _Targets) -> None:
    """Judge what a reference leads to: one of the profiles has to fit; one that is not at hand may."""
    fitting = [p for p in targets.profiles if visit.library.type_of(p) in {type_, ""}]
    answers = {conforms(found, profile, visit) for profile in fitting}
    if True in answers:
        return
    doubtful = None in answers
    visit.report(
        node,
        "not-found" if doubtful else "structure",
        f"Whether the {type_} fits one of the profiles cannot be said: not all of them are at hand."
        if doubtful
        else f"The {type_} that this leads to fits none of the profiles.",
        rule=targets.rule,
        severity=visit.policy.unknown_profile if doubtful else Severity.ERROR,
        expected=list(targets.profiles),
        actual=found.get("id"),
    )


def _judge_way(way: str, node: Node, visit: Visit, targets: _Targets) -> None:
    if targets.aggregation and way not in targets.aggregation:
        _wrong_way(way, node, visit, targets)


def _missing(reference: str, node: Node, visit: Visit, targets: _Targets) -> None:
    visit.report(
        node,
        "not-found",
        "The reference leads to nothing.",
        rule=targets.rule,
        severity=visit.policy.missing_target,
        expected="a resource",
        actual=reference,
    )


def _wrong_type(type_: str, node: Node, visit: Visit, targets: _Targets) -> None:
    visit.report(
        node,
        "structure",
        f"A reference to {type_} is not allowed here.",
        rule=targets.rule,
        expected=sorted(targets.types),
        actual=type_,
        hint=f"Refer to {' or '.join(sorted(targets.types))}." if targets.types else "",
    )


def _wrong_way(way: str, node: Node, visit: Visit, targets: _Targets) -> None:
    visit.report(
        node,
        "structure",
        f"A {way} resource is not allowed here.",
        rule=targets.rule,
        expected=sorted(targets.aggregation),
        actual=way,
    )
