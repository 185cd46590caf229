"""Whether a body has the shape of its type: known elements, JSON as FHIR writes it, cardinalities."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import current
from conformance.server.messages import Issue, Refusal
from conformance.server.primitives import complaint
from conformance.server.tree import ANY_RESOURCE, content, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.definitions.r4 import Element
    from conformance.model import Json

_MOST_ISSUES = 20
_DEEPEST = 100  # far deeper than any resource nests, far less than Python's own limit


def check(resource: Json) -> None:
    """Refuse a resource that does not have the shape of its type (R4-CRE-08: 400)."""
    issues = list(_resource(resource, str(resource.get("resourceType")), 0))
    if issues:
        raise Refusal.of(HTTPStatus.BAD_REQUEST, issues[:_MOST_ISSUES])


def _resource(value: Json, path: str, depth: int) -> Iterator[Issue]:
    type_ = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(type_, str) or type_ not in r4.resource_types():
        yield _issue("structure", f"'{type_}' is not a resource type of FHIR {current()}.", path)
        return
    yield from _object(value, type_, path, depth)


def _object(value: dict[str, Json], inside: str, path: str, depth: int) -> Iterator[Issue]:
    if depth > _DEEPEST:
        yield _issue("too-long", "The resource nests too deeply.", path)
        return
    seen: dict[str, str] = {}
    for key, item in value.items():
        if key == "resourceType" and inside in r4.resource_types():
            continue
        if key == "fhir_comments":
            yield _issue("structure", f"fhir_comments is no part of FHIR {current()}.", path)
            continue
        yield from _property(key, item, inside, path, depth)
        yield from _choice_twice(key, inside, path, seen)
    yield from _missing(value, inside, path)


def _property(key: str, item: Json, inside: str, path: str, depth: int) -> Iterator[Issue]:
    found = named(inside, key.removeprefix("_"))
    if found is None:
        yield _issue("structure", f"Unknown element '{key}'.", f"{path}.{key}")
        return
    element, type_ = found
    where = f"{path}.{element.name}"
    many = element.max != "1"
    if many != isinstance(item, list):
        wanted = "an array" if many else "a single value"
        yield _issue("structure", f"'{key}' has to be {wanted}.", where)
    elif key.startswith("_"):
        yield from _siblings(item, type_, where, many=many)
    elif many and not item:
        yield _issue("structure", f"'{key}' is empty; an element that has no value is left out.", where)
    else:
        yield from _items(item, element, type_, where, depth)


def _items(item: Json, element: Element, type_: str, where: str, depth: int) -> Iterator[Issue]:
    if not isinstance(item, list):
        yield from _value(item, element, type_, where, depth)
        return
    for index, one in enumerate(item):
        if one is None and _is_primitive(type_):
            continue  # json.html#primitive: null keeps the place of an item that has only an extension
        yield from _value(one, element, type_, f"{where}[{index}]", depth)


def _value(value: Json, element: Element, type_: str, where: str, depth: int) -> Iterator[Issue]:
    if _is_primitive(type_):
        wrong = complaint(type_, value)
        if wrong:
            yield _issue("value", f"{wrong}.", where)
    elif not isinstance(value, dict) or not value:
        yield _issue("structure", f"A {type_} has to be a JSON object with content.", where)
    elif type_ == ANY_RESOURCE:
        yield from _resource(value, where, depth + 1)
    else:
        yield from _object(value, content(element, type_, value), where, depth + 1)


def _siblings(item: Json, type_: str, where: str, *, many: bool) -> Iterator[Issue]:
    for one in item if many else [item]:
        if one is None and many:
            continue
        if not isinstance(one, dict) or not one or one.keys() - {"id", "extension"}:
            yield _issue("structure", f"The '_' property of a {type_} holds id and extension only.", where)


def _choice_twice(key: str, inside: str, path: str, seen: dict[str, str]) -> Iterator[Issue]:
    bare = key.removeprefix("_")
    found = named(inside, bare)
    if found is not None and found[0].choice and seen.setdefault(found[0].name, bare) != bare:
        where = f"{path}.{found[0].name}"
        yield _issue("structure", f"'{seen[found[0].name]}' and '{bare}' exclude each other.", where)


def _missing(value: dict[str, Json], inside: str, path: str) -> Iterator[Issue]:
    for name, element in r4.children(inside).items():
        if not element.min:
            continue
        keys = [name + type_[0].upper() + type_[1:] for type_ in element.types] if element.choice else [name]
        if not any(key in value or f"_{key}" in value for key in keys):
            yield _issue("required", f"'{name}' is missing.", f"{path}.{name}")


def _is_primitive(type_: str) -> bool:
    return type_ in r4.primitive_types() or type_.startswith("System.")


def _issue(code: str, text: str, where: str) -> Issue:
    return Issue(severity="error", code=code, text=text, expression=where)
