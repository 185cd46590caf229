"""The results of a search, over all pages that were read.

## What it asserts

`has`: these resources are among the matches; `lacks`: these are not; `only`: of this scenario's own
resources these and no others; `included`: these came along; `order`: these stand in this order; `total`:
Bundle.total is this number; `per-page`: no page holds more matches. Whether a resource belongs there is
asked of the search oracle: what R4 leaves to the server is never a failure.

## Why it matters

A search that misses an annotation hides it from whoever decides on the patient; one that ignores a
parameter shows annotations of other photographs.

## Example

```yaml
- search: Observation
  where: {patient: "{{ patient }}", derived-from: "{{ photo }}"}
  expect:
    - results: {has: [annotation], lacks: [control]}
      for: R4-RES-19
```

## How to fix

Compare the resource with the query parameter by parameter. What the server does not support it may
ignore, but then the self link must not name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import membership, ordering, say, searchset
from conformance.checks.scene import Kind
from conformance.checks.subjects import kind_of, unanswered
from conformance.checks.values import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

_NAMES: Json = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "has": _NAMES,
        "lacks": _NAMES,
        "only": _NAMES | {"minItems": 0},
        "included": _NAMES,
        "order": _NAMES | {"minItems": 1},
        "total": {"type": "integer", "minimum": 0},
        "per-page": {"type": "integer", "minimum": 0},
    },
}


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return the outcomes of everything that the check says of the results."""
    why = unanswered(check, scene)
    if not why and kind_of(scene.body) != "Bundle":
        why = f"the answer is not a Bundle but {kind_of(scene.body) or 'something else'}"
    if why:
        return [say.untested(why)]
    return [outcome for name, wanted in check.value.items() for outcome in _PARTS[name](wanted, scene)]


def _total(wanted: int, scene: Scene) -> list[Outcome]:
    """R4-RES-04: the total is optional, and `_total=estimate` asks for no exact one."""
    at, actual = "Bundle.total", scene.body.get("total")
    if actual is None:
        return [say.cannot_say("the server tells no total, which it need not", at=at, expected=wanted)]
    if ("_total", "estimate") in scene.query:
        return [say.cannot_say("an estimated total was asked for", at=at, expected=wanted, actual=actual)]
    unsaid = membership.not_used(scene)
    if unsaid:
        return [say.cannot_say(unsaid, at=at, expected=wanted, actual=actual)]
    return [say.found(number(actual) == wanted, at=at, expected=wanted, actual=actual)]


def _per_page(wanted: int, scene: Scene) -> list[Outcome]:
    """R4-RES-02: a page holds no more matches than were asked for; includes and outcomes do not count."""
    pages = scene.pages or (scene.body,)
    counts = [len(searchset.matches(page, scene.type, scene.base)) for page in pages]
    return [
        say.found(
            count <= wanted,
            at="Bundle.entry" if page == 1 else f"Bundle.entry of page {page}",
            expected={"at-most": wanted},
            actual=count,
            wanted=f"at most {wanted} matches",
        )
        for page, count in enumerate(counts, 1)
    ]


_PARTS: Mapping[str, Callable[[Json, Scene], list[Outcome]]] = {
    "has": membership.has,
    "lacks": membership.lacks,
    "only": membership.only,
    "included": membership.included,
    "order": ordering.order,
    "total": _total,
    "per-page": _per_page,
}
KIND = Kind(name="results", schema=SCHEMA, judge=judge)
