"""The functions that FHIR R4 adds (fhirpath.html#functions), and the walk through a tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import latest_by_release
from conformance.fhirpath.node import Node, resource_node, shape_types
from conformance.fhirpath.registry import anything, function, same
from conformance.fhirpath.values import boolean, single, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope
    from conformance.model import Json

    Run = Callable[[Nodes, Scope], Nodes]

# [base/]Type/id[/_history/version], or the search of a conditional reference
_TYPED = re.compile(
    r"(?:https?://[^?#]*/)?([A-Z][A-Za-z]+)(?:/[A-Za-z0-9\-.]{1,64}(?:/_history/[^/]+)?|\?.*)(?:#.*)?"
)


_LONGEST = 256


@function("extension", 1, gives="Extension")
def _extension(items: Nodes, _scope: Scope, url: Nodes) -> Nodes:
    wanted = text(url, "extension()")
    found: Nodes = []
    for node in items:
        node.read("extension", found)
    return [node for node in found if isinstance(node.value, dict) and node.value.get("url") == wanted]


@function("hasValue", gives="System.Boolean")
def _has_value(items: Nodes, _scope: Scope) -> Nodes:
    node = items[0] if len(items) == 1 else None
    return boolean(node is not None and node.value is not None and not isinstance(node.value, dict))


@function("getValue", gives=same)
def _get_value(items: Nodes, _scope: Scope) -> Nodes:
    node = items[0] if len(items) == 1 else None
    return [] if node is None or isinstance(node.value, dict) or node.value is None else [node]


@function("children", gives=anything)
def _children(items: Nodes, _scope: Scope) -> Nodes:
    return [child for node in items for child in node.children()]


@function("descendants", gives=anything)
def _descendants(items: Nodes, _scope: Scope) -> Nodes:
    found: Nodes = []
    waiting = _children(items, _scope)
    while waiting:
        found += waiting
        waiting = _children(waiting, _scope)
    return found


@function("resolve", gives=anything)
def _resolve(items: Nodes, scope: Scope) -> Nodes:
    resolved = (resolved_node(node, scope) for node in items)
    return [node for node in resolved if node is not None]


def reference_text(node: Node) -> str:
    """Return what a Reference, uri or string refers to, or nothing."""
    found = node.value.get("reference") if isinstance(node.value, dict) else node.value
    return found if isinstance(found, str) else ""


def resolved_node(node: Node, scope: Scope) -> Node | None:
    """Return the resource that a node refers to: contained, in the same Bundle, or as the caller finds it."""
    reference = reference_text(node)
    if reference.startswith("#"):
        return _contained(node.home, reference[1:]) or _contained(scope.root, reference[1:])
    found = _in_bundle(scope, reference)
    if found is None and scope.resolve is not None and reference:
        found = scope.resolve(reference)
    return resource_node(found) if isinstance(found, dict) else None


def _contained(home: Node | None, name: str) -> Node | None:
    if home is None or not name:
        return home
    inside: Nodes = []
    home.read("contained", inside)
    return next(
        (found for found in inside if isinstance(found.value, dict) and found.value.get("id") == name), None
    )


def _in_bundle(scope: Scope, reference: str) -> Json:
    """R4 bundle.html#references: a reference is sought among the fullUrls, a relative one by their ends."""
    root = scope.root.value if scope.root is not None else None
    if not reference or not isinstance(root, dict) or root.get("resourceType") != "Bundle":
        return None
    for entry in root.get("entry", []):
        url = entry.get("fullUrl") if isinstance(entry, dict) else None
        if isinstance(url, str) and (url == reference or url.endswith(f"/{reference}")):
            return entry.get("resource")
    return None


def spelt_type(reference: str) -> str:
    """Return the type of resource that the spelling of a reference tells, or nothing."""
    # One expression asks for it several times; what is long is not kept.
    return _read_type(reference) if len(reference) <= _LONGEST else _type_of(reference)


@latest_by_release(1024)
def _read_type(reference: str) -> str:
    return _type_of(reference)


def _type_of(reference: str) -> str:
    found = _TYPED.fullmatch(reference)
    return found[1] if found is not None and found[1] in r4.resource_types() else ""


def reference_type(node: Node, scope: Scope) -> str:
    """Return the type of the resource that a node refers to, offline where its spelling or `type` tells."""
    spelt = spelt_type(reference_text(node))
    if spelt:
        return spelt
    resolved = resolved_node(node, scope)
    if resolved is not None:
        return resolved.type
    stated = node.value.get("type") if isinstance(node.value, dict) else None
    return stated if isinstance(stated, str) else ""


def refers_to(wanted: frozenset[str]) -> Run:
    """Return `resolve() is Type`, which the spelling of a reference may answer without resolving it."""

    def run(items: Nodes, scope: Scope) -> Nodes:
        node = single(items, "'is'")
        name = reference_type(node, scope) if node is not None else ""
        return boolean(not wanted.isdisjoint(shape_types(name))) if name else []

    return run
