"""Token parameters (R4 search.html#token): codes, identifiers, booleans and other plain texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.search.answers import Verdict, all_of, any_of, choice, must, must_not, plainly
from conformance.search.shape import obj, objects
from conformance.search.spelling import pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json
    from conformance.search.asked import Asked, Found

_CASE = "R4 leaves it to the server whether tokens match without regard to case"
_MALFORMED = "the value is not of the form [system]|[code]"
_PIPE = "R4 gives '|' no meaning for this type of element"
_SYSTEM_AND_CODE = 2
_URNS = ("urn:oid:", "urn:uuid:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A code or value with the system that it belongs to; None for what is absent."""

    system: str | None
    code: str | None


def codings(value: Json) -> list[Coded]:
    """Return the codings of a CodeableConcept."""
    return [_coding(coding) for coding in objects(value.get("coding"))]


def _coding(value: Json) -> Coded:
    return Coded(system=value.get("system"), code=value.get("code"))


def identifier(value: Json) -> Coded:
    """Return an Identifier's system and value."""
    return Coded(system=value.get("system"), code=value.get("value"))


_CODED: Mapping[str, Callable[[Json], list[Coded]]] = {
    "CodeableConcept": codings,
    "Coding": lambda value: [_coding(value)],
    "Identifier": lambda value: [identifier(value)],
}
_PLAIN = frozenset(
    {"id", "string", "markdown", "uri", "url", "canonical", "oid", "uuid", "boolean"}
    | {"System.String", "System.Boolean"}
)


def match(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare one element with `[code]`, `[system]|[code]`, `|[code]` or `[system]|`."""
    parts = pieces(item)
    if parts is None or len(parts) > _SYSTEM_AND_CODE or not any(parts):
        return choice(_MALFORMED)
    return must_not() if found.value is None else _compared(found, parts, asked)


def _compared(found: Found, parts: list[str], asked: Asked) -> Verdict:
    if found.type in _CODED:
        return any_of(_coded(one, parts) for one in _CODED[found.type](found.value))
    if found.type == "code":
        return _code(found.value, parts)
    if found.type == "ContactPoint":
        return _contact(found.value, parts)
    if found.type in _PLAIN:
        return _plain(found.value, parts, asked)
    return choice(f"R4 does not say how a token matches {found.type}")


def _coded(stored: Coded, parts: list[str]) -> Verdict:
    *system, code = parts
    return all_of([*(_system(stored.system, one) for one in system), _literal(stored.code, code)])


def _system(stored: str | None, asked: str) -> Verdict:
    if asked == "" or stored is None:
        return plainly(asked == "" and stored is None)
    return same(stored, asked)


def _literal(stored: str | None, asked: str) -> Verdict:
    """Compare a code; an empty one, as in `[system]|`, asks for nothing."""
    return must() if asked == "" else same(stored, asked)


def same(stored: Json, asked: str) -> Verdict:
    """Compare two texts; R4 search.html#token leaves letter case to the server."""
    if not isinstance(stored, str) or stored == asked:
        return plainly(stored == asked)
    return choice(_CASE) if stored.strip().casefold() == asked.strip().casefold() else must_not()


def _code(stored: Json, parts: list[str]) -> Verdict:
    """Compare a `code` element: its system is implicit, so a query that names one stays open."""
    *system, code = parts
    if code == "":
        return choice("the system of a code element is implicit in its value set")
    verdict = same(stored, code)
    return verdict.at_most_choice("the system of a code element is implicit") if system else verdict


def _plain(stored: Json, parts: list[str], asked: Asked) -> Verdict:
    *system, code = parts
    text = str(stored).lower() if isinstance(stored, bool) else stored
    if system:
        return choice(_PIPE)
    if asked.parameter.code == "_id":
        return plainly(text == code)  # R4 search.html#id: exact, case-sensitive
    if isinstance(stored, bool) and code not in {"true", "false"}:
        return choice(f"'{code}' is not a boolean")
    if text != code and _bare(text) == _bare(code):
        return choice("R4 does not say whether a bare id matches its URN")
    return same(text, code)


def _bare(text: Json) -> str:
    for urn in _URNS:
        text = str(text).removeprefix(urn)
    return str(text)


def _contact(stored: Json, parts: list[str]) -> Verdict:
    """Compare a telephone number or address; servers may ignore punctuation and match partially."""
    *system, code = parts
    value = str(stored.get("value", ""))
    if system:
        return choice(_PIPE)
    if value == code:
        return must()
    loose = _alphanumeric(code)
    if loose == "" or loose in _alphanumeric(value) or _alphanumeric(value) in loose:
        return choice("servers may match contact points loosely")
    return must_not()


def _alphanumeric(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def below(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare with `:below`: self is included, of a MIME type the base part decides."""
    parts = pieces(item)
    if found.type == "code" and "/" in str(found.value) and parts is not None and len(parts) == 1:
        stored = str(found.value).split(";", 1)[0].strip()
        if "/" in parts[0] and ";" not in parts[0]:
            return same(stored, parts[0])
    return above(found, item, asked)


def above(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare with `:above`: a code subsumes itself; everything else is terminology, which we do not have."""
    verdict = match(found, item, asked)
    if verdict == must():
        return verdict
    return choice("whether one code subsumes the other is for the server's terminology to say")


def of_type(found: Found, item: str, asked: Asked) -> Verdict:  # noqa: ARG001 - one signature for all
    """Compare an Identifier with `:of-type`'s `system|code|value` (R4 search.html#token)."""
    parts = pieces(item)
    if parts is None or len(parts) != _SYSTEM_AND_CODE + 1 or not all(parts):
        return choice("':of-type' takes [system]|[code]|[value]")
    if found.type != "Identifier":
        return choice(f"':of-type' asks of identifiers, not of {found.type}")
    *coding, value = parts
    types = codings(obj(found.value.get("type")))
    return all_of([any_of(_coded(one, coding) for one in types), same(found.value.get("value"), value)])
