"""Functions on texts (FHIRPath 2.0, section 'String Manipulation')."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.fhirpath.registry import function
from conformance.fhirpath.values import boolean, integer, problem, string, text, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope

_STRING, _BOOLEAN, _INTEGER = "System.String", "System.Boolean", "System.Integer"


def _plain(name: str, gives: str, answer: Callable[[str], Nodes]) -> None:
    """Enter a function of one text."""

    def run(items: Nodes, _scope: Scope) -> Nodes:
        found = text(items, f"{name}()")
        return [] if found is None else answer(found)

    function(name, gives=gives)(run)


def _with_text(name: str, gives: str, answer: Callable[[str, str], Nodes]) -> None:
    """Enter a function of a text and a text argument; the empty collection gives the empty collection."""

    def run(items: Nodes, _scope: Scope, argument: Nodes) -> Nodes:
        found, other = text(items, f"{name}()"), text(argument, f"{name}()'s argument")
        return [] if found is None or other is None else answer(found, other)

    function(name, 1, gives=gives)(run)


def _with_two_texts(name: str, answer: Callable[[str, str, str], str]) -> None:
    def run(items: Nodes, _scope: Scope, first: Nodes, second: Nodes) -> Nodes:
        found = text(items, f"{name}()")
        one, other = text(first, f"{name}()'s pattern"), text(second, f"{name}()'s substitution")
        return [] if found is None or one is None or other is None else string(answer(found, one, other))

    function(name, 2, gives=_STRING)(run)


@lru_cache(maxsize=512)
def pattern(expression: str) -> re.Pattern[str]:
    """Return a compiled regular expression; raises Problem for one that is malformed."""
    try:
        return re.compile(expression, re.DOTALL)
    except re.error as error:
        raise problem(f"'{expression}' is not a regular expression: {error}") from error


def _replaced(found: str, expression: str, substitution: str) -> str:
    """Return a text with its matches replaced; FHIRPath writes groups as `$1` and `${name}`."""
    if not expression:
        return found
    groups = re.sub(r"\$(?:(\d+)|\{(\w+)\})", r"\\g<\1\2>", substitution.replace("\\", "\\\\"))
    return pattern(expression).sub(groups, found)


_plain("length", _INTEGER, lambda found: integer(len(found)))
_plain("upper", _STRING, lambda found: string(found.upper()))
_plain("lower", _STRING, lambda found: string(found.lower()))
_plain("trim", _STRING, lambda found: string(found.strip()))
_plain("toChars", _STRING, lambda found: [node for sign in found for node in string(sign)])

_with_text("startsWith", _BOOLEAN, lambda found, part: boolean(found.startswith(part)))
_with_text("endsWith", _BOOLEAN, lambda found, part: boolean(found.endswith(part)))
_with_text("contains", _BOOLEAN, lambda found, part: boolean(part in found))
_with_text("indexOf", _INTEGER, lambda found, part: integer(found.find(part)))
_with_text("lastIndexOf", _INTEGER, lambda found, part: integer(found.rfind(part)))
_with_text("matches", _BOOLEAN, lambda found, wanted: boolean(pattern(wanted).search(found) is not None))
_with_text(
    "matchesFull", _BOOLEAN, lambda found, wanted: boolean(pattern(wanted).fullmatch(found) is not None)
)
_with_text("split", _STRING, lambda found, by: [node for part in found.split(by) for node in string(part)])

_with_two_texts("replace", lambda found, old, new: found.replace(old, new))
_with_two_texts("replaceMatches", _replaced)


@function("substring", 1, 2, gives=_STRING)
def _substring(items: Nodes, _scope: Scope, start: Nodes, length: Nodes | None = None) -> Nodes:
    found, first = text(items, "substring()"), whole(start, "substring()'s start")
    if found is None or first is None or not 0 <= first < len(found):
        return []
    count = whole(length, "substring()'s length") if length else None
    return string(found[first:] if count is None else found[first : first + max(count, 0)])


@function("join", 0, 1, gives=_STRING)
def _join(items: Nodes, _scope: Scope, separator: Nodes | None = None) -> Nodes:
    between = text(separator, "join()'s separator") if separator else ""
    parts = [text([node], "join()") for node in items]
    return string((between or "").join(part for part in parts if part is not None)) if items else []


def _unbase64(found: str) -> bytes:
    return base64.b64decode(found, validate=True)


_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "base64": base64.b64encode,
    "urlbase64": base64.urlsafe_b64encode,
}
_DECODERS: dict[str, Callable[[str], bytes]] = {
    "hex": bytes.fromhex,
    "base64": _unbase64,
    "urlbase64": base64.urlsafe_b64decode,
}
_ESCAPES: dict[str, Callable[[str], str]] = {
    "html": html.escape,
    "json": lambda found: json.dumps(found, ensure_ascii=False)[1:-1],
}


_JSON_ESCAPE = re.compile(r'\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])')


def _unjson(found: str) -> str:
    return _JSON_ESCAPE.sub(lambda escape: str(json.loads(f'"{escape[0]}"')), found)


_UNESCAPES: dict[str, Callable[[str], str]] = {"html": html.unescape, "json": _unjson}


def _encoded(found: str, form: str) -> Nodes:
    encoder = _ENCODERS.get(form)
    return string(encoder(found.encode()).decode()) if encoder else []


def _decoded(found: str, form: str) -> Nodes:
    try:
        return string(_DECODERS[form](found).decode()) if form in _DECODERS else []
    except ValueError as error:
        raise problem(f"'{found}' is not {form}") from error


def _escaped(found: str, form: str) -> Nodes:
    return string(_ESCAPES[form](found)) if form in _ESCAPES else []


def _unescaped(found: str, form: str) -> Nodes:
    return string(_UNESCAPES[form](found)) if form in _UNESCAPES else []


_with_text("encode", _STRING, _encoded)
_with_text("decode", _STRING, _decoded)
_with_text("escape", _STRING, _escaped)
_with_text("unescape", _STRING, _unescaped)
