"""What an answer shows, whatever its status and its form.

## What it asserts

With `lacks`, that no resource of these types stands anywhere in the body: not in a Bundle, not contained,
not beside an error. With `of`, that nothing of the studies that an earlier step was shown comes again, in
whatever form: neither their ids nor their UIDs, in the text of the body or in a header. What the request
itself names may be repeated. A server that broke down and shows nothing is untested.

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
    - {discloses: {lacks: [ImagingStudy], of: found}, for: SIA-TOK-07}
```

## How to fix

Decide who asks before looking for anything, and answer those who may not see it without any of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.scene import Kind
from conformance.checks.subjects import kind_of
from conformance.model import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "title": "a map of lacks (a list of types) and of (a step)",
    "properties": {
        "lacks": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"}},
        "of": {"type": "string", "minLength": 1},
    },
}
_BROKEN, _NOT_IMPLEMENTED = 500, 501
_STUDY = "ImagingStudy"
# What names a type and nothing else, such as the scope that is missing, shows no resource.
_TELLING = frozenset(
    ("id", "identifier", "subject", "series", "started", "modality", "endpoint", "address", "connectionType")
)
# A shorter id may stand anywhere.
_SHORTEST = 6


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return one outcome for each type, and one for each step, of which nothing may be shown."""
    shown = [each for page in scene.pages for each in _resources(page)]
    outcomes = [_lacks(type_, shown) for type_ in check.value.get("lacks", ())]
    if "of" in check.value:
        outcomes.append(_of(check.value["of"], scene))
    silent = _broken_down(scene)
    return [say.untested(silent) if silent and each.result is Result.HELD else each for each in outcomes]


def _broken_down(scene: Scene) -> str:
    """Return why what is not shown tells nothing: there was no answer, or none that was decided on."""
    for exchange in scene.exchanges:
        status = exchange.answer.status
        if status is None or (status >= _BROKEN and status != _NOT_IMPLEMENTED):
            told = f"the server broke down ({status})" if status else "there was no answer"
            return f"{told}: what it would show is not known"
    return ""


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


def _of(step: str, scene: Scene) -> Outcome:
    """Judge whether what names the studies of another step stands anywhere in an answer."""
    before = scene.steps.get(step)
    names = _names(before) if before else ()
    if not names:
        return say.untested(f"step '{step}' was shown no study whose name could be looked for")
    for exchange in scene.exchanges:
        # UTF-16 is read with a NUL beside each letter.
        texts = {"the body": (exchange.answer.body or "").replace("\0", ""), **exchange.answer.headers}
        for at, text in texts.items():
            told = next((name for name in names if name in text and name not in exchange.request.url), "")
            if told:
                message = f"{at}: '{told}' of a study that is not for this client"
                return say.found(False, at=at, expected="nothing of it", actual=told, failing=message)  # noqa: FBT003
    return say.found(True, at="the body", expected="nothing of it", actual="nothing of it")  # noqa: FBT003


def _names(scene: Scene) -> tuple[str, ...]:
    """Return the ids and the bare identifiers of the studies that a step was shown."""
    studies = [one for page in scene.pages for _, one in _resources(page) if kind_of(one) == _STUDY]
    values = [study.get("id") for study in studies]
    for study in studies:
        listed = study.get("identifier")
        values += [one.get("value") for one in listed or () if isinstance(one, dict)]
    texts = [value.removeprefix("urn:oid:") for value in values if isinstance(value, str)]
    return tuple(dict.fromkeys(text for text in texts if len(text) >= _SHORTEST))


def _named(resource: Json) -> str:
    id_ = resource.get("id")
    return f"{kind_of(resource)}/{id_}" if isinstance(id_, str) else f"{kind_of(resource)} without an id"


def _resources(body: Json) -> Iterator[tuple[str, Json]]:
    """Yield every resource in a body with its place."""
    waiting: list[tuple[str, Json]] = [(kind_of(body) or "the body", body)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, dict):
            if kind_of(value) and (value.keys() & _TELLING):
                yield at, value
            waiting += [(f"{at}.{key}", each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{at}[{index}]", each) for index, each in enumerate(value)]


KIND = Kind(name="discloses", schema=SCHEMA, judge=judge)
