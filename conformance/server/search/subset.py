"""Cuts resources down to what `_summary` and `_elements` ask for, and says so with the tag SUBSETTED."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Json

SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "subsetted",
}
_ALWAYS = frozenset({"resourceType", "id", "meta"})


def subset(body: dict[str, Json], *, summary: str = "false", elements: Sequence[str] = ()) -> dict[str, Json]:
    """Return the resource, or a cut copy of it that carries the tag SUBSETTED."""
    if summary == "false" and not elements:
        return body
    keep = _chosen(body, elements) if elements else _SUMMARY[summary](body)
    cut = {name: value for name, value in body.items() if _plain(name) in keep}
    return _tagged(cut) if len(cut) < len(body) else body


def _plain(name: str) -> str:
    """Return the name of an element; `_name` beside a primitive belongs to it."""
    return name.removeprefix("_")


def _tagged(body: dict[str, Json]) -> dict[str, Json]:
    meta = body.get("meta") or {}
    tags = [tag for tag in meta.get("tag") or [] if tag.get("code") != SUBSETTED["code"]]
    return {**body, "meta": {**meta, "tag": [*tags, SUBSETTED]}}


def _mandatory(body: dict[str, Json]) -> set[str]:
    """Return the names that must stay for the resource to be valid; choices under every name they have."""
    known = r4.children(body["resourceType"])
    needed = [element for element in known.values() if element.min]
    plain = {element.name for element in needed if not element.choice}
    choices = tuple(element.name for element in needed if element.choice)
    return plain | {name for name in _all(body) if choices and name.startswith(choices)} | _ALWAYS


def _chosen(body: dict[str, Json], elements: Sequence[str]) -> set[str]:
    known = r4.children(body["resourceType"])
    choices = tuple(name for name in elements if name in known and known[name].choice)
    chosen = {name for name in _all(body) if choices and name.startswith(choices)}
    return _mandatory(body) | set(elements) | chosen


def _all(body: dict[str, Json]) -> set[str]:
    return {_plain(name) for name in body}


_SUMMARY: Mapping[str, Callable[[dict[str, Json]], set[str]]] = {
    "data": lambda body: _all(body) - {"text"},
    "text": lambda body: _mandatory(body) | {"text"},
    # R4 lets a server return more than the summary elements: all but the narrative and what is contained.
    "true": lambda body: _all(body) - {"text", "contained"},
}
