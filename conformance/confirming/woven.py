"""The definitions of a run with a given package: the package judges, and ours speaks where it is silent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance import guides
from conformance.definitions.shape import objects, part, text
from conformance.guides import Guides
from conformance.model import Evidence
from conformance.profiles import Severity
from conformance.profiles.rules import EVIDENCE, REQUIREMENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Json
    from conformance.profiles import Issue, Resolve

_ENTRY = re.compile(r"^Bundle\.entry\[\d+\]\.resource")


@dataclass(frozen=True, slots=True, kw_only=True)
class Woven(Guides):
    """A package laid over the shipped guides.

    `ours` are the shipped guides without what the package contradicts; `replaced` the profiles that the
    package defines as well; `carried` the requirements that its own rules stand for, by source and kind of
    issue; `gone` the requirements that it contradicts, each with what is said of that.
    """

    ours: Guides
    replaced: frozenset[str]
    carried: Mapping[tuple[str, str], str] = field(repr=False)
    gone: Mapping[str, str]

    def issues(
        self, resource: Json, asked: Sequence[str] = (), *, resolve: Resolve | None = None
    ) -> list[Issue]:
        """Return what the package finds, and what our rules find on which it is silent."""
        told = [self._carrying(each) for each in Guides.issues(self, resource, asked, resolve=resolve)]
        known = [each for each in asked if self.ours.definitions.structure(each) is not None]
        if asked and not known:
            return told
        said = {_subject(each) for each in told if each.severity is not Severity.INFORMATION}
        own = self.ours.issues(resource, known, resolve=resolve)
        return [*told, *(each for each in own if self._speaks(each) and _subject(each) not in said)]

    def wants(self, resource: Json, asked: Sequence[str] = ()) -> list[str]:
        """Return the references that either of the two would have to read."""
        known = [each for each in asked if self.ours.definitions.structure(each) is not None]
        own = self.ours.wants(resource, known) if known or not asked else []
        return list(dict.fromkeys([*Guides.wants(self, resource, asked), *own]))

    def stated(self, name: str) -> Mapping[str, frozenset[str]]:
        """Return the requirements that the rules of either carry, each with its elements' paths."""
        found = dict(Guides.stated(self, name))
        for requirement, paths in self.ours.stated(name).items():
            found[requirement] = found.get(requirement, frozenset()) | paths
        return found

    def superseded(self, name: str) -> Mapping[str, str]:
        """Return the requirements that our profile carries and the package contradicts."""
        stated = guides.shipped().stated(name)
        return {requirement: why for requirement, why in self.gone.items() if requirement in stated}

    def _carrying(self, issue: Issue) -> Issue:
        requirement = "" if issue.requirement else self.carried.get((issue.source, issue.code), "")
        if not requirement:
            return issue
        return replace(issue, requirement=requirement, evidence=Evidence.EXPLICIT.value)

    def _speaks(self, issue: Issue) -> bool:
        return bool(issue.requirement) and issue.source.partition("#")[0] in self.replaced


def _subject(issue: Issue) -> tuple[str, str]:
    entry = _ENTRY.match(issue.at)
    return issue.requirement, entry.group() if entry else ""


def regraded(definition: Json, grades: Mapping[str, str]) -> Json:
    """Return a profile of ours whose rules have other evidence: by key, empty for a rule that goes.

    A rule that goes loses the requirement that it stands for, so that nothing is told of it.
    """
    elements = [_element(each, grades) for each in objects(part(definition, "differential"), "element")]
    return {**definition, "differential": {"element": elements}}


def _element(element: Json, grades: Mapping[str, str]) -> Json:
    id_ = text(element, "id")
    made = _graded(element, grades.get(id_))
    if "binding" in made:
        made = {**made, "binding": _graded(made["binding"], grades.get(f"{id_} binding"))}
    if "constraint" in made:
        kept = [_graded(each, grades.get(text(each, "key"))) for each in made["constraint"]]
        made = {**made, "constraint": kept}
    return made


def _graded(holder: Json, evidence: str | None) -> Json:
    if evidence is None or "extension" not in holder:
        return holder
    others = [each for each in holder["extension"] if each.get("url") not in {REQUIREMENT, EVIDENCE}]
    if not evidence:
        return {**holder, "extension": others}
    stays = [each for each in holder["extension"] if each.get("url") == REQUIREMENT]
    return {**holder, "extension": [*others, *stays, {"url": EVIDENCE, "valueCode": evidence}]}
