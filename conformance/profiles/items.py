"""One item of an element: the checks that its definition asks for, put together once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.fhirpath import Node
from conformance.profiles.bindings import binding_check
from conformance.profiles.extensions import extension_check
from conformance.profiles.invariants import invariant_checks
from conformance.profiles.profiled import profiled_check
from conformance.profiles.references import target_check
from conformance.profiles.resources import is_resource, judged_resource, resource_rules
from conformance.profiles.special import special_checks
from conformance.profiles.tree import HOLLOW, type_name
from conformance.profiles.values import value_checks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.model import Json
    from conformance.profiles.library import Library
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

RESOURCE = "Resource"
# Elements whose stated type is wrong or wider than what R4's pages say (resource.html#id: the type is id)
_TYPES_BY_PATH = {"Resource.id": "id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """How one item of an element is judged; `beside` judges the `_` sibling of a primitive."""

    type: str
    shape: str
    stem: str
    primitive: bool
    check: Check
    plain: bool
    beside: Check
    needs_beside: bool

    def nodes(
        self, values: Sequence[Json], extras: Sequence[Json], parent: Node, *, single: bool = False
    ) -> list[Node]:
        """Return the items as nodes."""
        found: list[Node] = []
        for index in range(max(len(values), len(extras))):
            value = values[index] if index < len(values) else None
            extra = extras[index] if index < len(extras) else None
            if value is not None or extra is not None:
                found.append(self._node(value, extra, parent, -1 if single else len(found)))
        return found

    def _node(self, value: Json, extra: Json, parent: Node, index: int) -> Node:
        type_, shape = self.type, self.shape
        if type_ == RESOURCE and isinstance(value, dict) and isinstance(value.get("resourceType"), str):
            type_ = shape = value["resourceType"] or RESOURCE
        return Node(value, type_, self.stem, shape=shape, extra=extra, parent=parent, index=index)


def item_of(part: Element, row: Mapping[str, Json], library: Library) -> Item:
    """Return how items of an element are judged where they have the type of `row`."""
    type_ = _TYPES_BY_PATH.get(part.base_path) or type_name(row)
    primitive = type_ in r4.primitive_types()
    rules = rule_checks(part, row, library)
    sibling = _sibling(part, type_, library) if primitive else _nothing
    structure = () if primitive else _structure(part, type_, library)
    return Item(
        type=RESOURCE if is_resource(type_) else type_ or "BackboneElement",
        shape=shape_of(part, type_),
        stem=part.name,
        primitive=primitive,
        check=together([*structure, *rules]),
        plain=not rules,
        beside=sibling,
        needs_beside=primitive and _needs_sibling(part),
    )


def shape_of(part: Element, type_: str) -> str:
    """Return what the children of a node hang from: its type, or the path where that brings none."""
    content = str(part.row.get("contentReference", "")).rpartition("#")[2]
    return content or (part.base_path if type_ in HOLLOW else type_)


def root_check(tree: Element, library: Library) -> Check:
    """Return the check of a whole type or profile."""
    return together([library.object_check(tree), *_of_root(tree)])


def slice_check(part: Element, row: Mapping[str, Json], library: Library) -> Check:
    """Return the check of what a slice asks for beyond the element that it slices."""
    type_ = type_name(row)
    primitive = type_ in r4.primitive_types()
    named = "" if type_ in HOLLOW else type_
    below = [_beside(library.object_check(part, named), primitive=primitive)] if part.children else []
    return together([*below, *rule_checks(part, row, library)])


def rule_checks(part: Element, row: Mapping[str, Json], library: Library) -> list[Check]:
    """Return the checks that an element's own row asks for, whatever stands below it."""
    type_ = type_name(row)
    return [
        *value_checks(part, type_),
        *binding_check(part, type_),
        *(target_check(part, row, library) if type_ == "Reference" else ()),
        *(resource_rules(part) if is_resource(type_) else profiled_check(part, row)),
        *invariant_checks(part, known=_root_keys(type_, library)),
    ]


def _structure(part: Element, type_: str, library: Library) -> Iterable[Check]:
    if is_resource(type_):
        return [judged_resource]
    if type_ in HOLLOW or type_ not in r4.type_names():
        whole = part if part.children else library.whole(part) or part
        return [library.object_check(whole)]
    if part.children:
        tree = library.base_tree(type_)
        own = _of_root(tree) if tree is not None else []
        return [library.object_check(part, type_), *own, *_extension(part, type_)]
    return [*_whole(type_, library), *_extension(part, type_)]


def _extension(part: Element, type_: str) -> Iterable[Check]:
    return [extension_check(part)] if type_ == "Extension" else []


def _whole(type_: str, library: Library) -> Iterable[Check]:
    check = library.type_check(type_)
    return [check] if check is not None else []


def _of_root(tree: Element) -> list[Check]:
    return [*invariant_checks(tree), *special_checks(tree)]


def _root_keys(type_: str, library: Library) -> frozenset[str]:
    """Return the constraints that a type's own check has judged already."""
    tree = library.base_tree(type_) if type_ not in HOLLOW else None
    constraints = tree.row.get("constraint", ()) if tree is not None else ()
    return frozenset(str(each.get("key")) for each in constraints)


def _needs_sibling(part: Element) -> bool:
    """Tell whether a primitive has to have an id or an extension."""
    below = [child for child in part.children.values() if child.name != "value"]
    return any(each.min for child in below for each in (child, *child.slices))


def _sibling(part: Element, type_: str, library: Library) -> Check:
    if part.children:
        return library.object_check(part, type_)
    tree = library.base_tree(type_)
    return library.object_check(tree) if tree is not None else _nothing


def _beside(check: Check, *, primitive: bool) -> Check:
    """Return a check of a primitive's `_` sibling as one of the primitive."""
    if not primitive:
        return check

    def beside(_value: Json, node: Node, visit: Visit) -> None:
        check(node.extra or {}, node, visit)

    return beside


def together(checks: Sequence[Check]) -> Check:
    """Return several checks as one."""
    if not checks:
        return _nothing
    if len(checks) == 1:
        return checks[0]

    def check(value: Json, node: Node, visit: Visit) -> None:
        for each in checks:
            each(value, node, visit)

    return check


def _nothing(_value: Json, _node: Node, _visit: Visit) -> None:
    """Ask for nothing."""
