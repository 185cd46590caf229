"""Slices: which items belong to which, how many, in which order, and by which rules (R4 profiling.html)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.profiles.discriminators import test_of
from conformance.profiles.issue import Severity
from conformance.profiles.resources import is_resource
from conformance.profiles.rules import rule_of
from conformance.profiles.tree import type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.discriminators import Test
    from conformance.profiles.issue import Rule
    from conformance.profiles.library import Library
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

    Slicing = Callable[[Sequence[Node], Node, Visit], None]

_DEFAULT = "@default"
_RESOURCE = "Resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """One slice: what belongs to it, how often, and what it asks for."""

    name: str
    what: str
    least: int
    most: int | None
    rule: Rule
    test: Test
    checks: Mapping[str, Check]
    inner: Slicing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The slices of one element."""

    slices: tuple[_Slice, ...]
    default: _Slice | None
    rules: str
    ordered: bool
    rule: Rule

    @property
    def arranged(self) -> bool:
        """Tell whether it matters where an item stands."""
        return self.ordered or self.rules == "openAtEnd"


def slicing_of(part: Element, library: Library) -> Slicing | None:
    """Return the check of all items of a sliced element together."""
    if not part.slices:
        return None
    plan: _Plan | None = None

    def check(nodes: Sequence[Node], parent: Node, visit: Visit) -> None:
        nonlocal plan
        if plan is None:
            plan = _plan(part, library)
        _judge(plan, nodes, parent, visit)

    return check


def _plan(part: Element, library: Library) -> _Plan:
    slicing = part.row.get("slicing", {})
    made = [_slice(each, _discriminators(part), library) for each in part.slices]
    return _Plan(
        slices=tuple(each for each in made if each.name != _DEFAULT),
        default=next((each for each in made if each.name == _DEFAULT), None),
        rules=str(slicing.get("rules", "open")),
        ordered=bool(slicing.get("ordered", False)),
        rule=rule_of(part, slicing),
    )


def _discriminators(part: Element) -> list[tuple[str, str]]:
    stated = part.row.get("slicing", {}).get("discriminator", ())
    if not stated and part.choice:
        return [("type", "$this")]
    if not stated and part.name in {"extension", "modifierExtension"}:
        return [("value", "url")]
    return [(str(each.get("type")), str(each.get("path"))) for each in stated]


def _slice(element: Element, discriminators: Sequence[tuple[str, str]], library: Library) -> _Slice:
    return _Slice(
        name=element.slice_name,
        what=f"{element.name}:{element.slice_name}",
        least=element.min,
        most=element.max,
        rule=rule_of(element),
        test=_all([test_of(element, kind, path, library) for kind, path in discriminators]),
        checks={_kind(row): library.slice_check(element, row) for row in element.types or [{}]},
        inner=slicing_of(element, library),
    )


def _kind(row: Mapping[str, Json]) -> str:
    """Return the type of the nodes that a type row speaks of; the resources of one place share rules."""
    name = type_name(row)
    return _RESOURCE if is_resource(name) else name or "BackboneElement"


def _all(tests: Sequence[Test]) -> Test:
    """Return the test that all tests hold; without any, nothing can be said."""

    def test(node: Node, visit: Visit) -> bool | None:
        answer: bool | None = True if tests else None
        for each in tests:
            found = each(node, visit)
            if found is False:
                return False
            if found is None:
                answer = None
        return answer

    return test


def _judge(plan: _Plan, nodes: Sequence[Node], parent: Node, visit: Visit) -> None:
    members: dict[str, list[Node]] = {each.name: [] for each in plan.slices}
    doubtful: dict[str, int] = {}
    loose: list[Node] = []
    order: list[int] = []
    for node in nodes:
        index, maybe = _assigned(plan, node, visit)
        if index is not None:
            members[plan.slices[index].name].append(node)
            order.append(index)
            if plan.arranged:
                _judge_order(plan, loose, order, node, visit)
        elif maybe:
            doubtful.update({each: doubtful.get(each, 0) + 1 for each in maybe})
        else:
            loose.append(node)
            _judge_loose(plan, node, visit)
    for each in plan.slices:
        _judge_members(each, members[each.name], doubtful.get(each.name, 0), parent, visit)


def _assigned(plan: _Plan, node: Node, visit: Visit) -> tuple[int | None, list[str]]:
    """Return the first slice that an item belongs to, or those that it may belong to."""
    maybe = []
    for index, each in enumerate(plan.slices):
        answer = each.test(node, visit)
        if answer:
            return index, []
        if answer is None:
            maybe.append(each.name)
    return None, maybe


def _judge_order(plan: _Plan, loose: list[Node], order: list[int], node: Node, visit: Visit) -> None:
    if plan.ordered and len(order) > 1 and order[-1] < order[-2]:
        before = plan.slices[order[-2]].name
        message = f"The item of slice '{plan.slices[order[-1]].name}' stands after one of '{before}'."
        visit.report(
            node,
            "structure",
            message,
            rule=plan.rule,
            expected=[each.name for each in plan.slices],
            actual=plan.slices[order[-1]].name,
        )
    if plan.rules == "openAtEnd" and loose:
        message = "Items that belong to no slice stand at the end."
        visit.report(
            loose[-1], "structure", message, rule=plan.rule, expected="openAtEnd", actual=loose[-1].index
        )


def _judge_loose(plan: _Plan, node: Node, visit: Visit) -> None:
    if plan.default is not None:
        _judge_item(plan.default, node, visit)
    elif plan.rules == "closed":
        visit.report(
            node,
            "structure",
            "This belongs to no slice, and others are not allowed.",
            rule=plan.rule,
            expected=[each.name for each in plan.slices],
            actual=node.value,
        )


def _judge_members(slice_: _Slice, nodes: Sequence[Node], doubtful: int, parent: Node, visit: Visit) -> None:
    size = len(nodes)
    if size < slice_.least:
        _too_few(slice_, size, parent, visit, cannot_say=size + doubtful >= slice_.least)
    if slice_.most is not None and size > slice_.most:
        visit.report(
            parent,
            "structure",
            f"'{slice_.what}' occurs too often.",
            rule=slice_.rule,
            expected=f"at most {slice_.most}",
            actual=size,
        )
    for node in nodes:
        _judge_item(slice_, node, visit)
    if slice_.inner is not None:
        slice_.inner(nodes, parent, visit)


def _judge_item(slice_: _Slice, node: Node, visit: Visit) -> None:
    check = slice_.checks.get(node.type)
    if check is None and is_resource(node.type):
        check = slice_.checks.get(_RESOURCE)
    if check is not None:
        check(node.value, node, visit)


def _too_few(slice_: _Slice, size: int, parent: Node, visit: Visit, *, cannot_say: bool) -> None:
    what = slice_.what
    visit.report(
        parent,
        "not-supported" if cannot_say else "required",
        f"Whether '{what}' is there cannot be said." if cannot_say else f"'{what}' is missing.",
        rule=slice_.rule,
        severity=Severity.INFORMATION if cannot_say else Severity.ERROR,
        expected=f"at least {slice_.least}",
        actual=size,
    )
