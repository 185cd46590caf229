"""The HTTP status of an answer.

## What it asserts

That the answer of the step has one of the stated statuses: a number, a list of numbers, or a class such
as `2xx`. With `pages: all`, that every page has. `any` records what comes and judges nothing.

## Why it matters

FHIR R4 fixes few statuses by SHALL, and leaves others to the server (400, 404 or 422). Where it fixes
one, a client decides by it: 201 says that something was made, 200 that it was there before.

## Example

```yaml
expect:
  - status: 201
    for: R4-CRE-01
```

## How to fix

Answer with the status that the rule names. Where the answer is an error, its OperationOutcome says what
the server missed; it stands with the exchange in the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.scene import Kind

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Attempt, Check, Json, Outcome

_AT = "HTTP status"
_ONE: Json = {
    "anyOf": [
        {"type": "integer", "minimum": 100, "maximum": 599},
        {"type": "string", "pattern": "^[1-5]xx$"},
    ]
}
SCHEMA: Json = {"anyOf": [*_ONE["anyOf"], {"const": "any"}, {"type": "array", "minItems": 1, "items": _ONE}]}


def fits(status: int, wanted: Json) -> bool:
    """Tell whether a status is the wanted one, or in the wanted list or class."""
    if isinstance(wanted, list):
        return any(fits(status, one) for one in wanted)
    if isinstance(wanted, str):
        return wanted == "any" or wanted == f"{status // 100}xx" or wanted == str(status)
    return not isinstance(wanted, bool) and bool(status == wanted)


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return one outcome for each page of the answer."""
    if not scene.exchanges:
        return [say.untested("nothing was sent, so there is no status", at=_AT)]
    return [
        _one(check.value, exchange.answer, _AT if page == 1 else f"{_AT} of page {page}")
        for page, exchange in enumerate(scene.exchanges, 1)
    ]


def _one(wanted: Json, answer: Attempt, at: str) -> Outcome:
    if answer.status is None:
        return say.untested(f"there was no answer: {answer.error or 'the connection failed'}", at=at)
    if wanted == "any":
        return say.observed(f"{at}: {answer.status}", at=at, actual=answer.status)
    return say.found(
        fits(answer.status, wanted), at=at, expected=wanted, actual=answer.status, wanted=_wording(wanted)
    )


def _wording(wanted: Json) -> str:
    return "one of " + ", ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)


KIND = Kind(name="status", schema=SCHEMA, judge=judge)
