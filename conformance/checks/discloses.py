"""What an answer shows, whatever its status and its form.

## What it asserts

With `lacks`, that no resource of these types stands anywhere in the body: not in a Bundle, not contained,
not beside an error. A body that is no JSON, or none, shows none. A server that broke down is untested.

## Why it matters

A specification that says who may see something rarely says by which status the others are told: 401, 403
and 404, an empty searchset and the way to a login page are all lawful. What must not be is the data.

## Example

```yaml
- search: ImagingStudy
  with: nobody
  where: {patient: "{{ known.patient-a }}"}
  expect:
    - status: [2xx, 3xx, 401, 4xx, 501]
    - {discloses: {lacks: [ImagingStudy]}, for: SIA-TOK-07}
```

## How to fix

Decide who asks before looking for anything, and answer those who may not see it without any of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.scene import Kind
from conformance.checks.subjects import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["lacks"],
    "properties": {
        "lacks": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"}}
    },
}
_BROKEN, _NOT_IMPLEMENTED = 500, 501


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return one outcome for each type that must not be shown."""
    for exchange in scene.exchanges:
        status = exchange.answer.status
        if status is None or (status >= _BROKEN and status != _NOT_IMPLEMENTED):
            told = f"the server broke down ({status})" if status else "there was no answer"
            return [say.untested(f"{told}: what it would show is not known")]
    shown = [each for page in scene.pages for each in _resources(page)]
    return [_lacks(type_, shown) for type_ in check.value["lacks"]]


def _lacks(type_: str, shown: list[tuple[str, Json]]) -> Outcome:
    found = [(at, resource) for at, resource in shown if kind_of(resource) == type_]
    told = [_named(resource) for _, resource in found]
    return say.found(
        not found,
        at=found[0][0] if found else "the body",
        expected=f"no {type_}",
        actual=told if found else f"no {type_}",
        seen=", ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else ""),  # noqa: PLR2004
    )


def _named(resource: Json) -> str:
    id_ = resource.get("id")
    return f"{kind_of(resource)}/{id_}" if isinstance(id_, str) else f"{kind_of(resource)} without an id"


def _resources(body: Json) -> Iterator[tuple[str, Json]]:
    """Yield every resource in a body with its place."""
    waiting: list[tuple[str, Json]] = [(kind_of(body) or "the body", body)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, dict):
            if kind_of(value):
                yield at, value
            waiting += [(f"{at}.{key}", each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{at}[{index}]", each) for index, each in enumerate(value)]


KIND = Kind(name="discloses", schema=SCHEMA, judge=judge)
