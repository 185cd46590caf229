"""What each event of run.jsonl holds: one table, by which a record is read, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from conformance.model import Evidence, Exclusion, Gate, Level, Party, Result, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Json

# Returns what is amiss with a value, to be read after its name, or nothing.
Shape = Callable[["Json"], str]

_KINDS: Mapping[type, str] = {
    dict: "a map",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
_NAMES_FILE = re.compile("[0-9a-f]{64}")


def _is(*kinds: type, said: str = "") -> Shape:
    """Return the shape of values of these classes; true is no number."""
    words = said or " or ".join(_KINDS[kind] for kind in kinds)
    return lambda value: "" if value.__class__ in kinds else f" takes {words}; actual: {_kind(value)}"


def _kind(value: Json) -> str:
    return _KINDS.get(value.__class__, "something else")


def _word(words: Iterable[str]) -> Shape:
    known = frozenset(map(str, words))
    said = ", ".join(sorted(known))

    def shape(value: Json) -> str:
        if value.__class__ is str and value in known:
            return ""
        actual = "another text" if value.__class__ is str else _kind(value)
        return f" takes one of {said}; actual: {actual}"

    return shape


def _each(entry: Shape, *, some: bool = False) -> Shape:
    """Return the shape of a list of such entries; of at least one where there has to be `some`."""

    def shape(value: Json) -> str:
        if value.__class__ is not list:
            return f" takes a list; actual: {_kind(value)}"
        if some and not value:
            return " is empty"
        return next((f"[{at}]{amiss}" for at, one in enumerate(value) if (amiss := entry(one))), "")

    return shape


def _map(entry: Shape) -> Shape:
    def shape(value: Json) -> str:
        if value.__class__ is not dict:
            return f" takes a map; actual: {_kind(value)}"
        return next((f" holds something that{amiss}" for one in value.values() if (amiss := entry(one))), "")

    return shape


def _record(known: Mapping[str, Shape], *needed: str) -> Shape:
    """Return the shape of a map with these keys, and perhaps others that nobody asks for."""

    def shape(value: Json) -> str:
        if value.__class__ is not dict:
            return f" takes a map; actual: {_kind(value)}"
        if missing := [key for key in needed if key not in value and f"{key}_ref" not in value]:
            return f" lacks {', '.join(sorted(missing))}"
        for key, part in value.items():
            amiss = known[key](part) if key in known else _beside(part) if key.endswith("_ref") else ""
            if amiss:
                return f".{key}{amiss}"
        return ""

    return shape


def _whole(value: Json) -> str:
    if value.__class__ is int and value >= 0:
        return ""
    return f" takes a whole number from 0; actual: {'one below' if value.__class__ is int else _kind(value)}"


def _digest(value: Json) -> str:
    return (
        "" if value.__class__ is str and _NAMES_FILE.fullmatch(value) else " takes a SHA-256 in hexadecimal"
    )


def _pair(value: Json) -> str:
    """Return what is amiss with a parameter's name and value."""
    return _TEXTS(value) or ("" if len(value) == len(("name", "value")) else " takes two texts")


def _beside(value: Json) -> str:
    """Return what is amiss with the name of a text that lies beside the record."""
    return _BESIDE(value)


_TEXT, _FLAG = _is(str), _is(bool)
_NUMBER = _is(int, float, said="a number")
_PERHAPS_TEXT, _PERHAPS_WHOLE = _is(str, type(None)), _is(int, type(None))
_TEXTS, _PERHAPS_NUMBER = _each(_TEXT), _is(int, float, type(None), said="a number or null")
_BESIDE = _record({"sha256": _digest, "size": _whole}, "sha256")
_RULE = _record(
    {
        **dict.fromkeys(("id", "spec", "statement", "source", "when", "reason", "hint", "policy"), _TEXT),
        "level": _word(Level),
        "evidence": _word(Evidence),
        "gate": _word(Gate),
        "binds": _word(Party),
        "state": _word(State),
        "excluded": _word(Exclusion),
    },
    *("id", "spec", "statement", "source", "level", "evidence", "gate", "binds", "state"),
)
_REQUEST = _record(
    {**dict.fromkeys(("method", "url", "credentials"), _TEXT), "headers": _map(_TEXT), "body": _PERHAPS_TEXT},
    *("method", "url"),
)
_BYTES = {**dict.fromkeys(("type", "location", "sha256", "format"), _TEXT), "size": _whole}
_PART = _record({**_BYTES, "open": _FLAG, "dicom": _map(_TEXT)}, "type", "sha256", "format", "size")
_FACTS = _record(
    _BYTES
    | dict.fromkeys(("sha1", "cut", "wrong"), _TEXT)
    | {"complete": _FLAG, "parts": _each(_PART), "count": _whole, "dicom": _map(_TEXT)},
    *("sha256", "format", "size", "complete"),
)
_ATTEMPT = _record(
    {
        "status": _PERHAPS_WHOLE,
        "headers": _map(_TEXT),
        "body": _PERHAPS_TEXT,
        "seconds": _NUMBER,
        "error": _TEXT,
        "truncated": _FLAG,
        "utf8": _FLAG,
        "facts": lambda value: "" if value is None else _FACTS(value),
    }
)
_COMMON: Mapping[str, Shape] = {"seq": _whole, "ms": _NUMBER, "who": _TEXT, "scenario": _TEXT, "step": _whole}


