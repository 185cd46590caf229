"""Walks a resource along FHIR's element tree, so that every value is seen with its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import by_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.definitions.r4 import Element
    from conformance.model import Json

ANY_RESOURCE = "Resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One value in a resource: the object and key that hold it, its type, and where it stands."""

    holder: dict[str, Json]
    key: str
    index: int | None
    value: Json
    type: str
    path: str


@by_release
def named(inside: str, key: str) -> tuple[Element, str] | None:
    """Return the element and the type that a JSON property stands for, among the children of a type."""
    elements = r4.children(inside)
    found = elements.get(key)
    if found is not None and not found.choice:
        return found, found.types[0]
    for element in elements.values():
        if element.choice and key.startswith(element.name):
            suffix = key.removeprefix(element.name)
            for type_ in element.types:
                if suffix == type_[0].upper() + type_[1:]:
                    return element, type_
    return None


def content(element: Element, type_: str, value: Json) -> str:
    """Return where the definitions of a value's own elements stand."""
    if type_ == ANY_RESOURCE:
        return str(value.get("resourceType", ""))
    return type_ if element.choice else element.content or element.path


def spots(resource: Json) -> Iterator[Spot]:
    """Yield every typed value of a well-formed resource, parents before children."""
    yield from _spots(resource, resource["resourceType"], resource["resourceType"])


def _spots(holder: dict[str, Json], inside: str, path: str) -> Iterator[Spot]:
    for key, value in list(holder.items()):
        found = named(inside, key)
        if found is None:
            continue
        element, type_ = found
        many = isinstance(value, list)
        for index, item in enumerate(value if many else [value]):
            where = f"{path}.{element.name}[{index}]" if many else f"{path}.{element.name}"
            at = index if many else None
            yield Spot(holder=holder, key=key, index=at, value=item, type=type_, path=where)
            if isinstance(item, dict):
                yield from _spots(item, content(element, type_, item), where)
