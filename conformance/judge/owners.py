"""Whose finding it is: the requirement that a check names, or those that a profile's rules carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model import Result

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from conformance.model import Check, Outcome, Scenario

_SPEAKS_FOR_ITSELF = "profile"
# What a rule says where its requirement is not what the scenario is about is told only where it did not hold.
_TOLD_ASIDE = frozenset({Result.FAILED})


def is_bare(check: Check) -> bool:
    """Tell whether a check is nobody's: a `status` without `for` is a precondition."""
    return check.requirement is None and check.kind != _SPEAKS_FOR_ITSELF


def of_outcome(outcome: Outcome, check: Check, scenario: Scenario, known: Collection[str]) -> Sequence[str]:
    """Return the requirements that an outcome is a finding of; none where nobody asked."""
    own = outcome.requirement
    if own in known:
        asked = check.requirement == own or own in scenario.requirements
        return (own,) if asked or outcome.result in _TOLD_ASIDE else ()
    if own and check.requirement is None:
        return ()  # a rule of a guide whose requirements are not in the catalogue
    return of_check(check, scenario)


def of_check(check: Check, scenario: Scenario) -> Sequence[str]:
    """Return the requirements that a check stands for as a whole."""
    if check.requirement is not None:
        return (check.requirement,)
    return () if is_bare(check) else _unnamed(scenario)


def _unnamed(scenario: Scenario) -> Sequence[str]:
    """Return what no check of the scenario names, so that it is left to the rules of profiles."""
    named = {check.requirement for step in scenario.steps for check in step.expect}
    return [id_ for id_ in scenario.requirements if id_ not in named]
