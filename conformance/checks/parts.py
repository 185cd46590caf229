"""The parts of a multipart body: how many, of what type, and of whose study.

## What it asserts

That a body retrieved by WADO-RS is multipart and has `count` parts, or `at-least` so many, all of the media
`type`; that it is `complete`: the closing boundary came, and no part that is a DICOM file is cut off before
the end of its pixels; that each part is a DICOM file of the `study`, the `series`, the `instance` and the
`patient` that are named, and of no `other-patient`; and that no SOP instance comes twice (`unique`). UIDs are
written bare.

## Why it matters

What looks like an image of the right lesion may be one of another patient: the file itself tells.

## Example

```yaml
- retrieve: study
  of: "{{ known.study-a }}"
  expect:
    - parts: {at-least: 1, type: application/dicom, complete: true, study: "{{ known.study-a }}"}
      for: SIA-WAD-02
```

## How to fix

Send one part for each instance of what the URL names, each a whole file to the end of its pixels, and the
closing boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.scene import Kind
from conformance.checks.subjects import unanswered_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

_TEXT: Json = {"type": "string", "minLength": 1}
_NUMBER: Json = {
    "type": ["integer", "string"],
    "minimum": 0,
    "pattern": r"^[0-9]{1,18}$|\{\{",
    "title": "a number, or a look-up of one",
}
SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "title": "a map of count, at-least, type, complete, study, series, instance, (other-)patient, unique",
    "properties": {
        "count": _NUMBER,
        "at-least": _NUMBER,
        "type": _TEXT,
        "complete": {"const": True},
        "study": _TEXT,
        "series": _TEXT,
        "instance": _TEXT,
        "patient": _TEXT,
        "other-patient": _TEXT,
        "unique": {"const": True},
    },
}
# What cannot be told of a body of which the end did not come.
_COUNTED = frozenset({"count", "at-least"})
_OTHER = "other-patient"
_OF_THE_WHOLE = _COUNTED | {"complete"}


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return one outcome for each fact that the check names."""
    why = unanswered_bytes(check, scene)
    if why:
        return [say.untested(why)]
    facts = scene.exchanges[-1].answer.facts or {}
    if "parts" not in facts and check.value.keys() == {_OTHER}:
        # That it is not multipart is the finding of another rule.
        return [_not_of(_OTHER, check.value[_OTHER], {"parts": [facts]})]
    if "parts" not in facts:
        return [say.found(held=False, at="body", expected="a multipart body", actual=facts["format"])]
    if "wrong" in facts:
        return [say.found(held=False, at="body", expected="parts", actual=None, failing=facts["wrong"])]
    return [_judged(name, wanted, facts) for name, wanted in check.value.items()]


def _judged(name: str, wanted: Json, facts: Mapping[str, Json]) -> Outcome:
    if "cut" in facts and name in _COUNTED:
        return say.untested(f"the body did not come to its end: {facts['cut']}", at=name)
    if name not in _OF_THE_WHOLE and not facts["parts"]:
        return say.untested("the body has no part to look at", at=name)
    return _FACTS[name](name, wanted, facts)


def _count(at: str, wanted: Json, facts: Mapping[str, Json]) -> Outcome:
    actual, number = facts.get("count", 0), _number(wanted)
    if number is None:
        return say.untested(f"'{wanted}' is no number", at=at)
    held = actual >= number if at == "at-least" else actual == number
    expected = f"at least {number} parts" if at == "at-least" else f"{number} parts"
    return say.found(held, at="parts", expected=number, actual=actual, wanted=expected)


def _complete(at: str, _wanted: Json, facts: Mapping[str, Json]) -> Outcome:
    for number, part in enumerate(facts["parts"], 1):
        if "short" in part:
            told = f"part {number} is cut off: {part['short']}"
            return say.found(held=False, at=at, expected="whole parts", actual=part["short"], failing=told)
    if "cut" in facts:
        return say.untested(f"the body did not come to its end: {facts['cut']}", at=at)
    return say.found(
        facts["complete"],
        at="closing boundary",
        expected="the closing boundary",
        actual=None,
        failing="The body ends without its closing boundary",
    )


