"""The clock, tracing, order and types (FHIRPath 2.0, section 'Utility functions')."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

from conformance.fhirpath import equality
from conformance.fhirpath.node import Node
from conformance.fhirpath.registry import function, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope

    Run = Callable[[Nodes, Scope], Nodes]


@function("now", gives="System.DateTime")
def _now(_items: Nodes, scope: Scope) -> Nodes:
    return [Node(scope.now.isoformat(timespec="milliseconds"), "System.DateTime")]


@function("today", gives="System.Date")
def _today(_items: Nodes, scope: Scope) -> Nodes:
    return [Node(scope.now.date().isoformat(), "System.Date")]


@function("timeOfDay", gives="System.Time")
def _time_of_day(_items: Nodes, scope: Scope) -> Nodes:
    return [Node(scope.now.time().isoformat(timespec="milliseconds"), "System.Time")]


@function("trace", 1, 2, lazy=True, gives=same)
def _trace(items: Nodes, _scope: Scope, *_args: Run) -> Nodes:
    return items


@function("type", gives="System.TypeInfo")
def _type(items: Nodes, _scope: Scope) -> Nodes:
    return [_type_info(node.type) for node in items]


def _type_info(name: str) -> Node:
    namespace, _, last = name.rpartition(".")
    return Node({"namespace": namespace or "FHIR", "name": last}, "System.TypeInfo")


def sort_by(keys: list[tuple[Run, bool]]) -> Callable[[Nodes, Scope], Nodes]:
    """Return the step that sorts by keys, each ascending or (true) descending; without keys by the item."""

    def run(items: Nodes, scope: Scope) -> Nodes:
        rows = [(node, _keys(node, scope, index, keys)) for index, node in enumerate(items)]
        flags = [descending for _, descending in keys] or [False]

        def compared(one: list[Nodes], other: list[Nodes]) -> int:
            return _compared(one, other, flags)

        in_order = cmp_to_key(compared)
        return [node for node, _ in sorted(rows, key=lambda row: in_order(row[1]))]

    return run


def _keys(node: Node, scope: Scope, index: int, keys: list[tuple[Run, bool]]) -> list[Nodes]:
    inner = scope.at(node, index)
    return [key(inner.this, inner) for key, _ in keys] or [inner.this]


def _compared(left: list[Nodes], right: list[Nodes], flags: list[bool]) -> int:
    for one, other, descending in zip(left, right, flags, strict=True):
        order = _key_order(one, other, descending=descending)
        if order:
            return order
    return 0


def _key_order(left: Nodes, right: Nodes, *, descending: bool) -> int:
    """Items without a key come first in either direction, as in HL7's suite."""
    if not left or not right:
        return bool(left) - bool(right)
    order = equality.order(left[0], right[0]) or 0
    return -order if descending else order
