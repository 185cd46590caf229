"""Whether a resource has the form of its type in the current release: elements, lists, what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import by_release, current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.definitions.r4 import Element
    from conformance.model import Json

_ANY = "Resource"


def shaped(resource: Json) -> Iterator[str]:
    """Yield what is wrong with the form of a resource, one sentence each."""
    type_ = resource.get("resourceType") if isinstance(resource, dict) else None
    if type_ not in r4.resource_types():
        yield f"FHIR {current()} has no resource type '{type_}'"
        return
    yield from _object({k: v for k, v in resource.items() if k != "resourceType"}, type_, type_)


def _object(value: Mapping[str, Json], inside: str, at: str) -> Iterator[str]:
    known = _properties(inside)
    for key, item in value.items():
        found = known.get(key.removeprefix("_"))
        if found is None:
            yield f"{at}.{key}: FHIR {current()} has no such element"
            continue
        element, type_ = found
        many = element.max != "1"
        if many != isinstance(item, list):
            yield f"{at}.{key}: {'a list' if many else 'a single value'} is due"
        elif not key.startswith("_"):
            for one in item if many else [item]:
                yield from _value(one, element, type_, f"{at}.{key}")
    for name, (element, _) in known.items():
        if element.min and not element.choice and not {name, f"_{name}"} & value.keys():
            yield f"{at}.{name} is missing"


def _value(value: Json, element: Element, type_: str, at: str) -> Iterator[str]:
    if type_ in r4.primitive_types() or type_.startswith("System."):
        if isinstance(value, (dict, list)):
            yield f"{at}: a {type_} is due"
    elif not isinstance(value, dict) or not value:
        yield f"{at}: a {type_} is due"
    elif type_ == _ANY:
        yield from shaped(value)
    else:
        own = type_ in {"BackboneElement", "Element"}
        yield from _object(value, (element.content or element.path) if own else type_, at)


@by_release
def _properties(inside: str) -> Mapping[str, tuple[Element, str]]:
    """Return the elements below a type with their types, by JSON key."""
    found = {}
    for element in r4.children(inside).values():
        for type_ in element.types:
            key = element.name + type_[:1].upper() + type_[1:] if element.choice else element.name
            found[key] = (element, type_)
    return found