def _event(known: Mapping[str, Shape], *needed: str) -> Shape:
    return _record({**_COMMON, **known}, "seq", "ms", *needed)


SHAPES: Mapping[str, Shape] = {
    "header": _event(
        {
            "run": _TEXT,
            "dermconf": _TEXT,
            "started": _TEXT,
            "selection": _record({"paths": _TEXTS, "expression": _TEXT, "whole": _FLAG}, "whole"),
            "mode": _record(
                {"read_only": _FLAG, "leave_data": _FLAG, "denied": _TEXTS}, "read_only", "leave_data"
            ),
            "gates": _TEXTS,
            "policies": _TEXTS,
            "roles": _each(_word(Party)),
            "evidence": _word(Evidence),
            "pages": _whole,
            "settle": _PERHAPS_NUMBER,
            "scenarios": _whole,
            "requirements": _TEXT,
            "argv": _TEXTS,
            "ig": _each(_record({"name": _TEXT, "version": _TEXT, "sha256": _TEXT, "read": _TEXT}, "name")),
            "standings": _map(_word(("confirmed", "contradicted"))),
            "own": _each(_RULE),
            "accepted": _each(
                _record(
                    dict.fromkeys(
                        ("scenario", "requirement", "verdict", "owner", "reason", "expires", "check"), _TEXT
                    )
                )
            ),
        },
        *("run", "dermconf", "roles", "mode", "gates", "evidence", "pages", "settle", "selection"),
    ),
    "target": _event(
        {
            **dict.fromkeys(("base", "name", "imaging", "generation", "fhir", "server"), _TEXT),
            "known": _map(_TEXT),
            "wado": _TEXTS,
            "credentials": _TEXTS,
            "skew": _PERHAPS_NUMBER,
            "capability": _PERHAPS_TEXT,
        }
    ),
    "scenario": _event(
        {
            **dict.fromkeys(("id", "row", "sentence", "file", "text", "sha256", "mode"), _TEXT),
            "requirements": _map(_word(Level)),
        },
        *("id", "row", "requirements"),
    ),
    "skipped": _event(
        {
            "verdict": _word((Verdict.SKIP, Verdict.UNTESTED, Verdict.OUT_OF_REACH)),
            **dict.fromkeys(("lacks", "read", "unlock"), _TEXT),
        },
        *("verdict", "lacks"),
    ),
    "intent": _event(
        {**dict.fromkeys(("name", "verb", "type", "tag", "id", "sha256"), _TEXT)},
        *("type", "tag", "id"),
    ),
    "step": _event(
        {
            **dict.fromkeys(("name", "verb", "label"), _TEXT),
            "line": _whole,
            "query": _each(_pair),
        },
        "step",
    ),
    "exchange": _event(
        {
            "purpose": _TEXT,
            "request": _REQUEST,
            "attempts": _each(_ATTEMPT, some=True),
            "round": _whole,
            "name": _TEXT,
            "verb": _TEXT,
            "endpoint": _map(_TEXT),
        },
        *("purpose", "request", "attempts"),
    ),
    "created": _event(
        {"reference": _TEXT, "name": _TEXT, "version": _TEXT, "tag": _TEXT},
        *("reference", "tag", "tagged", "ours"),
    ),
    "bound": _event(
        {
            **dict.fromkeys(("name", "reference", "url", "version", "how"), _TEXT),
            "index": _whole,
            "sent": _PERHAPS_TEXT,
            "received": _PERHAPS_TEXT,
            "found": _FLAG,
            "deleted": _FLAG,
        },
        *("name", "reference", "sent", "received", "deleted", "how"),
    ),
    "kept": _event({"name": _TEXT, "value": _TEXT}, "name", "value"),
    "clock": _event({"waited": _NUMBER, "polls": _whole}),
    "not-reached": _event({"because": _TEXT}, "step", "because"),
    "finding": _event(
        {
            **dict.fromkeys(
                ("requirement", "party", "at", "message", "hint", "place", "label", "about"), _TEXT
            ),
            "level": _word(Level),
            "evidence": _word(Evidence),
            "result": _word(Result),
            "check": _is(int, str),
            "gating": _FLAG,
            "exchange": _whole,
        },
        *("requirement", "result", "gating", "step", "check", "at", "expected", "actual", "message", "hint"),
        "exchange",
    ),
    "problem": _event(dict.fromkeys(("kind", "message", "place", "hint"), _TEXT), "kind", "message"),
    "deleted": _event({"reference": _TEXT, "how": _TEXT, "status": _PERHAPS_WHOLE}, "reference"),
    "leftover": _event({"reference": _TEXT, "tag": _TEXT, "why": _TEXT}, "reference", "tag", "why"),
    "verdict": _event({"verdict": _word(Verdict)}, "verdict"),
    "footer": _event(
        {
            "counts": _map(_whole),
            "ended": _word(("done", "interrupted", "broken")),
            "verdict": _TEXT,
            "requirements": _map(_word(Verdict)),
            **dict.fromkeys(("exit", "leftovers", "requests"), _whole),
            "seconds": _NUMBER,
        },
        *("counts", "ended"),
    ),
}


def amiss(event: Mapping[str, Json]) -> str:
    """Return what keeps an event from being told again, in words, or nothing."""
    found = SHAPES[event["event"]](event)
    return f"this {event['event']} event{found.replace('.', ': ', 1) if found[:1] == '.' else found}" * bool(
        found
    )
