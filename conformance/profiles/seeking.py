"""Where a reference leads: into the resource, about the Bundle, or outside, as the caller knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.profiles.visit import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.visit import Unknown, Visit

_HISTORY = re.compile(r"/_history/[^/]*\Z")
_RESTFUL_END = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}\Z")


class Seeking:
    """Resolves for one FHIRPath evaluation, and remembers whether something could not be said."""

    __slots__ = ("node", "unknown", "visit")

    def __init__(self, node: Node, visit: Visit) -> None:
        self.node = node
        self.visit = visit
        self.unknown = False

    def __call__(self, reference: str) -> dict[str, Any] | None:
        """Return the resource, or None."""
        found, _ = find(reference, self.node, self.visit)
        if found is UNKNOWN:
            self.unknown = True
        return found if isinstance(found, dict) else None


def find(reference: str, node: Node, visit: Visit) -> tuple[Json | Unknown | None, str]:
    """Return what a reference leads to and how: contained, bundled or referenced."""
    if reference.startswith("#"):
        return _contained(reference[1:], node), "contained"
    for collection, full_url in _collections(node):
        found = _inside(reference, collection, full_url)
        if found is not None:
            return found, "bundled"
    return visit.resolve(reference), "referenced"


def _contained(name: str, node: Node) -> Json | None:
    home = node.home
    if home is None or not isinstance(home.value, dict):
        return None
    if not name:
        return home.value
    return next((each for _, each in objects_in(home.value, "contained") if each.get("id") == name), None)


def is_enclosed(node: Node) -> bool:
    """Tell whether a node stands in a Bundle or Parameters, so that what it needs should stand there too."""
    return any(True for _ in _collections(node))


def _collections(node: Node) -> Iterator[tuple[Json, str]]:
    """Yield the Bundles and Parameters around a node, innermost first, and the fullUrl of its entry."""
    full_url = ""
    above: Node | None = node
    while above is not None:
        if above.type in {"Bundle", "Parameters"} and isinstance(above.value, dict):
            yield above.value, full_url
        if above.stem == "entry" and isinstance(above.value, dict):
            stated = above.value.get("fullUrl")
            full_url = stated if isinstance(stated, str) else ""
        above = above.parent


def _inside(reference: str, collection: Json, full_url: str) -> Json | None:
    wanted = _HISTORY.sub("", reference)
    if collection.get("resourceType") == "Parameters":
        return _parameter(wanted, collection)
    return _entry(wanted, collection, full_url)


def _entry(wanted: str, bundle: Json, full_url: str) -> Json | None:
    """R4 bundle.html#references: a relative reference is put behind the base of its own entry's fullUrl."""
    if ":" not in wanted:
        wanted = _RESTFUL_END.sub("", full_url) + wanted
    for _, entry in objects_in(bundle, "entry"):
        if entry.get("fullUrl") == wanted and isinstance(entry.get("resource"), dict):
            return entry["resource"]
    return None


def _parameter(wanted: str, parameters: Json) -> Json | None:
    for _, parameter in objects_in(parameters, "parameter"):
        resource = parameter.get("resource")
        if isinstance(resource, dict) and f"{resource.get('resourceType')}/{resource.get('id')}" == wanted:
            return resource
    return None


def objects_in(value: Json, key: str) -> Iterator[tuple[int, Json]]:
    """Yield the objects of an array and their FHIRPath indices: null counts for nothing."""
    items = value.get(key)
    present = [each for each in items if each is not None] if isinstance(items, list) else []
    for index, each in enumerate(present):
        if isinstance(each, dict):
            yield index, each


def texts_in(value: Json) -> Iterator[str]:
    """Yield every text in a value."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
