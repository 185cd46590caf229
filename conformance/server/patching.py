"""JSON Patch (RFC 6902): a patch document applied to a copy."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.messages import Refusal
from conformance.server.wire import clone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

_NEEDS = {
    "add": ("path", "value"),
    "remove": ("path",),
    "replace": ("path", "value"),
    "move": ("from", "path"),
    "copy": ("from", "path"),
    "test": ("path", "value"),
}


def patched(document: Json, operations: Json) -> Json:
    """Return the document with all operations applied; refuses the patch where one does not fit."""
    if not isinstance(operations, list):
        raise _malformed("a JSON Patch is an array of operations")
    result = clone(document)
    for operation in operations:
        result = _applied(result, _checked(operation))
    return result


def same(left: Json, right: Json) -> bool:
    """Tell whether two JSON values are equal (RFC 6902 4.6: numbers by value, true is not 1)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def _checked(operation: Json) -> Mapping[str, Json]:
    if not isinstance(operation, dict) or operation.get("op") not in _NEEDS:
        raise _malformed(f"an operation needs an 'op' of {', '.join(_NEEDS)}")
    missing = [name for name in _NEEDS[operation["op"]] if name not in operation]
    if missing:
        raise _malformed(f"'{operation['op']}' needs '{missing[0]}'")
    if not all(isinstance(operation.get(name, ""), str) for name in ("path", "from")):
        raise _malformed("'path' and 'from' are JSON Pointers")
    return operation


def _applied(document: Json, operation: Mapping[str, Json]) -> Json:
    op, path = operation["op"], _tokens(operation["path"])
    if op == "add":
        return _add(document, path, clone(operation["value"]))
    if op == "remove":
        return _remove(document, path)
    if op == "replace":
        _get(document, path)
        return clone(operation["value"]) if not path else _set(document, path, clone(operation["value"]))
    if op == "test":
        return _tested(document, operation["path"], operation["value"])
    return _carried(document, op, _tokens(operation["from"]), path)


def _carried(document: Json, op: str, source: list[str], path: list[str]) -> Json:
    value = clone(_get(document, source))
    if op == "move":
        if path[: len(source)] == source and path != source:
            raise _unfit("a value cannot move into itself")
        document = _remove(document, source)
    return _add(document, path, value)


def _tested(document: Json, pointer: str, value: Json) -> Json:
    if not same(_get(document, _tokens(pointer)), value):
        raise _unfit(f"the test of '{pointer}' does not hold")
    return document


def _tokens(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise _malformed(f"'{pointer}' is not a JSON Pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _get(value: Json, path: list[str]) -> Json:
    for token in path:
        value = _child(value, token)
    return value


def _child(value: Json, token: str) -> Json:
    if isinstance(value, list):
        return value[_index(token, len(value) - 1)]
    if isinstance(value, dict) and token in value:
        return value[token]
    raise _unfit(f"there is no '{token}'")


def _index(token: str, last: int) -> int:
    # RFC 6901 4: no leading zeros, ASCII digits only
    if not (token.isascii() and token.isdigit()) or (token != "0" and token.startswith("0")):  # noqa: S105
        raise _unfit(f"'{token}' is not an array index")
    if int(token) > last:
        raise _unfit(f"the index {token} lies behind the end of the array")
    return int(token)


def _add(document: Json, path: list[str], value: Json) -> Json:
    if not path:
        return value
    parent = _get(document, path[:-1])
    if isinstance(parent, list):
        at = len(parent) if path[-1] == "-" else _index(path[-1], len(parent))
        parent.insert(at, value)
    elif isinstance(parent, dict):
        parent[path[-1]] = value
    else:
        raise _unfit(f"nothing can be added at '/{'/'.join(path)}'")
    return document


def _set(document: Json, path: list[str], value: Json) -> Json:
    parent = _get(document, path[:-1])
    parent[_index(path[-1], len(parent) - 1) if isinstance(parent, list) else path[-1]] = value
    return document


def _remove(document: Json, path: list[str]) -> Json:
    if not path:
        return None
    parent = _get(document, path[:-1])
    _child(parent, path[-1])
    del parent[int(path[-1]) if isinstance(parent, list) else path[-1]]
    return document


def _malformed(text: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "structure", f"The patch cannot be read: {text}.")


def _unfit(text: str) -> Refusal:
    # RFC 5789 2.2: the document is well formed but cannot be applied to this state of the resource
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "processing", f"The patch cannot be applied: {text}.")
