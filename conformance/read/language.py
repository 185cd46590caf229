"""The scenario language as tables: which keys stand where and what shape they have (JSON Schema pieces)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

NAME_PATTERN = r"^[a-z][a-zA-Z0-9_-]*$"
TYPE_PATTERN = r"^[A-Z][A-Za-z]+$"
POINTER_PATTERN = r"^/"
SECONDS_PATTERN = r"^[0-9]+(\.[0-9]+)?s$"
LOOK_UP_PATTERN = r"\{\{"

TEXT: Json = {"type": "string", "minLength": 1, "title": "a text"}
NAME: Json = {
    "type": "string",
    "pattern": NAME_PATTERN,
    "title": "a name (a lower-case letter, then letters, digits, '-' or '_')",
}
TYPE: Json = {"type": "string", "pattern": TYPE_PATTERN, "title": "a resource type"}
ANY: Json = {"title": "any JSON value"}
TEXTS: Json = {"type": "array", "items": TEXT, "minItems": 1, "title": "a list of texts"}
NAMES: Json = {"type": "array", "items": NAME, "minItems": 1, "title": "a list of names"}
POINTER: Json = {
    "type": "string",
    "pattern": POINTER_PATTERN,
    "title": "a JSON Pointer, which begins with '/'",
}
POINTERS: Json = {"type": "array", "items": POINTER, "minItems": 1, "title": "a list of JSON Pointers"}
TEXT_MAP: Json = {
    "type": "object",
    "additionalProperties": TEXT,
    "minProperties": 1,
    "title": "a map of names to texts",
}
SET: Json = {
    "type": "object",
    "propertyNames": POINTER,
    "minProperties": 1,
    "title": "a map of JSON Pointers to values",
}
_SCALAR: Json = {"type": ["string", "integer", "number"], "title": "a text or a number"}
WHERE: Json = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "type": ["string", "integer", "number", "array"],
        "items": _SCALAR,
        "minItems": 1,
        "title": "a text, a number or a list of these",
    },
    "title": "a map of search parameters to texts, numbers or lists",
}
# Where a request goes: to the target's FHIR base, its imaging FHIR base, its WADO-RS service, or its hub.
BASES = ("fhir", "imaging", "wado", "hub")
# What is retrieved: by PS3.18 (WADO-RS), and what an Attachment leads to.
RETRIEVED = ("study", "series", "instance", "metadata", "frames", "rendered", "attachment")
# How many parts name it, at least and at most: UIDs of study, series and instance, and numbers of frames.
UIDS: Mapping[str, tuple[int, int]] = {
    "study": (1, 1),
    "series": (2, 2),
    "instance": (3, 3),
    "metadata": (1, 3),
    "frames": (4, 4),
    "rendered": (1, 4),
}
STATUS_CODE: Json = {"type": "integer", "minimum": 100, "maximum": 599, "title": "a status from 100 to 599"}


def one_of(*words: str) -> Json:
    """Return the shape of a text that is one of these words."""
    return {"type": "string", "enum": list(words)}


def record(properties: Mapping[str, Json], *required: str, title: str = "") -> Json:
    """Return the shape of a map that has these keys and no others."""
    shape = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        "minProperties": 1,
    }
    return shape | ({"required": list(required)} if required else {}) | ({"title": title} if title else {})


# if.modified-since takes a date as HTTP writes it; `match` and `none-match` name a version.
IF: Json = record(
    {"none": TEXT, "match": TEXT, "none-match": TEXT, "modified-since": TEXT},
    title="a map of none, match, none-match or modified-since",
)
_KEPT_BY = ("fhirpath", "header", "jsonpath")
KEEP_ONE: Json = {
    "anyOf": [record({how: TEXT, "optional": TEXT}, how) for how in _KEPT_BY],
    "title": "one of fhirpath, header or jsonpath, with a text; perhaps `optional`",
}
KEEP: Json = {
    "type": "object",
    "propertyNames": NAME,
    "additionalProperties": KEEP_ONE,
    "minProperties": 1,
    "title": "a map of names to what is kept",
}
_STATUS: Json = {
    "anyOf": [STATUS_CODE, {"type": "string", "pattern": r"^[1-5]xx$"}],
    "title": "a status from 100 to 599, or a class such as 4xx",
}
STATUS: Json = {
    "anyOf": [*_STATUS["anyOf"], {"type": "array", "minItems": 1, "items": _STATUS}],
    "title": "a status from 100 to 599, a class such as 4xx, or a list of these",
}
WHEN: Json = record(
    {"status": STATUS, "attempt": STATUS_CODE, "header": TEXT, "body": {"const": True}}
    | {"fhirpath": TEXT, "jsonpath": TEXT, "step": NAME}
) | {"title": "a map of status, attempt, header, body, fhirpath or jsonpath, and of step"}

# The keys that may stand beside a verb, each with its shape.
STEP_KEYS: Mapping[str, Json] = {
    "step": NAME,
    "from": TEXT,
    "set": SET,
    "drop": POINTERS,
    "if": IF,
    "where": WHERE,
    "by": one_of("GET", "POST"),
    "pages": {
        "anyOf": [one_of("first", "all"), {"type": "integer", "minimum": 1}],
        "title": "first, all or a number of pages from 1",
    },
    "within": {"type": "string", "pattern": SECONDS_PATTERN, "title": "a number of seconds such as 5s"},
    "version": TEXT,
    "body": TEXT,
    "json": ANY,
    "events": TEXTS,
    "until": TEXT,
    "accept": TEXT,
    "headers": TEXT_MAP,
    "attempts": {"type": "integer", "minimum": 1, "maximum": 3, "title": "a number of sends from 1 to 3"},
    "control": TEXT,
    "optional": TEXT,
    "because": TEXT,
    "base": one_of(*BASES),
    "with": NAME,
    "of": TEXT,
    "found-by": NAME,
    "at": TEXT,
    "fallback": one_of("none"),
    "profile": TEXT,
    "mode": one_of("create", "update", "delete"),
    "expect": {"type": "array", "minItems": 1, "title": "a list of checks"},
    "keep": KEEP,
}
_COMMON = ("step", "accept", "headers", "attempts", "with", "expect", "keep")
_BODY = ("from", "set", "drop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb: the shape of its subject, the keys that may stand beside it, and those that must."""

    subject: Json
    keys: tuple[str, ...]
    required: tuple[str, ...] = ()
    writes: bool = False
    makes: bool = False  # its subject may be a new name
    entry: bool = False  # may stand in a transaction or batch

    @property
    def entry_keys(self) -> tuple[str, ...]:
        """Return the keys that may stand beside it inside a transaction or batch."""
        return tuple(key for key in self.keys if key in ENTRY_KEYS)