def _type(_at: str, wanted: Json, facts: Mapping[str, Json]) -> Outcome:
    types = [part["type"].partition(";")[0].strip().lower() for part in facts["parts"]]
    return _each("Content-Type", str(wanted).lower(), types)


def _named(at: str, wanted: Json, facts: Mapping[str, Json]) -> Outcome:
    told = [_of_part(at, part) for part in facts["parts"]]
    bad = next((number for number, one in enumerate(told, 1) if one is _NO_FILE), 0)
    if bad:
        form = facts["parts"][bad - 1]["format"]
        message = f"part {bad} is no DICOM file, but {form}"
        return say.found(held=False, at=at, expected="a DICOM file", actual=form, failing=message)
    plain = str(wanted).removeprefix("urn:oid:")
    if any(isinstance(one, str) and one != plain for one in told):
        return _each(at, plain, [plain if one is _UNKNOWN else one for one in told])
    unknown = next((number for number, one in enumerate(told, 1) if one is _UNKNOWN), 0)
    if unknown:
        why = facts["parts"][unknown - 1].get("dicom", {}).get("unread", "not enough of it was read")
        return say.untested(f"part {unknown} cannot be read: {why}", at=at)
    return _each(at, plain, told)


def _not_of(at: str, unwanted: Json, facts: Mapping[str, Json]) -> Outcome:
    told = [_of_part("patient", part) for part in facts["parts"]]
    number = next((number for number, one in enumerate(told, 1) if one == unwanted), 0)
    dark = next((number for number, one in enumerate(told, 1) if not isinstance(one, str)), 0)
    if dark and not number:
        return say.untested(
            f"part {dark} does not tell its patient ({facts['parts'][dark - 1]['format']})", at=at
        )
    message = f"part {number} is of patient {unwanted}, who is another one"
    return say.found(
        not number,
        at=at,
        expected=f"anybody but {unwanted}",
        actual=unwanted if number else None,
        failing=message,
    )


def _of_part(at: str, part: Mapping[str, Json]) -> Json:
    """Return what a part says, `_NO_FILE` where it is none, or `_UNKNOWN` where not enough of it was seen."""
    if "dicom" not in part:
        return _UNKNOWN if part.get("open") and part["size"] < _PREAMBLE else _NO_FILE
    unseen = "unread" in part["dicom"] or part.get("open") or part["size"] > _READ
    return part["dicom"].get(at, _UNKNOWN if unseen else "")


def _unique(at: str, _wanted: Json, facts: Mapping[str, Json]) -> Outcome:
    instances = [part.get("dicom", {}).get("instance", "") for part in facts["parts"]]
    twice = next((uid for uid in instances if uid and instances.count(uid) > 1), "")
    failing = f"SOP instance {twice} comes more than once"
    return say.found(not twice, at=at, expected="each instance once", actual=twice, failing=failing)


def _each(at: str, wanted: str, actual: list[str]) -> Outcome:
    """Return whether each part has the value; the first that has not is told."""
    other = next(((n, value) for n, value in enumerate(actual, 1) if value != wanted), None)
    if other is None:
        return say.found(held=True, at=at, expected=wanted, actual=wanted)
    number, value = other
    return say.found(held=False, at=f"part {number}, {at}", expected=wanted, actual=value or None)


def _number(value: Json) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else None


# What cannot be told of a part, or need not be.
_UNKNOWN, _NO_FILE = object(), object()
# PS3.10, section 7.1: so many bytes tell a DICOM file.
_PREAMBLE = 132
# Of a longer part, only the beginning is read.
_READ = 2 * 1024 * 1024
_DIGITS = 19
_FACTS: Mapping[str, Callable[[str, Json, Mapping[str, Json]], Outcome]] = {
    "count": _count,
    "at-least": _count,
    "type": _type,
    "complete": _complete,
    "study": _named,
    "series": _named,
    "instance": _named,
    "patient": _named,
    _OTHER: _not_of,
    "unique": _unique,
}
KIND = Kind(name="parts", schema=SCHEMA, judge=judge)
