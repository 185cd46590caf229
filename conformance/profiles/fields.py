"""One property of a JSON object: single or array, null, `_` sibling, how many, each item's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.fhirpath import Node, misspelt
from conformance.profiles.ids import NAMING, naming
from conformance.profiles.items import RESOURCE, Item, item_of
from conformance.profiles.primitives import example, fits, json_kind
from conformance.profiles.remembering import Remembering, memorable
from conformance.profiles.rules import rule_of
from conformance.profiles.slicing import slicing_of
from conformance.profiles.tree import json_names, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.library import Library
    from conformance.profiles.slicing import Slicing
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Visit

    Field = Callable[[Json, Mapping[str, Json], Node, Visit], None]
    One = Callable[[Json, Json, Node, int, Visit], None]


def fields_of(parts: Iterable[Element], library: Library) -> Mapping[str, Field]:
    """Return the check of every JSON property that the elements have, `_` siblings included."""
    fields: dict[str, Field] = {}
    for part in parts:
        if part.max == 0:
            fields.update(_prohibited(part))
            continue
        slicing = slicing_of(part, library)
        names = list(json_names(part))
        for name, row in (
            zip(names, part.types or [{}] * len(names), strict=True)
            if part.choice
            else [(part.name, _only(part.types))]
        ):
            fields.update(_fields(name, part, item_of(part, row, library), slicing))
    return fields


def _only(rows: list[Mapping[str, Json]]) -> Mapping[str, Json]:
    """Return the type row of an element whose name tells no type: of several, all are resources."""
    return rows[0] if len(rows) == 1 else {"code": "Resource"} if rows else {}


def _prohibited(part: Element) -> Mapping[str, Field]:
    rule = rule_of(part, part.row.get("_max"))

    def field(item: Json, _owner: Mapping[str, Json], node: Node, visit: Visit) -> None:
        there = any(each is not None for each in item) if isinstance(item, list) else item is not None
        at = Node(item, "", part.name, parent=node) if there else node
        visit.report(
            at, "structure", f"'{part.name}' may not be present.", rule=rule, expected=0, actual=item
        )

    base = r4.element(part.base_path)
    types = base.types if base is not None and part.choice else [type_name(row) for row in part.types]
    names = [part.name + t[:1].upper() + t[1:] for t in types] if part.choice else [part.name]
    return {key: field for name in names for key in (name, f"_{name}")}


def _fields(name: str, part: Element, item: Item, slicing: Slicing | None) -> Mapping[str, Field]:
    rule = rule_of(part)
    if not item.primitive:
        one = (_whole_resource if item.type == RESOURCE else _typed)(part.name, item)
        return {
            name: _many(name, part, one, item, slicing)
            if part.repeats
            else _single(name, one, item, slicing, rule)
        }
    one = _primitive(part.name, item, rule)
    main = _many(name, part, one, item, slicing) if part.repeats else _single(name, one, item, slicing, rule)
    main = naming(main, rule) if part.base_path in NAMING else main

    def alone(_item: Json, owner: Mapping[str, Json], node: Node, visit: Visit) -> None:
        """Judge a `_` sibling that stands without its primitive; beside it, it was judged already."""
        if name not in owner:
            main(_ABSENT, owner, node, visit)

    return {name: main} if part.base_path in _ATTRIBUTES else {name: main, f"_{name}": alone}


_ABSENT: Json = object()
# In XML these two are attributes, which have neither id nor extensions (R4 json.html).
_ATTRIBUTES = {"Element.id", "Extension.url"}


def _whole_resource(stem: str, item: Item) -> One:
    check = item.check

    def one(value: Json, _extra: Json, node: Node, index: int, visit: Visit) -> None:
        stated = value.get("resourceType") if isinstance(value, dict) else None
        type_ = stated if isinstance(stated, str) and stated in r4.resource_types() else item.type
        check(value, Node(value, type_, stem, parent=node, index=index), visit)

    return one


def _typed(stem: str, item: Item) -> One:
    check, type_, shape = item.check, item.type, item.shape
    if memorable(item):
        return Remembering(stem, item)

    def one(value: Json, _extra: Json, node: Node, index: int, visit: Visit) -> None:
        check(value, Node(value, type_, stem, shape=shape, parent=node, index=index), visit)

    return one


def _primitive(stem: str, item: Item, rule: Rule) -> One:
    type_, check, beside, needs_beside = item.type, item.check, item.beside, item.needs_beside
    lawful = fits(type_)
    plain = item.plain
    alone = _typed(stem, item)

    def one(value: Json, extra: Json, node: Node, index: int, visit: Visit) -> None:
        known = value is not None
        if known and not lawful(value):
            _malformed(value, Node(value, type_, stem, parent=node, index=index), visit, rule)
            known = False
        if extra is None and not needs_beside:
            if plain:
                return
            if known:
                alone(value, None, node, index, visit)
            return
        here = Node(value, type_, stem, extra=extra, parent=node, index=index)
        if known and not plain:
            check(value, here, visit)
        beside({} if extra is None else extra, here, visit)

    return one


def _malformed(value: Json, node: Node, visit: Visit, rule: Rule) -> None:
    as_text = misspelt(node)
    visit.report(
        node,
        "value",
        f"{as_text}." if as_text else f"This is not a lawful {node.type}.",
        rule=rule,
        expected=f"{json_kind(node.type)} ({node.type})",
        actual=value,
        hint=f"{'Without quotes, as' if as_text else 'As'} in {example(node.type)}.",
    )


def _single(name: str, one: One, item: Item, slicing: Slicing | None, rule: Rule) -> Field:
    sibling = f"_{name}" if item.primitive else ""

    def field(value: Json, owner: Mapping[str, Json], node: Node, visit: Visit) -> None:
        if value is _ABSENT:
            value = None
        elif type(value) is list or value is None:
            _not_single(value, name, node, visit, rule)
            return
        extra = owner.get(sibling) if sibling else None
        if type(extra) is list:
            _not_single(extra, sibling, node, visit, rule)
            return
        one(value, extra, node, -1, visit)
        if slicing is not None:
            slicing(item.nodes([value], [extra], node, single=True), node, visit)

    light = item.primitive and item.plain and not item.needs_beside and slicing is None
    return _light(sibling, fits(item.type), field) if light else field


def _light(sibling: str, lawful: Callable[[Json], bool], field: Field) -> Field:
    """Return the check of a primitive of which nothing is asked but to be lawful: most need no more."""

    def light(value: Json, owner: Mapping[str, Json], node: Node, visit: Visit) -> None:
        if sibling in owner or not lawful(value):
            field(value, owner, node, visit)

    return light


def _not_single(value: Json, name: str, node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node,
        "structure",
        f"'{name}' has to be a single value.",
        rule=rule,
        expected="no array" if isinstance(value, list) else "a value",
        actual=value,
        hint="Leave out an element that has no value."
        if value is None
        else "Write the value without brackets.",
    )


def _many(name: str, part: Element, one: One, item: Item, slicing: Slicing | None) -> Field:
    sibling = f"_{name}" if item.primitive else ""
    counted = _count(name, part)
    least, most = max(part.min, 1), part.max
    rule = rule_of(part)

    def field(value: Json, owner: Mapping[str, Json], node: Node, visit: Visit) -> None:
        extras = owner.get(sibling) if sibling else None
        if value is _ABSENT:
            value = [None] * len(extras) if type(extras) is list else []
        if type(value) is not list or not (extras is None or type(extras) is list):
            _not_array(value, name, node, visit, rule)
            return
        size = len(value) if extras is None else max(len(value), len(extras))
        if size < least or (most is not None and size > most):
            counted(size, value, node, visit)
        place = 0  # FHIRPath counts what is there
        for index in range(size):
            each = value[index] if index < len(value) else None
            extra = extras[index] if extras is not None and index < len(extras) else None
            if each is None and extra is None:
                _nothing(name, node, index, visit, rule)
            else:
                one(each, extra, node, place, visit)
                place += 1
        if slicing is not None:
            slicing(item.nodes(value, extras or [], node), node, visit)

    return field


def _not_array(value: Json, name: str, node: Node, visit: Visit, rule: Rule) -> None:
    visit.report(
        node,
        "structure",
        f"'{name}' has to be an array.",
        rule=rule,
        expected="an array",
        actual=value,
        hint="Put the value into brackets, even where there is only one.",
    )


def _nothing(name: str, node: Node, index: int, visit: Visit, rule: Rule) -> None:
    """R4 json.html#primitive: null only keeps the place of a primitive that has an extension."""
    visit.report(
        node,
        "structure",
        f"'{name}' has null where a value has to stand.",
        rule=rule,
        expected="a value",
        actual=f"null at {index}",
    )


def _count(name: str, part: Element) -> Callable[[int, Json, Node, Visit], None]:
    least, most = part.min, part.max
    rule = rule_of(part)
    too_few, too_many = rule_of(part, part.row.get("_min")), rule_of(part, part.row.get("_max"))

    def count(size: int, value: Json, node: Node, visit: Visit) -> None:
        if size == 0:
            visit.report(
                f"{node.path}.{part.name}",
                "structure",
                f"'{name}' is empty.",
                rule=rule,
                expected="at least one item",
                actual=value,
                hint="Leave out an array that has no items.",
            )
        elif size < least:
            visit.report(
                node,
                "required",
                f"'{name}' occurs too seldom.",
                rule=too_few,
                expected=f"at least {least}",
                actual=size,
            )
        if most is not None and size > most:
            visit.report(
                node,
                "structure",
                f"'{name}' occurs too often.",
                rule=too_many,
                expected=f"at most {most}",
                actual=size,
            )

    return count