ENTRY_KEYS = frozenset({"from", "set", "drop", "if", "where"})
# R4-TRX-10: a Bundle without entries is no error.
_ENTRIES: Json = {"type": "array", "title": "a list of entries"}

VERBS: Mapping[str, Verb] = {
    "create": Verb(
        subject=NAME,
        keys=(*_BODY, "if", "within", *_COMMON),
        required=("from",),
        writes=True,
        makes=True,
        entry=True,
    ),
    "update": Verb(subject=NAME, keys=(*_BODY, "if", "where", *_COMMON), writes=True, makes=True, entry=True),
    "patch": Verb(subject=NAME, keys=("set", "drop", "if", "where", *_COMMON), writes=True, entry=True),
    "delete": Verb(subject=NAME, keys=("if", "where", *_COMMON), writes=True, entry=True),
    "read": Verb(subject=TEXT, keys=("if", "within", "optional", "base", *_COMMON), entry=True),
    "vread": Verb(subject=NAME, keys=("version", *_COMMON), required=("version",)),
    "history": Verb(subject=TEXT, keys=_COMMON),
    "search": Verb(
        subject=TYPE,
        keys=("where", "by", "pages", "within", "control", "optional", "because", "base", *_COMMON),
        entry=True,
    ),
    "transaction": Verb(subject=_ENTRIES, keys=_COMMON, writes=True),
    "batch": Verb(subject=_ENTRIES, keys=_COMMON, writes=True),
    "validate": Verb(subject=NAME, keys=(*_BODY, "profile", "mode", *_COMMON), makes=True),
    "capability": Verb(subject=one_of("fhir", "imaging"), keys=_COMMON),
    "retrieve": Verb(
        subject=one_of(*RETRIEVED),
        keys=("of", "found-by", "at", "fallback", "optional", "base", *_COMMON),
        required=("of",),
    ),
    "inspect": Verb(subject=NAME, keys=("step", "expect", "keep")),
    "request": Verb(
        subject={
            "type": "string",
            "pattern": r"^(GET|OPTIONS|POST) (/|\{\{ [^{}]+ \}\}$)",
            "title": "a text such as GET /path, or GET and a look-up of an address (or OPTIONS, POST)",
        },
        keys=("body", "json", "optional", "because", "base", *_COMMON),
    ),
    "subscribe": Verb(subject=TEXT, keys=("events", *_COMMON), required=("step", "events")),
    "receive": Verb(subject=NAME, keys=("step", "until", "within", "expect", "keep"), required=("until",)),
}

# Beside every kind of check; what else may stand there comes with the kind.
CHECK_KEYS: Mapping[str, Json] = {"for": TEXT, "hint": TEXT, "when": WHEN}
# Names that a look-up understands by itself.
RESERVED = frozenset({"n", "now", "run", "base", "known", "system", "server", "nobody"})
ATTRIBUTES = ("id", "type", "url", "version", "versioned")
