"""The SNOMED CT identifiers of a resource.

## What it asserts

That the code of every coding of SNOMED CT is an identifier with the right check digit, or an expression made
of such. Whether there is such a concept, and what it means, is not asked: that takes SNOMED CT itself.

## Why it matters

A digit that was mistyped in a mapping table, or rounded away where a long identifier was taken for a number,
names another finding, or none.

## Example

```yaml
expect:
  - {sctids: right, for: DERM-TRM-06}
```

## How to fix

Look the concept up again, and keep codes as texts. The check digit is never reckoned anew: the digits before
it may be the wrong ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say, subjects
from conformance.checks.scene import Kind, Subject
from conformance.definitions.sctid import SNOMED, may_be_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

SCHEMA: Json = {"const": "right"}


def judge_one(_check: Check, subject: Subject, _scene: Scene) -> list[Outcome]:
    """Return one outcome for each coding of SNOMED CT."""
    at = subjects.kind_of(subject.resource)
    found = [_judged(code, where, subject.reference) for where, code in _codes(subject.resource, at)]
    return found or [say.untested("no coding of SNOMED CT", at=at, about=subject.reference)]


def _judged(code: Json, at: str, about: str) -> Outcome:
    right = isinstance(code, str) and may_be_code(code)
    wanted = "a SNOMED CT identifier with its check digit"
    return say.found(right, at=at, expected=wanted, actual=code, about=about)


def _codes(value: Json, at: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        if value.get("system") == SNOMED and "code" in value:
            yield f"{at}.code", value["code"]
        for name, part in value.items():
            yield from _codes(part, f"{at}.{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _codes(part, f"{at}[{index}]")


KIND = Kind(name="sctids", schema=SCHEMA, subjects=subjects.each_match, judge_one=judge_one)
