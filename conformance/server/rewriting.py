"""References inside a transaction: to its own entries, and by search criteria (R4 http.html#trules)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.server.tree import spots
from conformance.server.wire import clone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json

_LINKING = frozenset({"uri", "url", "oid", "uuid"})  # R4-TRX-05: not canonical
_ATTRIBUTE = re.compile(r"""(?P<name>\b(?:href|src)\s*=\s*)(?P<quote>["'])(?P<url>[^"']*)(?P=quote)""")
_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?\S+")


def rewritten(resource: Json, links: Mapping[str, str]) -> Json:
    """Return the resource with every link to an entry of the transaction replaced by the entry's new URL."""
    if not links:
        return resource
    copy = clone(resource)
    for spot in list(spots(copy)):
        if spot.type == "Reference" and isinstance(spot.value, dict) and "reference" in spot.value:
            spot.value["reference"] = replaced(spot.value["reference"], links)
        elif spot.type in _LINKING:
            _put(spot.holder, spot.key, spot.index, replaced(spot.value, links))
        elif spot.type == "xhtml":
            _put(spot.holder, spot.key, spot.index, _narrative(spot.value, links))
    return copy


def replaced(link: str, links: Mapping[str, str]) -> str:
    """Return the new form of one link; a version or a fragment behind it stays."""
    if not isinstance(link, str):
        return link
    if link in links:
        return links[link]
    for mark in ("/_history/", "#"):
        head, found, tail = link.partition(mark)
        if found and head in links:
            return f"{links[head]}{mark}{tail}"
    return link


def conditional_references(resource: Json) -> list[str]:
    """Return the references of a resource that are search criteria."""
    return [
        spot.value["reference"]
        for spot in spots(resource)
        if spot.type == "Reference"
        and isinstance(spot.value, dict)
        and _CONDITIONAL.fullmatch(spot.value.get("reference", ""))
    ]


def resolved(resource: Json, resolve: Callable[[str], str]) -> Json:
    """Return the resource with its conditional references replaced by what they mean (R4-TRX-06)."""
    conditional = conditional_references(resource)
    return (
        _with_references(resource, {text: resolve(text) for text in conditional}) if conditional else resource
    )


def _with_references(resource: Json, found: Mapping[str, str]) -> Json:
    copy = clone(resource)
    for spot in list(spots(copy)):
        if spot.type == "Reference" and isinstance(spot.value, dict) and "reference" in spot.value:
            old = spot.value["reference"]
            spot.value["reference"] = found.get(old, old)
    return copy


def _put(holder: dict[str, Json], key: str, index: int | None, value: Json) -> None:
    if index is None:
        holder[key] = value
    else:
        holder[key][index] = value


def _narrative(text: str, links: Mapping[str, str]) -> str:
    def link(found: re.Match[str]) -> str:
        return f"{found['name']}{found['quote']}{replaced(found['url'], links)}{found['quote']}"

    return _ATTRIBUTE.sub(link, text)
