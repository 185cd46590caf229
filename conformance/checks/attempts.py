"""The sends of one step: how a busy server asks for patience, and whether it then answers.

## What it asserts

That the `first` and the `last` answer of the step's last request have the stated statuses, and that the
first one carries a `header`. A step sends again only where it allows `attempts`.

## Why it matters

A server that answers 503 or 429 without Retry-After leaves its clients to guess, and they guess badly.

## Example

```yaml
attempts: 3
expect:
  - attempts: {first: 503, header: Retry-After, last: 200}
    when: {attempt: 503}
    for: SIA-503-01
```

## How to fix

Send Retry-After, in seconds or as a date, with every 503 and 429, and answer once that time has passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say, status
from conformance.checks.scene import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.checks.scene import Scene
    from conformance.model import Attempt, Check, Json, Outcome

SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "first": status.SCHEMA,
        "last": status.SCHEMA,
        "header": {"type": "string", "minLength": 1},
    },
}


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return one outcome for each fact that the check names."""
    if not scene.exchanges or not scene.exchanges[-1].attempts:
        return [say.untested("nothing was sent")]
    attempts = scene.exchanges[-1].attempts
    return [_FACTS[name](wanted, attempts) for name, wanted in check.value.items()]


def _first(wanted: Json, attempts: Sequence[Attempt]) -> Outcome:
    return _status("first attempt", wanted, attempts[0])


def _last(wanted: Json, attempts: Sequence[Attempt]) -> Outcome:
    return _status("last attempt", wanted, attempts[-1])


def _status(at: str, wanted: Json, attempt: Attempt) -> Outcome:
    if attempt.status is None:
        return say.untested(f"{at}: there was no answer: {attempt.error or 'the connection failed'}", at=at)
    return say.found(status.fits(attempt.status, wanted), at=at, expected=wanted, actual=attempt.status)


def _header(name: str, attempts: Sequence[Attempt]) -> Outcome:
    value = attempts[0].headers.get(name.lower())
    at = f"{name} of the first attempt"
    return say.found(value is not None, at=at, expected="something", actual=value, wanted="something")


_FACTS: Mapping[str, Callable[[Json, Sequence[Attempt]], Outcome]] = {
    "first": _first,
    "last": _last,
    "header": _header,
}
KIND = Kind(name="attempts", schema=SCHEMA, judge=judge)
