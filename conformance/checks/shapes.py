"""How the members of a JSON object are typed: the way from a type and a key to the element behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import by_release

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN_CHILDREN = frozenset({"BackboneElement", "Element"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an object: its element's name and type, and the shape that its own members have."""

    name: str
    type: str = ""
    shape: str = ""


@by_release
def members(shape: str) -> Mapping[str, Member]:
    """Return the members that an object of a shape may have, by JSON key; none where the shape is unknown."""
    found = {}
    for element in r4.children(shape).values():
        for type_ in element.types:
            key = element.name + type_[:1].upper() + type_[1:] if element.choice else element.name
            found[key] = Member(name=element.name, type=type_, shape=_shape(element, type_))
    return found


def _shape(element: r4.Element, type_: str) -> str:
    return (element.content or element.path) if type_ in _OWN_CHILDREN else type_


def member(shape: str, key: str) -> Member | None:
    """Return what stands under a key; `_key` is the id and extensions of a primitive."""
    if key.startswith("_"):
        primitive = members(shape).get(key[1:])
        return Member(name=primitive.name, type="Element", shape="Element") if primitive else None
    return members(shape).get(key)
