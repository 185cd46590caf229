"""The OperationOutcome of an answer.

## What it asserts

That one of its issues has the stated severity and code (each a code, or a list of codes), holds the
stated text in its details or diagnostics, and names the stated expression. An OperationOutcome is looked
for as the body, and as an entry or an entry's response in a Bundle.

## Why it matters

A bare 400 says that something is wrong; the issues say what, and where, to a person and to a program.

## Example

```yaml
expect:
  - status: 4xx
  - outcome: {severity: [error, fatal], code: not-supported}
    when: {status: 4xx}
    for: R4-SRCH-02b
```

## How to fix

Answer errors with an OperationOutcome whose issues have a severity, a code and a text that a person
can act on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.scene import Kind
from conformance.checks.subjects import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

_ERRORS_FROM = 400
_CODES: Json = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
    ]
}
SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "severity": _CODES,
        "code": _CODES,
        "text": {"type": "string", "minLength": 1},
        "expression": {"type": "string", "minLength": 1},
    },
}


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return the outcome: one issue fits every stated fact, or none does."""
    answer = scene.exchanges[-1].answer if scene.exchanges else None
    if answer is not None and answer.status is None:
        return [say.untested(f"there was no answer: {answer.error or 'the connection failed'}")]
    found = list(_outcomes(scene.body))
    succeeded = answer is None or answer.status is None or answer.status < _ERRORS_FROM
    if not found and succeeded:
        return [say.untested("the answer holds no OperationOutcome, and is no error")]
    return [_fitting(check.value, [issue for outcome in found for issue in _issues(outcome)])]


def _outcomes(body: Json) -> Iterator[Json]:
    if kind_of(body) == "OperationOutcome":
        yield body
    elif kind_of(body) == "Bundle":
        entries = body.get("entry")
        for entry in entries if isinstance(entries, list) else []:
            yield from _of_entry(entry)


def _of_entry(entry: Json) -> Iterator[Json]:
    if not isinstance(entry, dict):
        return
    response = entry.get("response")
    inner = response.get("outcome") if isinstance(response, dict) else None
    yield from (one for one in (entry.get("resource"), inner) if kind_of(one) == "OperationOutcome")


def _issues(outcome: Json) -> list[Json]:
    issues = outcome.get("issue")
    return [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []


def _fitting(wanted: Mapping[str, Json], issues: list[Json]) -> Outcome:
    fitting = [issue for issue in issues if all(_FACTS[name](issue, one) for name, one in wanted.items())]
    return say.found(
        bool(fitting),
        at="OperationOutcome.issue",
        expected=wanted,
        actual=fitting[:1] or issues,
        wanted="an issue with " + ", ".join(f"{name} {_listed(one)}" for name, one in wanted.items()),
        seen="" if issues else "no issue",
    )


def _listed(wanted: Json) -> str:
    return " or ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)


def _is_code(name: str) -> Callable[[Json, Json], bool]:
    def fits(issue: Json, wanted: Json) -> bool:
        return issue.get(name) in (wanted if isinstance(wanted, list) else [wanted])

    return fits


def _tells(issue: Json, wanted: str) -> bool:
    details = issue.get("details")
    texts = (details.get("text") if isinstance(details, dict) else None, issue.get("diagnostics"))
    return any(isinstance(text, str) and wanted.casefold() in text.casefold() for text in texts)


def _points(issue: Json, wanted: str) -> bool:
    """R4 OperationOutcome.issue: `expression` took the place of `location`, which may still be there."""
    places = (issue.get("expression"), issue.get("location"))
    return any(isinstance(place, list) and wanted in place for place in places)


_FACTS: Mapping[str, Callable[[Json, Json], bool]] = {
    "severity": _is_code("severity"),
    "code": _is_code("code"),
    "text": _tells,
    "expression": _points,
}
KIND = Kind(name="outcome", schema=SCHEMA, judge=judge)
