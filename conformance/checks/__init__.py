"""The kinds of checks: one module each, pure, and one way in and out for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.checks import (
    attempts,
    discloses,
    fhirpath,
    header,
    jsonpath,
    label,
    outcome,
    parts,
    payload,
    profile,
    reference,
    results,
    same,
    say,
    sctids,
    status,
)
from conformance.checks.conditions import refused, unmet
from conformance.checks.scene import Kind, Scene, Subject
from conformance.checks.subjects import cut, nothing
from conformance.model import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Check, Json, Outcome

__all__ = ["KINDS", "Kind", "Scene", "Subject", "judge", "may_want", "on_sent", "wants"]

KINDS: Mapping[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        status,
        header,
        fhirpath,
        jsonpath,
        results,
        same,
        outcome,
        reference,
        label,
        profile,
        sctids,
        attempts,
        parts,
        payload,
        discloses,
    )
}


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return what a check says of a step: at least one outcome, whatever a server sent."""
    why = unmet(check, scene)
    if why:
        return [say.untested(why) if refused(check, scene) else say.not_asked(why)]
    kind = KINDS[check.kind]
    if kind.judge is not None:
        return list(kind.judge(check, scene))
    found = _subjects(kind, check, scene)
    outcomes = [outcome for subject in found for outcome in _judged(kind, check, subject, scene)]
    return outcomes or [say.untested(nothing(check, scene))]


def on_sent(check: Check, scene: Scene, sent: Json, reference: str) -> list[Outcome]:
    """Return what the same check says of a body that was sent; nothing for a check of anything but a body."""
    kind = KINDS[check.kind]
    if kind.judge_one is None or not isinstance(sent, dict):
        return []
    return list(kind.judge_one(check, Subject(sent, reference), scene))


def wants(check: Check, scene: Scene) -> list[str]:
    """Return the references, as `Type/id`, that have to be read before the check can be judged."""
    wanted = KINDS[check.kind].wants
    if wanted is None or unmet(check, scene):
        return []
    found = _subjects(KINDS[check.kind], check, scene)
    return list(dict.fromkeys(text for subject in found for text in wanted(check, subject, scene)))


def may_want(check: Check) -> bool:
    """Tell whether a check is of a kind that ever has references read."""
    return KINDS[check.kind].wants is not None


def _subjects(kind: Kind, check: Check, scene: Scene) -> list[Subject]:
    return list(kind.subjects(check, scene)) if kind.subjects else []


def _judged(kind: Kind, check: Check, subject: Subject, scene: Scene) -> list[Outcome]:
    """Judge one subject; what the server says it cut is not failed for what is missing (F19)."""
    outcomes = kind.judge_one(check, subject, scene) if kind.judge_one else ()
    mark = cut(subject.resource)
    return [_excused(outcome, mark) if mark else outcome for outcome in outcomes]


def _excused(outcome: Outcome, mark: str) -> Outcome:
    if outcome.result is not Result.FAILED:
        return outcome
    return replace(outcome, result=Result.UNTESTED, message=f"the server marks this resource as {mark}")
