"""The keys at the top of a scenario, each with its shape (JSON Schema pieces)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions.release import RELEASES
from conformance.model import Level
from conformance.read.language import (
    BASES,
    NAME,
    NAMES,
    POINTERS,
    SET,
    TEXT,
    TEXT_MAP,
    TYPE,
    WHERE,
    one_of,
    record,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

_BASE: Json = {"type": "string", "enum": list(BASES)}
_SEVERAL_BASES: Json = {"type": "array", "items": _BASE, "minItems": 1, "title": "a list of bases"}
REQUIREMENTS: Json = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": one_of(*Level),
    "title": "a map of requirement ids to levels",
}
CASES: Json = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": NAME,
    "additionalProperties": {
        "anyOf": [
            {"type": "array", "minItems": 1, "uniqueItems": True, "items": TEXT},
            {"type": "object", "minProperties": 1, "additionalProperties": TEXT_MAP},
        ],
        "title": "a list of texts, or a map of labels to columns of text",
    },
    "title": "a map of axes",
}
TIMES: Json = {"type": "integer", "minimum": 1, "maximum": 50, "title": "a whole number from 1 to 50"}
GIVEN: Json = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": NAME,
    "additionalProperties": {
        "anyOf": [TEXT, record({"from": TEXT, "set": SET, "drop": POINTERS, "times": TIMES}, "from")],
        "title": "a fixture file, or a map with from, set, drop, times",
    },
    "title": "a map of names to fixture files",
}
DISCOVER: Json = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": NAME,
    "additionalProperties": record(
        {
            "search": TYPE,
            "where": WHERE,
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "title": "a number from 1 to 1000"},
            "unlock": TEXT,
        },
        "search",
        "unlock",
        title="a map with search, where, limit, unlock",
    ),
    "title": "a map of names to searches",
}
NEEDS: Json = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {
        "type": "string",
        "pattern": r"^([A-Z][A-Za-z]+|system|known|perhaps|credentials|base)$",
        "title": "a resource type, system, known, perhaps, credentials or base",
    },
    "properties": {"known": NAMES, "perhaps": NAMES, "credentials": NAMES, "base": _SEVERAL_BASES},
    "additionalProperties": {
        "type": "array",
        "minItems": 1,
        "items": {
            "anyOf": [
                TEXT,
                record({"search": TEXT, "profile": TEXT, "without": TEXT}) | {"maxProperties": 1},
            ],
            "title": "an interaction, or a map of search, profile or without",
        },
        "title": "a list of interactions",
    },
    "title": "a map of resource types to interactions",
}
TOP: Mapping[str, Json] = {
    "scenario": TEXT,
    "requirements": REQUIREMENTS,
    "fhir": one_of(*RELEASES),
    "edition": {
        "type": "string",
        "pattern": r"^[a-z][a-z0-9-]*@[A-Za-z0-9][A-Za-z0-9.-]*(,[A-Za-z0-9][A-Za-z0-9.-]*)*$",
        "title": "a specification and its edition, such as ai-transparency@ballot, or several with commas",
    },
    "optional": TEXT,
    "needs": NEEDS,
    "cases": CASES,
    "given": GIVEN,
    "discover": DISCOVER,
    "steps": {"type": "array", "minItems": 1, "title": "a list of steps"},
}
TOP_REQUIRED = ("scenario", "requirements", "steps")
