"""Search parameters of type token (search.html#token).

Codes compare with their case: R4 leaves that to the code system, and most servers do so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.server.search.escape import split, unescape
from conformance.server.search.kinds.strings import fold
from conformance.server.search.world import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json

MODIFIERS = frozenset({"missing", "text", "not", "of-type", "below"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A code or identifier; `loose` where it is plain text, which compares without case."""

    system: str = ""
    code: str = ""
    texts: tuple[str, ...] = ()
    types: tuple[tuple[str, str], ...] = ()
    loose: bool = False


def take(node: Node, base: str) -> Iterator[Token]:  # noqa: ARG001 - every kind is asked alike
    """Yield the tokens of one element."""
    value = node.value
    if isinstance(value, dict):
        yield from _TAKE.get(node.type, _nothing)(value)
    elif isinstance(value, bool):
        yield Token(code="true" if value else "false")
    elif value is not None:  # nothing stands there where an element has only an extension
        loose = node.type in ("string", "System.String", "markdown")
        yield Token(code=str(value).casefold() if loose else str(value), loose=loose)


def identifier(value: dict[str, Json]) -> Token:
    """Return the token of an Identifier."""
    kind = value.get("type") or {}
    codings = kind.get("coding") or []
    return Token(
        system=value.get("system", ""),
        code=value.get("value", ""),
        texts=_texts(kind.get("text")),
        types=tuple((c.get("system", ""), c.get("code", "")) for c in codings),
    )


def _coding(value: dict[str, Json], *more: str) -> Token:
    return Token(
        system=value.get("system", ""),
        code=value.get("code", ""),
        texts=_texts(value.get("display"), *more),
    )


def _concept(value: dict[str, Json]) -> Iterator[Token]:
    own = _texts(value.get("text"))
    codings = value.get("coding") or []
    yield from (_coding(coding, *own) for coding in codings)
    if own and not codings:
        yield Token(texts=own)


def _texts(*written: str | None) -> tuple[str, ...]:
    return tuple(fold(text) for text in written if text)


def _nothing(value: dict[str, Json]) -> Iterator[Token]:  # noqa: ARG001
    return iter(())


_TAKE: Mapping[str, Callable[[dict[str, Json]], Iterator[Token]]] = {
    "Coding": lambda value: iter((_coding(value),)),
    "CodeableConcept": _concept,
    "Identifier": lambda value: iter((identifier(value),)),
    "ContactPoint": lambda value: iter((Token(code=value.get("value", "")),)),
    # ValueSet.useContext and the like: a concept in a data type of its own
    "UsageContext": lambda value: _concept(value.get("valueCodeableConcept") or {}),
}


def matcher(search: str, modifier: str, base: str) -> Callable[[Token], bool]:  # noqa: ARG001
    """Return the test that a search value stands for; `:not` is turned round by the caller."""
    return _MODIFIER[modifier](search)


def _same(search: str) -> Callable[[Token], bool]:
    parts = [unescape(part) for part in split(search, "|")]
    if len(parts) == 1:
        return _bare(parts[0])
    # `|[root],[root]` is CDA's spelling of systems without values and needs nothing of its own.
    if len(parts) != 2:  # noqa: PLR2004 - system and code
        raise Refused(f"'{search}' is not of the form system|code.", code="value")
    system, code = parts
    if not system and not code:
        raise Refused(f"'{search}' has neither a system nor a code.", code="value")
    if not code:
        return lambda token: token.system == system
    return lambda token: (token.system, token.code) == (system, code)


def _bare(code: str) -> Callable[[Token], bool]:
    loose = code.casefold()
    return lambda token: token.code == (loose if token.loose else code)


def _text(search: str) -> Callable[[Token], bool]:
    wanted = fold(unescape(search))
    return lambda token: any(text.startswith(wanted) for text in token.texts)


def _of_type(search: str) -> Callable[[Token], bool]:
    parts = [unescape(part) for part in split(search, "|")]
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004 - the page asks for all three
        raise Refused(f"'{search}' is not of the form system|code|value.", code="value")
    kind, value = (parts[0], parts[1]), parts[2]
    return lambda token: token.code == value and kind in token.types


def _mime_below(search: str) -> Callable[[Token], bool]:
    # The parameters of a mime type need not be sorted out: its base part decides (R4 search.html#modifiers).
    wanted = unescape(search)
    return lambda token: token.code.partition(";")[0].rstrip() == wanted or token.code == wanted


_MODIFIER: Mapping[str, Callable[[str], Callable[[Token], bool]]] = {
    "below": _mime_below,
    "": _same,
    "not": _same,
    "text": _text,
    "of-type": _of_type,
}


def key(value: Token) -> str:
    """Return the key by which the value sorts; a concept without a code goes by its text."""
    return value.code.casefold() or next(iter(value.texts), "")
