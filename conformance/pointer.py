"""JSON Pointers (RFC 6901) over FHIR JSON: every change returns a new value."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from conformance.model import Json

_END = "-"


def tokens(pointer: str) -> list[str]:
    """Return the unescaped parts of a JSON Pointer; raises Problem for a text that is none."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise Problem("pointer", f"'{pointer}' is not a JSON Pointer", hint="a JSON Pointer begins with '/'")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def get(value: Json, pointer: str) -> Json:
    """Return what the pointer names; raises KeyError where nothing stands there."""
    for token in tokens(pointer):
        value = _child(value, token)
    return value


def _child(value: Json, token: str) -> Json:
    if isinstance(value, list):
        if not token.isdigit() or int(token) >= len(value):
            raise KeyError(token)
        return value[int(token)]
    if isinstance(value, dict):
        return value[token]
    raise KeyError(token)


def changed(value: Json, put: Mapping[str, Json], drop: Collection[str] = ()) -> Json:
    """Return a copy with `put` set and `drop` removed; missing parent objects are made."""
    whole = _opened(value, {(tokens(pointer) or [""])[0] for pointer in (*put, *drop)})
    for pointer, new in put.items():
        _put(whole, pointer, new)
    for pointer in drop:
        _drop(whole, pointer)
    return whole


def _opened(value: Json, members: Collection[str]) -> Json:
    """Return a copy of which these members can be changed; the others are those of the original."""
    if isinstance(value, dict):
        return {key: _copy(part) if key in members else part for key, part in value.items()}
    return _copy(value)


def _copy(value: Json) -> Json:
    # JSON has no cycles and its leaves do not change: no need for all that copy.deepcopy sees to.
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_copy(part) for part in value]
    return value


def _put(value: Json, pointer: str, new: Json) -> None:
    path = tokens(pointer) or [""]
    last = path[-1]
    for token, following in pairwise(path):
        value = _parent(value, token, following, pointer)
    if isinstance(value, list):
        _put_item(value, last, new, pointer)
    elif isinstance(value, dict):
        value[last] = _copy(new)
    else:
        raise _astray(pointer)


def _parent(value: Json, token: str, following: str, pointer: str) -> Json:
    if isinstance(value, dict):
        return value.setdefault(token, [] if following in {_END, "0"} else {})
    if isinstance(value, list):
        if token == _END or token == str(len(value)):
            value.append({})
        elif not token.isdigit() or int(token) > len(value):
            raise _astray(pointer)
        return value[-1 if token == _END else int(token)]
    raise _astray(pointer)


def _put_item(items: list[Json], token: str, new: Json, pointer: str) -> None:
    if token == _END or token == str(len(items)):
        items.append(_copy(new))
    elif token.isdigit() and int(token) < len(items):
        items[int(token)] = _copy(new)
    else:
        raise _astray(pointer)


def _drop(value: Json, pointer: str) -> None:
    *parents, last = tokens(pointer) or [""]
    try:
        for token in parents:
            value = _child(value, token)
        _child(value, last)
    except KeyError:
        raise Problem("pointer", f"there is nothing at '{pointer}' to drop") from None
    del value[int(last) if isinstance(value, list) else last]


def _astray(pointer: str) -> Problem:
    return Problem("pointer", f"'{pointer}' leads nowhere in this resource")
