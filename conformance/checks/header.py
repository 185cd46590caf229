"""A header of an answer.

## What it asserts

That a header fits the predicates beside it; without one, that it is there. With `pages: all`, on every
page. Names are compared without case. An error answer is looked at only where `when: {status: …}` asks
for it: a Location missing from a refusal is no second fault.

## Why it matters

Location tells a client what was made, ETag which version it may update, Content-Type how to read the body.

## Example

```yaml
expect:
  - {header: Location, matches: "/Observation/[A-Za-z0-9.-]{1,64}", for: R4-CRE-02}
```

## How to fix

Send the header with the answer. Behind a proxy or a browser gateway, look whether something strips it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import predicates, say, subjects
from conformance.checks.scene import Kind

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Attempt, Check, Json, Outcome

_ERRORS_FROM, _REDIRECTS_FROM = 400, 300
_PRESENT: Json = {"exists": True}
SCHEMA: Json = {"type": "string", "pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"}


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return the outcomes of the header on each page of the answer."""
    if not scene.exchanges:
        return [say.untested("nothing was sent, so there is no header", at=check.value)]
    return [
        outcome
        for page, exchange in enumerate(scene.exchanges, 1)
        for outcome in _one(
            check, exchange.answer, check.value if page == 1 else f"{check.value} of page {page}"
        )
    ]


def _one(check: Check, answer: Attempt, at: str) -> list[Outcome]:
    if answer.status is None:
        return [say.untested(f"there was no answer: {answer.error or 'the connection failed'}", at=at)]
    # Of bytes that did not come here, the headers of a redirect say nothing.
    refused = _REDIRECTS_FROM if answer.facts is not None else _ERRORS_FROM
    if answer.status >= refused and not subjects.asks_errors(check):
        return [say.untested(f"the answer was {answer.status}", at=at)]
    value = answer.headers.get(check.value.lower())
    values = [] if value is None else [value]
    return predicates.judged(values, check.predicates or _PRESENT, at=at)


KIND = Kind(name="header", schema=SCHEMA, beside=predicates.SCHEMAS, judge=judge, lint=predicates.lint)
