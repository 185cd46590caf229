"""The same as before: as another step answered, or as a resource was sent.

## What it asserts

That this answer agrees with a step or a resource, `in` what is listed. Of searches: `ids` (the same
matches), `order`, `total`. Of resources: `id`, `resource` (the whole, but for `except`, a list of JSON
Pointers), `labels` and `references`. Equal is what means the same: references by what they name, decimals by
value, times by instant, labels as a set. The id, what the server manages in meta, narrative, display, and
what the server adds to extensions, labels, tags and profile claims are free.

## Why it matters

A repository that changes what it was given becomes the author of the change, and answers for it.

## Example

```yaml
- read: prediction
  expect:
    - {same: prediction, in: [resource], except: [/note], for: DERM-WRT-03}
```

## How to fix

Store what the client sent and give it back. Where the server must change something, keep its meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say, subjects
from conformance.checks.comparing import COMPARISONS
from conformance.checks.counterparts import Counterpart, counterparts
from conformance.checks.scene import Kind
from conformance.pointer import tokens
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

SCHEMA: Json = {"type": "string", "minLength": 1}
BESIDE: Mapping[str, Json] = {
    "in": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(COMPARISONS)}},
    "except": {"type": "array", "items": {"type": "string", "pattern": "^/"}},
}


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return the outcomes of every listed comparison."""
    parts = check.predicates.get("in") or _usual(scene)
    others = counterparts(check.value, scene)
    if not others:
        return [say.untested(f"no step or resource named '{check.value}' is known here")]
    return [outcome for part in parts for other in others for outcome in _compared(check, part, other, scene)]


def _usual(scene: Scene) -> list[str]:
    return ["ids"] if scene.verb == "search" else ["resource"]


def _compared(check: Check, part: str, other: Counterpart, scene: Scene) -> list[Outcome]:
    """Compare one part; an id is told by a Location too, all else needs the body."""
    why = "" if part == "id" else subjects.unanswered(check, scene)
    if why:
        return [say.untested(why, about=other.reference)]
    return COMPARISONS[part](other, scene, tuple(check.predicates.get("except", ())))


def lint(check: Check) -> list[str]:
    """Return complaints about the pointers of `except`."""
    return [message for pointer in check.predicates.get("except", ()) for message in _complaints(pointer)]


def _complaints(pointer: Json) -> list[str]:
    try:
        tokens(str(pointer))
    except Problem as problem:
        return [problem.message]
    return []


KIND = Kind(name="same", schema=SCHEMA, beside=BESIDE, judge=judge, lint=lint)
