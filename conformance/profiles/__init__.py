"""Judges FHIR R4 resources by StructureDefinitions; nothing here reads: other resources are asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.fhirpath import Node
from conformance.problem import Problem
from conformance.profiles.bounds import too_deep
from conformance.profiles.issue import Issue, Severity
from conformance.profiles.library import Library, Structures
from conformance.profiles.policy import FAIR, Policy
from conformance.profiles.resources import judge_resource
from conformance.profiles.terms import Silent, Terms
from conformance.profiles.visit import UNKNOWN, Memory, Resolve, Unknown, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json

__all__ = [
    "UNKNOWN",
    "Issue",
    "Policy",
    "Resolve",
    "Severity",
    "Structures",
    "Terms",
    "Unknown",
    "judge",
    "wants",
]


def judge(
    resource: Json,
    profiles: Sequence[str],
    definitions: Structures,
    *,
    terminology: Terms | None = None,
    resolve: Resolve | None = None,
    policy: Policy = FAIR,
) -> list[Issue]:
    """Return what is found when a resource is judged by profiles, or by those it claims where none is named.

    `resolve` returns what a reference leads to: a resource, None for nothing, UNKNOWN where it cannot say.
    """
    library = _library(definitions)
    for canonical in profiles:
        if definitions.structure(canonical) is None or library.check(canonical) is None:
            raise Problem("unknown-profile", f"the profile '{canonical}' is not at hand")
    terms = terminology or _SILENT
    memory = _memory(library, terms, policy) if terms.steady else None
    visit = Visit(library, terms, resolve or _cannot_say, policy, memory)
    deep = too_deep(resource)
    if deep is not None:
        return [deep]
    name = resource.get("resourceType") if isinstance(resource, dict) else ""
    stem = name if isinstance(name, str) and name.isalnum() else "Resource"
    judge_resource(resource, Node(resource, "Resource", stem), visit, profiles)
    return _distinct(visit.issues)


@lru_cache(maxsize=8)
def _library(definitions: Structures) -> Library:
    return Library(definitions)


@lru_cache(maxsize=8)
def _memory(_library: Library, _terms: Terms, _policy: Policy) -> Memory:
    return {}


_SILENT = Silent()


def wants(
    resource: Json, profiles: Sequence[str], definitions: Structures, *, terminology: Terms | None = None
) -> list[str]:
    """Return the references that would have to be read to judge a resource without doubt."""
    asked: dict[str, None] = {}

    def resolve(reference: str) -> Unknown:
        asked[reference] = None
        return UNKNOWN

    judge(resource, profiles, definitions, terminology=terminology, resolve=resolve)
    return list(asked)


def _cannot_say(_reference: str) -> Unknown:
    return UNKNOWN


def _distinct(issues: Sequence[Issue]) -> list[Issue]:
    """Return each issue once: what a profile repeats of its base is said by whoever says most of it."""
    carried = {_said(issue) for issue in issues if issue.requirement}
    told: set[tuple[str, ...]] = set()
    found = []
    for issue in issues:
        said = _said(issue)
        mark = (*said, issue.requirement) if issue.requirement else said
        if mark not in told and (issue.requirement or said not in carried):
            told.add(mark)
            found.append(issue)
    return found


def _said(issue: Issue) -> tuple[str, ...]:
    return (issue.severity, issue.code, issue.at, issue.message)
