"""What a given package says of our rules, and what that does to the evidence and the gates of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.confirming.facets import Said, Standing, said
from conformance.definitions.shape import text
from conformance.model import Evidence, Gate, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.confirming.ours import Rule
    from conformance.confirming.view import View
    from conformance.model import Json, Requirement

_STRONGEST = tuple(Evidence)
_BINDING = frozenset({Level.SHALL, Level.SHALL_NOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One rule of ours, and what the package says of it."""

    rule: Rule
    said: tuple[Said, ...]
    standing: Standing

    @property
    def deciding(self) -> tuple[Said, ...]:
        """Return what decided: where the rule is contradicted that alone, else everything that was said."""
        return tuple(s for s in self.said if s.standing is self.standing) or self.said


def compare(rule: Rule, view: View | None, level: Level | None) -> Compared:
    """Return what a package's profile says of a rule; without a profile (None), nothing."""
    if view is None:
        return Compared(rule=rule, said=(), standing=Standing.SILENT)
    spelt = _by_constraint(rule, view, strict=level is None or level in _BINDING)
    formed = tuple(said(form, view) for form in rule.forms)
    told = (*((spelt,) if spelt else ()), *formed)
    return Compared(rule=rule, said=told, standing=_standing(spelt, formed))


def _standing(spelt: Said | None, formed: tuple[Said, ...]) -> Standing:
    """Return the standing of a rule: the first line that applies decides."""
    by_constraint = spelt.standing if spelt else Standing.SILENT
    by_form = {each.standing for each in formed}
    lines = (
        (by_constraint is Standing.CONFIRMED, Standing.CONFIRMED),
        (Standing.CONTRADICTED in {by_constraint, *by_form}, Standing.CONTRADICTED),
        (by_form == {Standing.CONFIRMED}, Standing.CONFIRMED),
    )
    return next((standing for applies, standing in lines if applies), Standing.SILENT)


def _by_constraint(rule: Rule, view: View, *, strict: bool) -> Said | None:
    """Find our constraint in the package: by its expression, whatever its key, or else by its key."""
    if not rule.expression:
        return None
    there = [(id_, each) for id_, each in view.constraints() if id_ == rule.at]
    same = [each for each in there if _words(text(each[1], "expression")) == _words(rule.expression)]
    alike = same or [each for each in there if text(each[1], "key") == rule.key]
    if not alike:
        return None
    id_, found = max(alike, key=lambda each: text(each[1], "severity") == "error")
    key, severity = text(found, "key"), text(found, "severity")
    # What the package only advises is no SHALL of its own.
    advice = bool(same) and strict and severity != "error"
    standing = Standing.SILENT if advice else Standing.CONFIRMED if same else Standing.CONTRADICTED
    told = "the same expression" if same else text(found, "expression")
    return Said(
        standing=standing,
        at=id_,
        ours=rule.expression,
        theirs=f"constraint {key} ({severity}): {told}",
        uses=((id_, f"constraint:{key}"),),
    )


def _words(expression: str) -> str:
    return " ".join(expression.split())


def by_requirement(compared: Iterable[Compared]) -> Mapping[str, Standing]:
    """Return the standing of each requirement: that of its rules with the best evidence.

    Contradicted is one of which any is; confirmed is one of which all are. What stands beside them with
    weaker evidence (a unit, say) is a reading of ours, and decides nothing.
    """
    rules: dict[str, list[Compared]] = {}
    for each in compared:
        rules.setdefault(each.rule.requirement, []).append(each)
    return MappingProxyType({name: _of_rules(found) for name, found in rules.items()})


def _of_rules(compared: list[Compared]) -> Standing:
    best = min(_rank(each) for each in compared)
    told = {each.standing for each in compared if _rank(each) == best}
    if Standing.CONTRADICTED in told:
        return Standing.CONTRADICTED
    return Standing.CONFIRMED if told == {Standing.CONFIRMED} else Standing.SILENT


def _rank(compared: Compared) -> int:
    evidence = compared.rule.evidence
    return _STRONGEST.index(Evidence(evidence)) if evidence else 0


# Confirmed: the guide's own package says it. Contradicted: the package goes before our reading of the pages.
_GRADES: Mapping[Standing, Callable[[Requirement], Requirement]] = {
    Standing.CONFIRMED: lambda requirement: replace(requirement, evidence=Evidence.EXPLICIT),
    Standing.CONTRADICTED: lambda requirement: replace(requirement, gate=Gate.NEVER),
    Standing.SILENT: lambda requirement: requirement,
}


def graded(catalogue: Mapping[str, Requirement], standings: Mapping[str, Json]) -> Mapping[str, Requirement]:
    """Return the requirements with the evidence and the gates that a package leaves them."""
    return {
        name: _GRADES[Standing(standings.get(name, Standing.SILENT))](requirement)
        for name, requirement in catalogue.items()
    }
