"""A resource against a profile.

## What it asserts

That the body, or each match of a search, keeps the rules of a profile: one that is shipped, by its name
(`ai-prediction`), or any that is at hand, by its canonical URL. Each rule speaks for the requirement that
it carries. Without `for`, the check stands for all of them; with one of them in `for`, for that one. With
a `for` that no rule carries, it stands for the profile as a whole, and what breaks FHIR's own rules is
told under it. What the definitions at hand cannot decide is cannot-say; a rule about an element that is
not there is not asked. Where a run is given a guide's own package (`--ig`), that package is asked first, and
a rule of ours that it contradicts is not asked.

## Why it matters

A profile is what a guide asks of a resource, in a form that a program can judge. One check says all of it,
and says for each rule who asks for it and how sure that is: a rule that was only inferred warns.

## Example

```yaml
expect:
  - {profile: ai-prediction}
  - {profile: dermatology-image-annotation, for: DERM-ANN-02}
```

## How to fix

Look at the location and the rule. `dermconf validate FILE --profile NAME` judges the same resource
without a server. Where the server altered what was sent, it has to keep it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.checks import say, subjects
from conformance.checks.resolving import look_up
from conformance.checks.scene import Kind, Subject
from conformance.locations import plain
from conformance.model import Evidence, Outcome, Result
from conformance.problem import Problem
from conformance.references import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.checks.scene import Scene
    from conformance.guides import Guides
    from conformance.model import Check, Json
    from conformance.profiles import Issue, Resolve

_INDEX = re.compile(r"\[\d+\]")
SCHEMA: Json = {"type": "string", "minLength": 1}


def judge_one(check: Check, subject: Subject, scene: Scene) -> list[Outcome]:
    """Return what each rule that the check stands for says of one resource."""
    guides = _guides(scene)
    try:
        name = guides.canonical(check.value)
        issues = guides.issues(subject.resource, [name], resolve=_resolver(subject, scene))
    except Problem as problem:
        return [say.untested(f"the profile cannot be judged here: {problem.message}")]
    gone = guides.superseded(name)
    told = [o for issue in issues if issue.requirement not in gone and (o := _told(issue, subject))]
    stated = {each: paths for each, paths in guides.stated(name).items() if each not in gone}
    if check.requirement and check.requirement not in {*stated, *gone}:
        broken = any(outcome.result is Result.FAILED for outcome in told)
        return told if broken else [*told, _held(name, "", subject)]
    asked = [check.requirement] if check.requirement else [*stated, *gone]
    kept = [o for each in asked if each in stated for o in _of_rule(each, told, stated, name, subject)]
    return [*kept, *(_not_asked(each, gone[each], subject) for each in asked if each in gone)]


def _of_rule(
    requirement: str,
    told: Sequence[Outcome],
    stated: Mapping[str, frozenset[str]],
    name: str,
    subject: Subject,
) -> list[Outcome]:
    """Return what was found of one requirement, or that it held; of what is not there, nothing holds."""
    found = [outcome for outcome in told if outcome.requirement == requirement]
    if found:
        return found
    for outcome in told:
        # What is no lawful value was not put to the rules about it: nothing of them is known to hold.
        if not outcome.requirement and _INDEX.sub("", outcome.at) in _elements(stated[requirement]):
            return [replace(outcome, result=Result.CANNOT_SAY, requirement=requirement)]
    if any(_stands(path, subject.resource) for path in stated[requirement]):
        return [_held(name, requirement, subject)]
    return [_not_asked(requirement, f"the resource has nothing that {requirement} speaks of", subject)]


def _not_asked(requirement: str, why: str, subject: Subject) -> Outcome:
    return Outcome(result=Result.NOT_ASKED, message=why, about=subject.reference, requirement=requirement)


def _told(issue: Issue, subject: Subject) -> Outcome | None:
    """Return an issue as an outcome, or None where nobody's rule is broken: advice, and what is not known."""
    if not issue.requirement and issue.severity != "error":
        return None
    unsure = issue.severity == "information"
    # That an expression was false says less than what it was put to; its key repeats the requirement.
    there = plain(subject.resource, issue.at) if issue.actual is False else None
    message = issue.message.removeprefix(f"{issue.source.rpartition('#')[2]}: ")
    return Outcome(
        result=Result.CANNOT_SAY if unsure else Result.FAILED,
        at=issue.at,
        expected=issue.expected,
        actual=issue.actual if there is None else there,
        message=f"{issue.at}: {message}",
        hint=issue.hint,
        about=subject.reference,
        requirement=issue.requirement,
        evidence="" if unsure else _evidence(issue),
    )


def _evidence(issue: Issue) -> str:
    """Return how sure a rule is; a member that FHIR does not know fails nobody (fairness F16)."""
    from conformance.profiles.issue import KNOWN_ELEMENT  # noqa: PLC0415 - as above

    return Evidence.INFERRED if issue.expected == KNOWN_ELEMENT else issue.evidence


def _held(name: str, requirement: str, subject: Subject) -> Outcome:
    return Outcome(
        result=Result.HELD,
        at=subjects.kind_of(subject.resource),
        expected=name,
        message=f"the rules of {name} hold",
        about=subject.reference,
        requirement=requirement,
    )


def _elements(paths: Iterable[str]) -> set[str]:
    return {path.removesuffix("[x]") for path in paths}


def _stands(path: str, resource: Json) -> bool:
    """Tell whether a resource has anything at the path of an element, such as `Observation.component`."""
    there = [resource]
    for name in path.split(".")[1:]:
        there = [value for each in there if isinstance(each, dict) for value in _below(each, name)]
    return bool(there)


def _below(whole: Mapping[str, Json], name: str) -> list[Json]:
    stem = name.removesuffix("[x]")
    keys = [name] if stem == name else [key for key in whole if key.startswith(stem)]
    values = [whole[key] for key in keys if key in whole]
    return [part for value in values for part in (value if isinstance(value, list) else [value])]


def wants(check: Check, subject: Subject, scene: Scene) -> list[str]:
    """Return the references of this server that have to be read before the profile can be judged."""
    guides = _guides(scene)
    try:
        asked = guides.wants(subject.resource, [guides.canonical(check.value)])
    except Problem:
        return []
    unread = [text for text in asked if not look_up(text, subject.resource, scene).known]
    return [to.reference for text in unread if (to := identity(text, scene.base)).local]


def _resolver(subject: Subject, scene: Scene) -> Resolve:
    from conformance.profiles import UNKNOWN  # noqa: PLC0415 - the engine loads when a check first needs it

    def resolve(reference: str) -> Json:
        found = look_up(reference, subject.resource, scene)
        return found.resource if found.known else UNKNOWN

    return resolve


def _guides(scene: Scene) -> Guides:
    return scene.guides or _shipped()


def _shipped() -> Guides:
    from conformance import guides  # noqa: PLC0415 - the engine loads when a check first needs it

    return guides.shipped()


def lint(check: Check) -> list[str]:
    """Return complaints about a profile that is not at hand."""
    try:
        _shipped().canonical(check.value)
    except Problem as problem:
        return [f"{problem.message}; {problem.hint}" if problem.hint else problem.message]
    return []


KIND = Kind(
    name="profile",
    schema=SCHEMA,
    subjects=subjects.each_match,
    judge_one=judge_one,
    wants=wants,
    lint=lint,
)
