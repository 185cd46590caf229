"""JSON as it goes over the wire: numbers keep the text they were sent with (0.920 stays 0.920)."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, Self

if TYPE_CHECKING:
    from conformance.model import Json

# U+0001 may stand in no FHIR string, so it can fence the text of a number until the encoder is done.
_FENCE = "\x01"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_FENCED = re.compile(r'"\\u0001(-?[0-9.eE+-]+)\\u0001"')


class Number(Decimal):
    """A decimal that remembers its spelling (R4 datatypes: the precision of a decimal has meaning)."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:  # noqa: D102 - it is a magic method too
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __str__(self) -> str:
        return self.text


def loads(text: bytes | str) -> Json:
    """Return the JSON value of a text; raises ValueError for anything that RFC 8259 does not allow."""
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        value = json.loads(text, parse_float=Number, parse_constant=_refused, object_pairs_hook=_object)
    except ArithmeticError:
        raise ValueError("a number is larger than any that can be stored") from None
    if _SURROGATE.search(text):
        _require_characters(value)
    return value


def dumps(value: Json, *, pretty: bool = False) -> str:
    """Return the JSON text of a value, each number as it was read."""
    layout: dict[str, Any] = {"indent": 2} if pretty else {"separators": (",", ":")}
    return _FENCED.sub(r"\1", json.dumps(value, ensure_ascii=False, default=_fenced, **layout))


def clone(value: Json) -> Json:
    """Return a copy that may be changed without changing the original."""
    if isinstance(value, dict):
        return {key: clone(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clone(item) for item in value]
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the property '{twice}' stands twice in one object")
    return made


def _require_characters(value: Json) -> None:
    try:
        dumps(value).encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair is no character") from None


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _fenced(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_FENCE}{value!s}{_FENCE}"  # formatting would take Decimal's own spelling
    raise TypeError(f"{type(value).__name__} is not JSON")
