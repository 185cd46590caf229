"""Functions on collections: existence, filtering, subsetting, combining, aggregates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.fhirpath import equality
from conformance.fhirpath.registry import (
    anything,
    first_argument,
    function,
    of_arguments,
    same,
    with_arguments,
)
from conformance.fhirpath.values import boolean, integer, problem, single, truth, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Node, Nodes
    from conformance.fhirpath.scope import Scope

    Run = Callable[[Nodes, Scope], Nodes]


@function("empty", gives="System.Boolean")
def _empty(items: Nodes, _scope: Scope) -> Nodes:
    return boolean(not items)


@function("exists", 0, 1, lazy=True, gives="System.Boolean")
def _exists(items: Nodes, scope: Scope, criteria: Run | None = None) -> Nodes:
    return boolean(bool(_where(items, scope, criteria) if criteria else items))


@function("where", 1, lazy=True, gives=same)
def _where(items: Nodes, scope: Scope, criteria: Run) -> Nodes:
    return [node for index, node in enumerate(items) if holds(criteria, node, scope, index)]


def holds(criteria: Run, node: Node, scope: Scope, index: int) -> bool:
    """Tell whether a criterion is true for one item; unknown is not true."""
    inner = scope.at(node, index)
    return truth(criteria(inner.this, inner), "a criterion") is True


@function("all", 1, lazy=True, gives="System.Boolean")
def _all(items: Nodes, scope: Scope, criteria: Run) -> Nodes:
    return boolean(all(holds(criteria, node, scope, index) for index, node in enumerate(items)))


@function("select", 1, lazy=True, gives=first_argument)
def _select(items: Nodes, scope: Scope, projection: Run) -> Nodes:
    found: Nodes = []
    for index, node in enumerate(items):
        inner = scope.at(node, index)
        found += projection(inner.this, inner)
    return found


# What makes new values for ever never ends; no resource is nested nearly as deeply.
_MOST_ROUNDS = 1_000
_MOST_REPEATED = 10_000


@function("repeat", 1, lazy=True, gives=first_argument)
def _repeat(items: Nodes, scope: Scope, projection: Run) -> Nodes:
    found: Nodes = []
    waiting = items
    rounds = 0
    while waiting:
        waiting = [n for n in _select(waiting, scope, projection) if not equality.contains(found, n)]
        waiting = equality.distinct(waiting)
        found += waiting
        rounds += 1
        if rounds > _MOST_ROUNDS or len(found) > _MOST_REPEATED:
            raise problem(f"repeat() found {len(found)} items in {rounds} rounds, and still finds others")
    return found


@function("aggregate", 1, 2, lazy=True, gives=anything)
def _aggregate(items: Nodes, scope: Scope, step: Run, start: Run | None = None) -> Nodes:
    total = start(scope.this, scope) if start else []
    for index, node in enumerate(items):
        inner = scope.at(node, index, total)
        total = step(inner.this, inner)
    return total


@function("iif", 2, 3, lazy=True, gives=of_arguments)
def _iif(items: Nodes, scope: Scope, criterion: Run, then: Run, otherwise: Run | None = None) -> Nodes:
    node = single(items, "iif()")
    inner = scope if node is None or items is scope.this else scope.at(node, 0)
    found = criterion(items, inner)
    answer = single(found, "iif()'s criterion")
    if answer is not None and type(answer.value) is not bool:
        raise problem(f"iif()'s criterion is a {answer.type}, no boolean")
    chosen = then if answer is not None and answer.value else otherwise
    return chosen(items, inner) if chosen else []


def _truths(items: Nodes, name: str) -> list[bool]:
    for node in items:
        if type(node.value) is not bool:
            raise problem(f"{name}() needs booleans, there is a {node.type}")
    return [node.value for node in items]


@function("allTrue", gives="System.Boolean")
def _all_true(items: Nodes, _scope: Scope) -> Nodes:
    return boolean(all(_truths(items, "allTrue")))


@function("anyTrue", gives="System.Boolean")
def _any_true(items: Nodes, _scope: Scope) -> Nodes:
    return boolean(any(_truths(items, "anyTrue")))


@function("allFalse", gives="System.Boolean")
def _all_false(items: Nodes, _scope: Scope) -> Nodes:
    return boolean(not any(_truths(items, "allFalse")))


@function("anyFalse", gives="System.Boolean")
def _any_false(items: Nodes, _scope: Scope) -> Nodes:
    return boolean(not all(_truths(items, "anyFalse")))


@function("not", gives="System.Boolean")
def _not(items: Nodes, _scope: Scope) -> Nodes:
    answer = truth(items, "not()")
    return [] if answer is None else boolean(not answer)


@function("count", gives="System.Integer")
def _count(items: Nodes, _scope: Scope) -> Nodes:
    return integer(len(items))


@function("distinct", gives=same)
def _distinct(items: Nodes, _scope: Scope) -> Nodes:
    return equality.distinct(items)


@function("isDistinct", gives="System.Boolean")
def _is_distinct(items: Nodes, _scope: Scope) -> Nodes:
    return boolean(len(equality.distinct(items)) == len(items))


@function("subsetOf", 1, gives="System.Boolean")
def _subset_of(items: Nodes, _scope: Scope, other: Nodes) -> Nodes:
    return boolean(all(equality.contains(other, node) for node in items))


@function("supersetOf", 1, gives="System.Boolean")
def _superset_of(items: Nodes, _scope: Scope, other: Nodes) -> Nodes:
    return boolean(all(equality.contains(items, node) for node in other))


@function("single", gives=same)
def _single(items: Nodes, _scope: Scope) -> Nodes:
    node = single(items, "single()")
    return [] if node is None else [node]


@function("first", gives=same)
def _first(items: Nodes, _scope: Scope) -> Nodes:
    return items[:1]


@function("last", gives=same)
def _last(items: Nodes, _scope: Scope) -> Nodes:
    return items[-1:]


@function("tail", gives=same)
def _tail(items: Nodes, _scope: Scope) -> Nodes:
    return items[1:]


@function("skip", 1, gives=same)
def _skip(items: Nodes, _scope: Scope, count: Nodes) -> Nodes:
    return items[max(whole(count, "skip()") or 0, 0) :]


@function("take", 1, gives=same)
def _take(items: Nodes, _scope: Scope, count: Nodes) -> Nodes:
    return items[: max(whole(count, "take()") or 0, 0)]


@function("intersect", 1, gives=same)
def _intersect(items: Nodes, _scope: Scope, other: Nodes) -> Nodes:
    return equality.distinct([node for node in items if equality.contains(other, node)])


@function("exclude", 1, gives=same)
def _exclude(items: Nodes, _scope: Scope, other: Nodes) -> Nodes:
    return [node for node in items if not equality.contains(other, node)]


@function("union", 1, gives=with_arguments)
def _union(items: Nodes, _scope: Scope, other: Nodes) -> Nodes:
    return equality.distinct(items + other)


@function("combine", 1, gives=with_arguments)
def _combine(items: Nodes, _scope: Scope, other: Nodes) -> Nodes:
    return items + other
