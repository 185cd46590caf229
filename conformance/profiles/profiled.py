"""Profiles on data types: one of those that an element's type names has to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.rules import rule_of
from conformance.profiles.tree import type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

# Extensions are judged by their URL.
_ELSEWHERE = {"Extension"}


def profiled_check(part: Element, row: Mapping[str, Json]) -> list[Check]:
    """Return the check of an element whose type is profiled."""
    profiles = tuple(str(each) for each in row.get("profile", ()))
    if not profiles or type_name(row) in _ELSEWHERE:
        return []
    rule = rule_of(part, row)
    if len(profiles) == 1:
        return [_one(profiles[0], rule)]
    return [_one_of(profiles, rule)]


def _one(profile: str, rule: Rule) -> Check:
    def check(value: Json, node: Node, visit: Visit) -> None:
        wanted = visit.library.check(profile)
        if wanted is None:
            _not_at_hand(profile, node, visit, rule)
        else:
            wanted(value, node, visit)

    return check


def _one_of(profiles: tuple[str, ...], rule: Rule) -> Check:
    def check(value: Json, node: Node, visit: Visit) -> None:
        if not any(fits_profile(value, node, visit, profile) is not False for profile in profiles):
            visit.report(
                node,
                "structure",
                f"This {node.type} fits none of the profiles.",
                rule=rule,
                expected=list(profiles),
                actual=value,
            )

    return check


def fits_profile(value: Json, node: Node, visit: Visit, profile: str) -> bool | None:
    """Tell whether a value fits a profile on its type; None where the profile is not at hand."""
    wanted = visit.library.check(profile)
    if wanted is None:
        return None
    apart = visit.trial()
    wanted(value, node, apart)
    return apart.holds


def _not_at_hand(profile: str, node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node,
        "not-found",
        f"The profile {profile} is not at hand: whether it is kept cannot be said.",
        rule=rule,
        severity=visit.policy.unknown_profile,
        actual=profile,
    )
