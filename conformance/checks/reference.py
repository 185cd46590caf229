"""The references at an element path.

## What it asserts

`target`: at least one value is that resource, which is a name, a kept value or a text. The others ask it of
every value: `to`, that it is of one of these types; `resolves: true`, that it leads to a resource;
`same-patient`, that it leads to a resource of the same patient as the named one; with `some: true` one value
that fits is enough. A reference is compared by
what it names, not by its spelling: relative, absolute on this server and versioned are one. With
`spelled: exactly` the text itself is compared. References by identifier and to contained resources count;
where a reference does not tell its type or its target, the check is untested.

## Why it matters

An annotation is worth as much as its way back to the image: to the right one, of the right patient.

## Example

```yaml
expect:
  - {reference: Observation.derivedFrom, target: photo, for: DERM-ANN-04}
  - {reference: Observation.derivedFrom, to: [ImagingStudy, Media], some: true, for: DERM-ANN-05a}
```

## How to fix

Keep references as the client sent them, or spell them otherwise without changing what they name. In a
transaction, replace each `urn:uuid:` by the reference of the resource that was made for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.patients import patient_of
from conformance.checks.pointing import Pointer, pointers
from conformance.checks.resolving import Found, look_up
from conformance.checks.scene import Kind, Subject
from conformance.checks.subjects import each_match, leading_path, of_type, opening
from conformance.checks.values import show
from conformance.model import Result
from conformance.problem import Problem
from conformance.references import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

    Judge = Callable[[Json, Pointer, Subject, Scene], Outcome]

SCHEMA: Json = {"type": "string", "minLength": 1}
BESIDE: Mapping[str, Json] = {
    "to": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"}},
    "target": {"type": "string", "minLength": 1},
    "resolves": {"const": True},
    "same-patient": {"type": "string", "minLength": 1},
    "some": {"const": True},
    "spelled": {"const": "exactly"},
}


def looked_at(check: Check, scene: Scene) -> list[Subject]:
    """Return the resources whose references are judged: a path without a type speaks of each match."""
    type_ = opening(check.value)
    return of_type(check, scene, type_) if type_ else each_match(check, scene)


def judge_one(check: Check, subject: Subject, scene: Scene) -> list[Outcome]:
    """Return the outcomes of every expectation on the references of one resource."""
    try:
        found = pointers(check.value, subject, scene)
    except Problem as problem:
        return [
            say.untested(f"the path cannot be evaluated here: {problem.message}", about=subject.reference)
        ]
    at = leading_path(check.value, subject.reference.partition("/")[0])
    outcomes = _each(check, found, at, subject, scene)
    if "target" in check.predicates:
        outcomes += _target(check, found, at, subject, scene)
    return outcomes


def _each(check: Check, found: Sequence[Pointer], at: str, subject: Subject, scene: Scene) -> list[Outcome]:
    """Judge what is asked of every value; of no value it says nothing."""
    asked = [(name, wanted) for name, wanted in check.predicates.items() if name in _EVERY]
    if asked and not found:
        return [say.untested(f"{at} holds no reference", at=at, about=subject.reference)]
    judged = [[_EVERY[name](wanted, pointer, subject, scene) for pointer in found] for name, wanted in asked]
    if "some" in check.predicates:
        judged = [[_best(outcomes)] for outcomes in judged]
    return [outcome for outcomes in judged for outcome in outcomes]


def _best(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome that decides where one value is enough: one that held, else one that is open."""
    order = (Result.HELD, Result.UNTESTED, Result.FAILED)
    return min(outcomes, key=lambda outcome: order.index(outcome.result))


def _to(wanted: Sequence[str], pointer: Pointer, subject: Subject, scene: Scene) -> Outcome:
    """R4 references.html: the literal tells the type by its URL, else Reference.type does."""
    type_ = pointer.type(subject.resource, scene)
    if not type_:
        why = f"{pointer.at}: {show(pointer.told)} does not tell the type of its target"
        return say.untested(why, at=pointer.at, about=subject.reference)
    return say.found(
        type_ in wanted,
        at=pointer.at,
        expected=list(wanted),
        actual=pointer.told,
        about=subject.reference,
        wanted="a reference to " + " or ".join(wanted),
    )


def _resolves(_wanted: Json, pointer: Pointer, subject: Subject, scene: Scene) -> Outcome:
    target = _led_to(pointer, subject, scene)
    if isinstance(target, str):
        return say.untested(target, at=pointer.at, about=subject.reference)
    there = isinstance(target.resource, dict)
    return say.found(
        there,
        at=pointer.at,
        expected=pointer.text,
        actual=pointer.text if there else None,
        about=subject.reference,
        wanted=f"{show(pointer.text)} to lead to a resource",
        seen="it does" if there else "there is none",
    )


def _same_patient(name: str, pointer: Pointer, subject: Subject, scene: Scene) -> Outcome:
    expected = next((patient_of(r, scene) for r in scene.names.get(name, ())), "")
    if not expected:
        why = f"the patient of '{name}' is not known"
        return say.untested(why, at=pointer.at, about=subject.reference)
    actual, why = _patient_behind(pointer, subject, scene)
    if not actual:
        return say.untested(why, at=pointer.at, about=subject.reference)
    return say.found(
        actual == expected,
        at=pointer.at,
        expected=expected,
        actual=actual,
        about=subject.reference,
        wanted=f"{show(pointer.told)} to be of {expected}",
        seen=f"it is of {actual}",
    )


