"""The security labels of a resource.

## What it asserts

That meta.security holds (`has`) or does not hold (`lacks`) the stated labels, written `system|code`.
A label is its system and code: display, version and order say nothing. With `once: true`, that no
stated label stands there twice. In a Bundle, each match is looked at.

## Why it matters

The label AIAST tells every later reader that an algorithm had a part in a result. A server that loses
it turns a machine's suggestion into what looks like a clinician's finding.

## Example

```yaml
expect:
  - label: {has: ["http://terminology.hl7.org/CodeSystem/v3-ObservationValue|AIAST"], once: true}
    for: DERM-AIP-01
```

## How to fix

Store meta.security as the client sent it and give it back on read, search and history. Adding labels of
your own is fine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say, searchset, subjects
from conformance.checks.scene import Kind, Subject
from conformance.checks.values import show

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

_LABELS: Json = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "string", "pattern": r"^[^|]*\|[^|]+$"},
}
SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["has"]}, {"required": ["lacks"]}, {"required": ["once"]}],
    "properties": {"has": _LABELS, "lacks": _LABELS, "once": {"const": True}},
}


def judge_one(check: Check, subject: Subject, _scene: Scene) -> list[Outcome]:
    """Return one outcome for each label that the check names, and one for `once`."""
    wanted = check.value
    labels = ["|".join(pair) for pair in searchset.coding_list(subject.resource, "security")]
    at = f"{subjects.kind_of(subject.resource) or 'Resource'}.meta.security"
    outcomes = [
        *(_has(label, labels, at, subject.reference) for label in wanted.get("has", ())),
        *(_lacks(label, labels, at, subject.reference) for label in wanted.get("lacks", ())),
    ]
    if wanted.get("once"):
        outcomes.append(_once(wanted.get("has", ()), labels, at, subject.reference))
    return outcomes


def _has(label: str, labels: list[str], at: str, about: str) -> Outcome:
    return say.found(label in labels, at=at, expected=label, actual=labels, about=about)


def _lacks(label: str, labels: list[str], at: str, about: str) -> Outcome:
    return say.found(
        label not in labels,
        at=at,
        expected={"lacks": label},
        actual=labels,
        about=about,
        wanted=f"no label {show(label)}",
    )


def _once(named: list[str], labels: list[str], at: str, about: str) -> Outcome:
    """R4-META-05: labels are a set by system and code."""
    twice = sorted({label for label in labels if labels.count(label) > 1 and (not named or label in named)})
    if not labels:
        return say.untested(f"{at} is empty: nothing can stand there twice", at=at, about=about)
    return say.found(
        not twice,
        at=at,
        expected={"once": True},
        actual=labels,
        about=about,
        wanted="each label once",
        seen=f"{', '.join(twice)} more than once" if twice else "each once",
    )


KIND = Kind(name="label", schema=SCHEMA, subjects=subjects.each_match, judge_one=judge_one)
