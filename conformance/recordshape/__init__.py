"""What each event of run.jsonl holds: one table, by which a record is read, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model import Evidence, Exclusion, Gate, Level, Party, Result, State, Verdict
from conformance.recordshape.shapes import (
    FLAG,
    NUMBER,
    PERHAPS_NUMBER,
    PERHAPS_TEXT,
    PERHAPS_WHOLE,
    TEXT,
    TEXTS,
    Shape,
    each,
    is_,
    map_of,
    pair,
    record,
    whole,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

_RULE = record(
    {
        **dict.fromkeys(("id", "spec", "statement", "source", "when", "reason", "hint", "policy"), TEXT),
        "level": word(Level),
        "evidence": word(Evidence),
        "gate": word(Gate),
        "binds": word(Party),
        "state": word(State),
        "excluded": word(Exclusion),
    },
    *("id", "spec", "statement", "source", "level", "evidence", "gate", "binds", "state"),
)
_REQUEST = record(
    {**dict.fromkeys(("method", "url", "credentials"), TEXT), "headers": map_of(TEXT), "body": PERHAPS_TEXT},
    *("method", "url"),
)
_BYTES: Mapping[str, Shape] = {
    **dict.fromkeys(("type", "location", "sha256", "format"), TEXT),
    "size": whole,
    "dicom": map_of(TEXT),
}
_PART = record({**_BYTES, "open": FLAG, "short": TEXT}, "type", "sha256", "format", "size")
# What retrieved bytes are: see talk/payload.py.
_FACTS = record(
    {
        **_BYTES,
        **dict.fromkeys(("sha1", "cut", "wrong", "short"), TEXT),
        "count": whole,
        "complete": FLAG,
        "parts": each(_PART),
    },
    *("size", "sha256", "format", "complete"),
)
_ATTEMPT = record(
    {
        "status": PERHAPS_WHOLE,
        "headers": map_of(TEXT),
        "body": PERHAPS_TEXT,
        "seconds": NUMBER,
        "error": TEXT,
        "truncated": FLAG,
        "utf8": FLAG,
        "facts": lambda value: "" if value is None else _FACTS(value),
    }
)
_COMMON: Mapping[str, Shape] = {"seq": whole, "ms": NUMBER, "who": TEXT, "scenario": TEXT, "step": whole}


def _event(known: Mapping[str, Shape], *needed: str) -> Shape:
    return record({**_COMMON, **known}, "seq", "ms", *needed)


SHAPES: Mapping[str, Shape] = {
    "header": _event(
        {
            "run": TEXT,
            "dermconf": TEXT,
            "started": TEXT,
            "selection": record({"paths": TEXTS, "expression": TEXT, "whole": FLAG}, "whole"),
            "mode": record(
                {"read_only": FLAG, "leave_data": FLAG, "denied": TEXTS}, "read_only", "leave_data"
            ),
            "gates": TEXTS,
            "policies": TEXTS,
            "roles": each(word(Party)),
            "evidence": word(Evidence),
            "pages": whole,
            "settle": PERHAPS_NUMBER,
            "scenarios": whole,
            "requirements": TEXT,
            "argv": TEXTS,
            "ig": each(record({"name": TEXT, "version": TEXT, "sha256": TEXT, "read": TEXT}, "name")),
            "standings": map_of(word(("confirmed", "contradicted"))),
            "own": each(_RULE),
            "accepted": each(
                record(
                    dict.fromkeys(
                        ("scenario", "requirement", "verdict", "owner", "reason", "expires", "check"), TEXT
                    )
                )
            ),
        },
        *("run", "dermconf", "roles", "mode", "gates", "evidence", "pages", "settle", "selection"),
    ),
    "target": _event(
        {
            **dict.fromkeys(("base", "name", "imaging", "generation", "hub", "fhir", "server"), TEXT),
            "known": map_of(TEXT),
            "wado": TEXTS,
            "credentials": TEXTS,
            "versions": map_of(TEXT),
            "skew": PERHAPS_NUMBER,
            "capability": PERHAPS_TEXT,
        }
    ),
    "scenario": _event(
        {
            **dict.fromkeys(("id", "row", "sentence", "file", "text", "sha256", "mode", "base"), TEXT),
            "requirements": map_of(word(Level)),
        },
        *("id", "row", "requirements"),
    ),
    "skipped": _event(
        {
            "verdict": word((Verdict.SKIP, Verdict.UNTESTED, Verdict.OUT_OF_REACH)),
            **dict.fromkeys(("lacks", "read", "unlock"), TEXT),
        },
        *("verdict", "lacks"),
    ),
    "intent": _event(
        {**dict.fromkeys(("name", "verb", "type", "tag", "id", "sha256"), TEXT)},
        *("type", "tag", "id"),
    ),
    "step": _event(
        {
            **dict.fromkeys(("name", "verb", "label"), TEXT),
            "line": whole,
            "query": each(pair),
        },
        "step",
    ),
    "exchange": _event(
        {
            "purpose": TEXT,
            "request": _REQUEST,
            "attempts": each(_ATTEMPT, some=True),
            "round": whole,
            "name": TEXT,
            "verb": TEXT,
            "endpoint": map_of(TEXT),
        },
        *("purpose", "request", "attempts"),
    ),
    "created": _event(
        {"reference": TEXT, "name": TEXT, "version": TEXT, "tag": TEXT},
        *("reference", "tag", "tagged", "ours"),
    ),
    "bound": _event(
        {
            **dict.fromkeys(("name", "reference", "url", "version", "how"), TEXT),
            "index": whole,
            "sent": PERHAPS_TEXT,
            "received": PERHAPS_TEXT,
            "found": FLAG,
            "deleted": FLAG,
        },
        *("name", "reference", "sent", "received", "deleted", "how"),
    ),
    "kept": _event({"name": TEXT, "value": TEXT}, "name", "value"),
    "clock": _event({"waited": NUMBER, "polls": whole}),
    "not-reached": _event({"because": TEXT}, "step", "because"),
    "finding": _event(
        {
            **dict.fromkeys(
                ("requirement", "party", "at", "message", "hint", "place", "label", "about"), TEXT
            ),
            "level": word(Level),
            "evidence": word(Evidence),
            "result": word(Result),
            "check": is_(int, str),
            "gating": FLAG,
            "exchange": whole,
        },
        *("requirement", "result", "gating", "step", "check", "at", "expected", "actual", "message", "hint"),
        "exchange",
    ),
    "problem": _event(dict.fromkeys(("kind", "message", "place", "hint"), TEXT), "kind", "message"),
    "deleted": _event({"reference": TEXT, "how": TEXT, "status": PERHAPS_WHOLE}, "reference"),
    "leftover": _event({"reference": TEXT, "tag": TEXT, "why": TEXT}, "reference", "tag", "why"),
    "verdict": _event({"verdict": word(Verdict)}, "verdict"),
    "footer": _event(
        {
            "counts": map_of(whole),
            "ended": word(("done", "interrupted", "broken")),
            "verdict": TEXT,
            "requirements": map_of(word(Verdict)),
            **dict.fromkeys(("exit", "leftovers", "requests"), whole),
            "seconds": NUMBER,
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
