"""A JSONPath expression over a body that is not FHIR.

## What it asserts

That what the expression finds in the JSON body fits the predicates beside it; without one, that it
finds something. FHIR bodies have `fhirpath`, which knows their types.

## Why it matters

Discovery documents such as `.well-known/smart-configuration` are plain JSON, and clients start there.

## Example

```yaml
- request: GET /.well-known/smart-configuration
  expect:
    - {jsonpath: "$.token_endpoint", matches: "^https://", for: COR-01}
```

## How to fix

Serve the member at the shown place with the expected value.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from conformance.checks import predicates, say
from conformance.checks.scene import Kind
from conformance.checks.subjects import unanswered

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

SCHEMA: Json = {"type": "string", "minLength": 1}
_PRESENT: Json = {"exists": True}
# What the library raises where a filter meets a value of another type than the expression assumes.
_ASTRAY = (TypeError, ValueError, AttributeError, KeyError, IndexError, ArithmeticError, RecursionError)


@cache
def _parsed(expression: str) -> Any:
    from jsonpath_ng.ext.parser import parse  # noqa: PLC0415 - slow to import, and few runs need it

    return parse(expression)


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return the outcomes of the expression on the body."""
    why = unanswered(check, scene, any_json=True)
    if why:
        return [say.untested(why)]
    try:
        there = _parsed(check.value).find(scene.body)
    except _ASTRAY as error:
        return [say.untested(f"the expression cannot be evaluated on this body: {error}")]
    at = str(there[0].full_path) if len(there) == 1 else check.value
    return predicates.judged([match.value for match in there], check.predicates or _PRESENT, at=at)


def found(expression: str, body: Json) -> list[Json]:
    """Return what an expression finds in a body; nothing where it cannot be evaluated there."""
    try:
        return [match.value for match in _parsed(expression).find(body)]
    except _ASTRAY:
        return []


def complaint(expression: str) -> str:
    """Return why a text is no JSONPath expression, or nothing where it is one."""
    from jsonpath_ng.exceptions import JSONPathError  # noqa: PLC0415 - see above

    try:
        _parsed(expression)
    except (JSONPathError, *_ASTRAY) as error:
        return f"'{expression}' is not a JSONPath expression: {error}"
    return ""


def lint(check: Check) -> list[str]:
    """Return complaints about the expression and about the regular expression beside it."""
    wrong = complaint(check.value)
    return [wrong, *predicates.lint(check)] if wrong else predicates.lint(check)


KIND = Kind(name="jsonpath", schema=SCHEMA, beside=predicates.SCHEMAS, judge=judge, lint=lint)
