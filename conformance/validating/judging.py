"""From the value of a file to what is found in each of its resources."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.model import Evidence, Level
from conformance.profiles import Issue, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.guides import Guides
    from conformance.model import Json, Requirement
    from conformance.problem import Problem
    from conformance.validating.sources import Source

    LookUp = Callable[[str], Requirement | None]

_EVIDENCE = tuple(Evidence)
_WEAKEST = Evidence.DESCRIPTIVE
_BINDING = frozenset({Level.SHALL, Level.SHALL_NOT})
_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]\.resource\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One resource of a file, and what was found in it; `index` counts the file's resources from 0."""

    source: Source
    index: int
    name: str
    profiles: tuple[str, ...]
    issues: tuple[Issue, ...]

    @property
    def valid(self) -> bool:
        """Tell whether nothing is broken that counts."""
        return not any(issue.severity is Severity.ERROR for issue in self.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    """What files are judged by: definitions, a profile that was asked for, and the weakest evidence."""

    guides: Guides
    look_up: LookUp
    profile: str = ""
    evidence: Evidence = _WEAKEST

    def judge(self, sources: Sequence[Source]) -> Iterator[Judged]:
        """Yield each resource of a file with what is found in it; a Bundle comes before its entries."""
        index = 0
        for source in sources:
            for judged in self._of_source(source):
                yield replace(judged, index=index)
                index += 1

    def put(self, value: Json) -> tuple[Json, str]:
        """Return a value that claims the profile that was asked for, and that profile.

        The profile is empty where none was asked for, or where it is put to entries of a Bundle alone.
        """
        whole, asked = self._asked(value, _entries(value))
        return (_claiming(whole, self.profile), self.profile) if asked else (whole, "")

    def _of_source(self, source: Source) -> Iterator[Judged]:
        if source.problem is not None:
            broken = _broken(source.problem)
            yield Judged(source=source, index=0, name="", profiles=(), issues=(broken,))
            return
        entries = _entries(source.value)
        if entries:
            yield from self._of_bundle(source, entries)
        else:
            asked = (self.profile,) if self.profile else ()
            yield _judged(source, source.value, self._graded(source.value, asked), asked)

    def _of_bundle(self, source: Source, entries: dict[int, Json]) -> Iterator[Judged]:
        """Judge a Bundle as one, since its entries refer to each other, and tell the findings apart."""
        whole, asked = self._asked(source.value, entries)
        mine: list[Issue] = []
        theirs: dict[int, list[Issue]] = {index: [] for index in entries}
        for issue in self._graded(whole, asked):
            inside = _ENTRY.match(issue.at)
            theirs.get(int(inside[1]) if inside else -1, mine).append(issue)
        yield _judged(source, source.value, mine, asked)
        for index, resource in entries.items():
            claimed = (self.profile,) if self.profile and not asked and self._about(resource) else ()
            yield _judged(source, resource, theirs.pop(index), claimed)

    def _asked(self, bundle: Json, entries: dict[int, Json]) -> tuple[Json, tuple[str, ...]]:
        """Put the profile that was asked for to the entries that it is about, or else to the Bundle."""
        if not any(map(self._about, entries.values())):
            return bundle, (self.profile,) if self.profile else ()
        claiming = [
            {**entry, "resource": _claiming(entry["resource"], self.profile)}
            if self._about_entry(entry)
            else entry
            for entry in bundle["entry"]
        ]
        return {**bundle, "entry": claiming}, ()

    def _about_entry(self, entry: Json) -> bool:
        return isinstance(entry, dict) and self._about(entry.get("resource"))

    def _about(self, resource: Json) -> bool:
        if not self.profile or not isinstance(resource, dict):
            return False
        return bool(resource.get("resourceType") == self.guides.type_of(self.profile))

    def _graded(self, resource: Json, asked: Sequence[str]) -> list[Issue]:
        issues = self.guides.issues(resource, asked)
        # What the engine only informs of is no finding: what it cannot say, and what nobody asks for.
        return [self._weighed(issue) for issue in issues if issue.severity is not Severity.INFORMATION]

    def _weighed(self, issue: Issue) -> Issue:
        """Return an issue as grave as its evidence lets it be."""
        if not issue.evidence:
            return issue
        rank, weakest = _EVIDENCE.index(Evidence(issue.evidence)), _EVIDENCE.index(self.evidence)
        if rank > weakest:
            return replace(issue, severity=Severity.WARNING)
        # A rule that is no more than a warning for lack of evidence breaks the resource where that evidence
        # is enough for the reader; one that is a warning for its own sake stays one.
        if rank > _EVIDENCE.index(_WEAKEST) and self._binds(issue):
            return replace(issue, severity=Severity.ERROR)
        return issue

    def _binds(self, issue: Issue) -> bool:
        requirement = self.look_up(issue.requirement)
        return requirement is not None and requirement.level in _BINDING


def _broken(problem: Problem) -> Issue:
    """Return what is found where nothing could be read; the place is said by the message."""
    message = f"{problem.place}: {problem.message}"
    return Issue(severity=Severity.ERROR, code="structure", at="", message=message, hint=problem.hint)


def _entries(value: Json) -> dict[int, Json]:
    """Return the resources of a Bundle's entries by their place: as FHIRPath counts them, without nulls."""
    listed = value.get("entry") if isinstance(value, dict) and value.get("resourceType") == "Bundle" else None
    if not isinstance(listed, list):
        return {}
    there = enumerate(entry for entry in listed if entry is not None)
    inside = ((n, entry.get("resource")) for n, entry in there if isinstance(entry, dict))
    return {n: resource for n, resource in inside if isinstance(resource, dict)}


def _claiming(resource: Json, profile: str) -> Json:
    meta = resource.get("meta", {}) if isinstance(resource, dict) else None
    return {**resource, "meta": {**meta, "profile": [profile]}} if isinstance(meta, dict) else resource


def _judged(source: Source, resource: Json, issues: Sequence[Issue], asked: Sequence[str]) -> Judged:
    return Judged(
        source=source,
        index=0,
        name=_name(resource),
        profiles=tuple(asked) or tuple(_claims(resource)),
        issues=tuple(issues),
    )


def _name(resource: Json) -> str:
    stated = [resource.get(key) for key in ("resourceType", "id")] if isinstance(resource, dict) else []
    return "/".join(part for part in stated if isinstance(part, str))


def _claims(resource: Json) -> Iterator[str]:
    meta = resource.get("meta") if isinstance(resource, dict) else None
    stated = meta.get("profile") if isinstance(meta, dict) else None
    yield from (each for each in stated if isinstance(each, str)) if isinstance(stated, list) else ()
