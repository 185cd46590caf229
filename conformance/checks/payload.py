"""What retrieved bytes are: by what they begin with, by their size, by their hash.

## What it asserts

That the body, or each part of a multipart body, is of a `format`, or of one of several: dicom, jpeg, png,
gif, pdf, json, text, empty (a look-up may give a media type instead); that it `lacks` others, whatever its
status; that it has a `size` in bytes, a `sha1` (base64, as Attachment.hash) or a `sha256` (hexadecimal);
that it is the `same-as` what another step got, or `unlike` it, whatever its status; that each part can be a
frame of the image whose metadata a step retrieved (`frame-of`): by its size, where its pixels are not
compressed.

## Why it matters

A Content-Type is a promise. A viewer decodes the bytes, and a refusal that carries pixels is none.

## Example

```yaml
- retrieve: rendered
  of: "{{ study }}/{{ series }}/{{ instance }}"
  expect:
    - payload: {format: jpeg}
      for: WADO-08
```

## How to fix

Let Content-Type, size and hash be made from the bytes that are sent, and send none with a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import frames, say
from conformance.checks.scene import Kind
from conformance.checks.subjects import unanswered_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Check, Json, Outcome

# What a media type promises, without its parameters.
PROMISED: Mapping[str, str] = {
    "application/dicom": "dicom",
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "application/json": "json",
    "application/dicom+json": "json",
    "text/plain": "text",
}
FORMATS = ("dicom", "jpeg", "png", "gif", "pdf", "json", "text", "empty")
_FORMAT: Json = {"type": "string", "enum": list(FORMATS)}
_SEVERAL: Json = {"type": "array", "items": _FORMAT, "minItems": 1, "title": "a list of formats"}
_TEXT: Json = {"type": "string", "minLength": 1}
SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "title": "a map of format, lacks, size, sha1, sha256, same-as, unlike, frame-of",
    "properties": {
        "format": {
            "anyOf": [_FORMAT, _SEVERAL, {"type": "string", "pattern": r"\{\{"}],
            "title": "a format, a list of these, or a look-up",
        },
        "lacks": _SEVERAL,
        "size": {
            "type": ["integer", "string"],
            "minimum": 0,
            "pattern": r"^[0-9]{1,18}$|\{\{",
            "title": "a number of bytes, or a look-up of one",
        },
        "sha1": _TEXT,
        "sha256": _TEXT,
        "same-as": _TEXT,
        "unlike": _TEXT,
        "frame-of": _TEXT,
    },
}
_OF_THE_WHOLE = frozenset({"size", "sha1", "sha256", "same-as"})
# What must not be given away by a refusal either.
_OF_REFUSALS = frozenset({"lacks", "unlike"})
_SUCCESS = range(200, 300)
# So many bytes tell each of the formats.
_TELLING = 132


def judge(check: Check, scene: Scene) -> list[Outcome]:
    """Return one outcome for each fact that the check names."""
    why = unanswered_bytes(check, scene, errors=bool(_OF_REFUSALS & check.value.keys()))
    if why:
        return [say.untested(why)]
    facts = scene.exchanges[-1].answer.facts or {}
    if "wrong" in facts:
        return [say.untested(f"its parts cannot be told apart: {facts['wrong']}")]
    return [_judged(name, wanted, facts, scene) for name, wanted in check.value.items()]


def _judged(name: str, wanted: Json, facts: Mapping[str, Json], scene: Scene) -> Outcome:
    if "cut" in facts and name in _OF_THE_WHOLE:
        return say.untested(f"the body did not come to its end: {facts['cut']}", at=name)
    return _FACTS[name](name, wanted, facts, scene)


def formats(facts: Mapping[str, Json]) -> list[str]:
    """Return what a body is, or each of its parts, where enough of it came to tell."""
    held = facts.get("parts", [{**facts, "open": "cut" in facts}])
    return [part["format"] for part in held if not part.get("open") or part["size"] >= _TELLING]


def _format(_at: str, wanted: Json, facts: Mapping[str, Json], _scene: Scene) -> Outcome:
    allowed = wanted if isinstance(wanted, list) else [wanted]
    seen = formats(facts)
    allowed = [PROMISED.get(each.partition(";")[0].strip().lower(), each) for each in allowed]
    strange = next((each for each in allowed if each not in FORMATS), "")
    if strange:
        return say.untested(f"dermconf does not know {strange} by its bytes", at="body")
    if not seen and "cut" in facts:
        return say.untested(f"the body did not come to its end: {facts['cut']}", at="body")
    other = next((each for each in seen if each not in allowed), None if seen else "no part at all")
    told = f"{' or '.join(allowed)} by its first bytes"
    return say.found(other is None, at="body", expected=wanted, actual=other or seen[0], wanted=told)


def _lacks(_at: str, unwanted: Json, facts: Mapping[str, Json], _scene: Scene) -> Outcome:
    there = next((each for each in formats(facts) if each in unwanted), None)
    if there is None and "cut" in facts:
        return say.untested(f"the body did not come to its end: {facts['cut']}", at="body")
    told = f"no {' or '.join(unwanted)}"
    return say.found(there is None, at="body", expected=told, actual=there, wanted=told)


def _plain(at: str, wanted: Json, facts: Mapping[str, Json], _scene: Scene) -> Outcome:
    if at not in facts:
        return say.untested(f"a multipart body has no {at} of its own", at=at)
    return say.found(str(facts[at]) == str(wanted), at=at, expected=wanted, actual=facts[at])


def _same(at: str, other: Json, facts: Mapping[str, Json], scene: Scene) -> Outcome:
    step = scene.steps.get(str(other))
    answer = step.exchanges[-1].answer if step and step.exchanges else None
    known = (answer.facts if answer and answer.status in _SUCCESS else None) or {}
    if "sha256" not in known or "cut" in known or "wrong" in known:
        return say.untested(f"step '{other}' got nothing that can be compared", at=at)
    if any(len(each.get("parts", ())) < each.get("count", 0) for each in (facts, known)):
        return say.untested("there are too many parts to compare them", at=at)
    ours, theirs = _digests(facts), _digests(known)
    message = f"the bytes are others than in step '{other}'"
    return say.found(ours == theirs, at=at, expected=theirs, actual=ours, failing=message)


def _unlike(at: str, other: Json, facts: Mapping[str, Json], scene: Scene) -> Outcome:
    """Return whether nothing of what another step got came again: a refusal gives nothing away."""
    step = scene.steps.get(str(other))
    answer = step.exchanges[-1].answer if step and step.exchanges else None
    known = (answer.facts if answer and answer.status in _SUCCESS else None) or {}
    theirs = {part["sha256"] for part in known.get("parts") or [known] if part.get("size")}
    again = next((digest for digest in _digests(facts) if digest in theirs), None)
    if again is None and (not theirs or "cut" in facts):
        return say.untested(f"step '{other}' got nothing that can be compared", at=at)
    message = f"the very bytes of step '{other}' came"
    return say.found(again is None, at=at, expected="other bytes", actual=again, failing=message)


def _digests(facts: Mapping[str, Json]) -> list[str]:
    """Return the hashes of what is in a body: between its parts, boundaries may differ."""
    return sorted(part["sha256"] for part in facts.get("parts") or [facts])


_FACTS: Mapping[str, Callable[[str, Json, Mapping[str, Json], Scene], Outcome]] = {
    "format": _format,
    "lacks": _lacks,
    "size": _plain,
    "sha1": _plain,
    "sha256": _plain,
    "same-as": _same,
    "unlike": _unlike,
    "frame-of": frames.judged,
}
KIND = Kind(name="payload", schema=SCHEMA, judge=judge)