def _patient_behind(pointer: Pointer, subject: Subject, scene: Scene) -> tuple[str, str]:
    """Return the patient that a reference leads to, or nothing and why it is not known."""
    if pointer.text and pointer.type(subject.resource, scene) == "Patient":
        return identity(pointer.text, scene.base).reference, ""
    target = _led_to(pointer, subject, scene)
    if isinstance(target, str):
        return "", target
    patient = patient_of(target.resource, scene)
    return patient, f"{pointer.at}: {show(pointer.told)} does not tell its patient"


def _led_to(pointer: Pointer, subject: Subject, scene: Scene) -> Found | str:
    """Return what is known of a reference's target, or a sentence that says why nothing is."""
    if not pointer.text:
        return f"{pointer.at}: {show(pointer.told)} is no literal reference: there is nothing to follow"
    found = look_up(pointer.text, subject.resource, scene)
    if found.known:
        return found
    if not identity(pointer.text, scene.base).local:
        return f"{pointer.at}: {show(pointer.text)} is foreign and is not followed"
    return f"{pointer.at}: {show(pointer.text)} was not read"


def _target(check: Check, found: Sequence[Pointer], at: str, subject: Subject, scene: Scene) -> list[Outcome]:
    wanted = check.predicates["target"]
    exactly = check.predicates.get("spelled") == "exactly"
    return [_one_target(text, found, at, subject, scene, exactly=exactly) for text in _texts(wanted, scene)]


def _texts(wanted: str, scene: Scene) -> list[str]:
    """Return the references that a name, a kept value or a text stands for; a name with `times` for all."""
    if scene.names.get(wanted):
        return [resource.reference for resource in scene.names[wanted]]
    return [scene.kept.get(wanted, wanted)]


def _one_target(
    text: str, found: Sequence[Pointer], at: str, subject: Subject, scene: Scene, *, exactly: bool
) -> Outcome:
    bases = [scene.base, *([scene.home] if _of_home(text, scene) else [])]
    hit = next(
        (one for one in found if any(one.names(text, base, exactly=exactly) for base in bases)),
        None,
    )
    if hit is None and found and all(pointer.logical for pointer in found):
        why = f"{at} refers by identifier alone, which does not tell whether it is {text}"
        return say.untested(why, at=at, about=subject.reference)
    abroad = [one for one in found if hit is None and _of_home(text, scene) and _bare(one.text) == text]
    if abroad:
        told_of = show(abroad[0].text)
        why = f"{at}: {told_of} is on neither base of the target: whether it is {text} is not known"
        return say.untested(why, at=at, about=subject.reference)
    told = [pointer.told for pointer in found]
    return say.found(
        hit is not None,
        at=hit.at if hit else at,
        expected=text,
        actual=hit.told if hit else told,
        about=subject.reference,
        wanted=f"{show(text)}{' in this spelling' if exactly else ''}",
        seen="" if told else "no reference",
    )


def _of_home(text: str, scene: Scene) -> bool:
    """Tell whether a reference is one to a patient, whom a server of images may name where patients are."""
    return bool(scene.home) and identity(text, scene.home).type == "Patient"


def _bare(text: str) -> str:
    """Return `Type/id` of a reference on whatever server."""
    named = identity(text, "")
    return "/".join(named.reference.split("/")[-2:]) if named.type else ""


def wants(check: Check, subject: Subject, scene: Scene) -> list[str]:
    """Return the references that have to be read: literal, of this server, and not known yet."""
    asked = {"resolves", "same-patient"} & check.predicates.keys()
    if not asked:
        return []
    try:
        found = pointers(check.value, subject, scene)
    except Problem:
        return []
    return [
        identity(pointer.text, scene.base).reference
        for pointer in found
        if pointer.local(scene.base) and not look_up(pointer.text, subject.resource, scene).known
        # A reference to a patient tells the patient without being read.
        if "resolves" in asked or pointer.type(subject.resource, scene) != "Patient"
    ]


def lint(check: Check) -> list[str]:
    """Return complaints about a check that asks nothing, or asks for a spelling of nothing."""
    asked = check.predicates.keys()
    if not asked & {"target", *_EVERY}:
        return ["a reference check needs 'to', 'target', 'resolves' or 'same-patient'"]
    if "some" in asked and not asked & _EVERY.keys():
        return ["'some' says that one value is enough for 'to', 'resolves' or 'same-patient'; there is none"]
    if "spelled" in asked and "target" not in asked:
        return ["'spelled' says how 'target' is spelled, and there is no 'target'"]
    return []


_EVERY: Mapping[str, Judge] = {"to": _to, "resolves": _resolves, "same-patient": _same_patient}
KIND = Kind(
    name="reference",
    schema=SCHEMA,
    beside=BESIDE,
    subjects=looked_at,
    judge_one=judge_one,
    wants=wants,
    lint=lint,
)
