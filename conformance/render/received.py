"""Bytes that were received, told by what they are: they themselves are in no report and in no record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.render.text import shown
from conformance.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A page has no use for a thousand files.
_TOLD = 20
_UNITS = (("GB", 1000**3), ("MB", 1000**2), ("kB", 1000))
_WHOLE = ("size", "sha256", "sha1", "cut", "wrong", "short")


def size(count: int) -> str:
    """Return `132 bytes` or `1.2 MB`."""
    unit, of = next(((unit, of) for unit, of in _UNITS if count >= of), ("bytes", 1))
    return f"{count / of:.1f} {unit}" if of > 1 else plural(count, "byte")


def brief(facts: Mapping[str, Any]) -> str:
    """Return what came in a few words, such as `multipart, 3 parts, 1.2 MB`."""
    counted = [plural(int(facts.get("count") or 0), "part")] if "parts" in facts else []
    ends = [] if facts.get("complete") else ["without its end"]
    return ", ".join([shown(facts.get("format", "")), *counted, size(int(facts.get("size") or 0)), *ends])


def text(facts: Mapping[str, Any]) -> str:
    """Return what came, a line for the whole and one for each part."""
    return "\n".join(_lines(facts))


def found(exchange: Mapping[str, Any]) -> str:
    """Return the endpoint that was chosen, and how it was found; nothing where none was looked for."""
    told = exchange.get("endpoint") or {}
    return f"{shown(told.get('address', ''))} ({shown(told.get('how', ''))})" if told.get("address") else ""


def whose(exchange: Mapping[str, Any]) -> str:
    """Return whose credentials were sent, where they were not the target's usual ones."""
    return shown((exchange.get("request") or {}).get("credentials") or "")


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    named = (f"{name} {shown(facts[name])}" for name in _WHOLE if name in facts)
    yield ", ".join([brief(facts), *named])
    if "dicom" in facts:
        yield _dicom(facts)
    parts = facts.get("parts") or ()
    for number, part in enumerate(parts[:_TOLD], 1):
        beside = [_dicom(part)] if "dicom" in part else []
        what = (f"part {number}", shown(part.get("type", "")), part.get("format"), size(int(part["size"])))
        yield ", ".join(shown(one) for one in (*what, part.get("short"), *beside) if one)
    if len(parts) > _TOLD:
        yield f"and {plural(len(parts) - _TOLD, 'more part')}, in run.jsonl"


def _dicom(part: Mapping[str, Any]) -> str:
    return ", ".join(f"{shown(name)} {shown(told)}" for name, told in part["dicom"].items())
