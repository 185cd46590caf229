"""A FHIRPath expression over the answer.

## What it asserts

Without a predicate: that the expression is exactly `true`; empty is not true. With one (`is`, `is-not`,
`in`, `matches`, `at-least`, `at-most`, `count`, `exists`): that what the expression finds fits it. An
expression that starts with the type of the body looks at the body, one that starts with another type
at each match of that type, and one that starts with `Bundle` at the searchset of all pages.

## Why it matters

Most rules of a FHIR profile speak of one element: its value, its presence, its binding. FHIRPath is the
standard's own language for them, knows choice types, and says where it looked.

## Example

```yaml
expect:
  - {fhirpath: Observation.status, is-not: final, for: DERM-AIP-03}
  - {fhirpath: "Observation.component.exists()", for: DERM-ANN-08a}
```

## How to fix

Compare the element at the shown location with what was sent: where the server changed it, keep what the
client sent; where the data came from elsewhere, its producer has to mend it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.checks import paths, predicates, say, subjects
from conformance.checks.scene import Kind, Subject
from conformance.model import Result
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.scene import Scene
    from conformance.fhirpath import Node
    from conformance.model import Check, Json, Outcome

SCHEMA: Json = {"type": "string", "minLength": 1}


def looked_at(check: Check, scene: Scene) -> list[Subject]:
    """Return the resources that the expression is put to."""
    return subjects.of_type(check, scene, subjects.opening(check.value))


def judge_one(check: Check, subject: Subject, scene: Scene) -> list[Outcome]:
    """Return the outcomes of the expression on one resource."""
    try:
        nodes = paths.evaluate(check.value, subject, scene)
    except Problem as problem:
        return [say.untested(f"the expression cannot be evaluated here: {problem.message}")]
    at = paths.location(check.value, nodes, subject.resource)
    if check.predicates:
        values = [node.value for node in nodes]
        return predicates.judged(values, check.predicates, at=at, about=subject.reference)
    outcome = _exactly_true(check.value, nodes, at, subject.reference)
    if outcome.result is Result.FAILED and (why := paths.misspelt(subject.resource)):
        outcome = replace(outcome, hint=f"{why}.")
    return [outcome]


def _exactly_true(expression: str, nodes: Sequence[Node], at: str, about: str) -> Outcome:
    values = [node.value for node in nodes]
    return say.found(
        len(values) == 1 and values[0] is True,
        at=at,
        expected=True,
        actual=predicates.collected(values),
        about=about,
        wanted=f"`{expression}` to be true",
        seen="" if values else "empty",
    )


def lint(check: Check) -> list[str]:
    """Return complaints about the check's regular expression; the reader compiles the FHIRPath itself."""
    return predicates.lint(check)


KIND = Kind(
    name="fhirpath",
    schema=SCHEMA,
    beside=predicates.SCHEMAS,
    subjects=looked_at,
    judge_one=judge_one,
    lint=lint,
)
