"""The language as one JSON Schema (draft 2020-12), for editors; the reader's own tables put together.

`python -m conformance.read.schema` writes the file anew after a change of the tables or of a kind of check.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.read import language, topkeys
from conformance.read.meaning import MEANING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.scene import Kind
    from conformance.model import Json

FILE = Path(__file__).with_name("scenario.schema.json")
_LOOK_UP: Json = {"type": "string", "pattern": language.LOOK_UP_PATTERN}


def schema(kinds: Mapping[str, Kind]) -> Json:
    """Return the JSON Schema of a scenario file with these kinds of checks."""
    top = dict(topkeys.TOP) | {"cases": topkeys.CASES}
    top["steps"] = {**top["steps"], "items": {"$ref": "#/$defs/step"}}
    whole = language.record(top, *topkeys.TOP_REQUIRED) | {
        "$defs": {"step": _steps(entry=False), "entry": _steps(entry=True), "check": _check(kinds)}
    }
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dermconf:scenario",
        "title": "A dermconf scenario",
    }
    return head | _explained(_with_look_ups(whole))


def _steps(*, entry: bool) -> Json:
    verbs = {name: verb for name, verb in language.VERBS.items() if verb.entry or not entry}
    keys = dict(language.STEP_KEYS)
    keys["expect"] = {**keys["expect"], "items": {"$ref": "#/$defs/check"}}
    allowed = {name: verb.entry_keys if entry else verb.keys for name, verb in verbs.items()}
    used = {key: keys[key] for name in verbs for key in allowed[name]}
    return {
        "type": "object",
        "properties": {name: _subject(verb) for name, verb in verbs.items()} | used,
        "additionalProperties": False,
        "anyOf": [{"required": [name]} for name in verbs],
        "allOf": [_beside(name, allowed[name], verb.required) for name, verb in verbs.items()],
    }


def _subject(verb: language.Verb) -> Json:
    # Only a transaction or batch has a list for its subject.
    many = verb.subject["type"] == "array"
    return {**verb.subject, "items": {"$ref": "#/$defs/entry"}} if many else verb.subject


def _beside(name: str, keys: tuple[str, ...], required: tuple[str, ...]) -> Json:
    then: Json = {"propertyNames": {"enum": [name, *keys]}}
    return {"if": {"required": [name]}, "then": then | ({"required": list(required)} if required else {})}


def _check(kinds: Mapping[str, Kind]) -> Json:
    aside: Json = {key: {} for kind in kinds.values() for key in kind.beside}
    return {
        "type": "object",
        "properties": {name: kind.schema for name, kind in kinds.items()} | aside | dict(language.CHECK_KEYS),
        "additionalProperties": False,
        "anyOf": [{"required": [name]} for name in kinds],
        "allOf": [_of_kind(kind) for kind in kinds.values()],
    }


def _of_kind(kind: Kind) -> Json:
    keys = [kind.name, *kind.beside, *language.CHECK_KEYS]
    then = {"propertyNames": {"enum": keys}, "properties": dict(kind.beside)}
    return {"if": {"required": [kind.name]}, "then": then}


def _with_look_ups(shape: Json) -> Json:
    """Return a schema in which a text of fixed form may be a look-up, which a row of `cases` replaces."""
    if isinstance(shape, list):
        return [_with_look_ups(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    inner = {
        key: part if key in {"enum", "required"} else _with_look_ups(part) for key, part in shape.items()
    }
    fixed = shape.get("type") == "string" and ("enum" in shape or "pattern" in shape)
    return {"anyOf": [inner, _LOOK_UP]} if fixed else inner


def _explained(shape: Json) -> Json:
    """Return a schema in which the keys of the language say what they mean."""
    if isinstance(shape, list):
        return [_explained(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    inner = {key: _explained(part) for key, part in shape.items()}
    for key, part in inner.get("properties", {}).items():
        if key in MEANING and isinstance(part, dict):
            inner["properties"][key] = {"description": MEANING[key], **part}
    return inner


def _write() -> None:
    from conformance.checks import KINDS  # noqa: PLC0415 - whoever asks for the schema brings the kinds

    FILE.write_text(json.dumps(schema(KINDS), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
