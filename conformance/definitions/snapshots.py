"""A profile's snapshot out of its differential and its base (R4 profiling.html, elementdefinition.html)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.definitions.elements import Node, add_slice, copies, flatten, parse, size
from conformance.definitions.shape import objects, part, text, texts
from conformance.problem import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json

    Structure = Callable[[str], Json | None]

_LARGEST = 50_000
_EXTENSIONS = ("extension", "modifierExtension")
# How an element is divided where the profile leaves it to the standard (R4 profiling.html#slicing).
_BY_URL = {"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"}
_BY_TYPE = {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "open"}
_NOT_OF_A_SLICE = ("slicing", "mustSupport", "max", "min")
# A value of one of these kinds replaces what the base says with any of them.
_REPLACED = {
    "fixed": ("fixed", "pattern"),
    "pattern": ("pattern",),
    "minValue": ("minValue",),
    "maxValue": ("maxValue",),
}


def with_snapshot(definition: Json, structure: Structure) -> Json:
    """Return a StructureDefinition with its snapshot; `structure` finds the base and the types."""
    url = text(definition, "url")
    try:
        elements = flatten(_Generation(definition, structure).root())
    except Problem as problem:
        raise Problem(
            problem.code, f"no snapshot of {url or 'a profile'}: {problem.message}", hint=problem.hint
        ) from None
    return {**definition, "snapshot": {"element": elements}}


class _Generation:
    """The making of one snapshot."""

    def __init__(self, definition: Json, structure: Structure) -> None:
        self._definition = definition
        self._structure = structure
        self._room = _LARGEST

    def root(self) -> Node:
        stated = objects(part(self._definition, "differential"), "element")
        base = text(self._definition, "baseDefinition")
        if not base:
            return parse(stated)
        root = parse(self._elements(base))
        if not stated:
            return root
        changes = parse(stated)
        root.name = changes.name
        self._merge(root, changes, None)
        return root

    def _elements(self, canonical: str) -> list[Json]:
        found = self._structure(canonical)
        if found is None:
            raise Problem(
                "unknown-base",
                f"{canonical} is not at hand, or rests on this profile itself",
                hint="name the package that holds it too",
            )
        return objects(part(found, "snapshot"), "element")

    def _merge(self, node: Node, changes: Node, origin: Node | None) -> None:
        """Lay changes over an element and what is below it; `origin` is what a slice was cut from."""
        node.element = overlaid(node.element, changes.element)
        if changes.children:
            self._unfold(node, origin)
        _narrow_choices(node, changes)
        for name, below in changes.children.items():
            self._merge_child(node, name, below)
        for name, sliced in changes.slices.items():
            self._merge_slice(node, name, sliced)

    def _merge_child(self, node: Node, name: str, changes: Node) -> None:
        if name in node.children:
            self._merge(node.children[name], changes, None)
        elif (choice := _choice(node, name)) is not None:
            self._merge_choice(choice, name, changes)
        elif text(self._definition, "derivation") == "specialization":
            node.children[name] = Node(name, changes.element)
            self._merge(node.children[name], changes, None)
        else:
            at = text(changes.element, "id") or name
            hint = did_you_mean(name, node.children)
            raise Problem("unknown-element", f"the base of '{at}' has no element '{name}'", hint=hint)

    def _merge_choice(self, choice: Node, name: str, changes: Node) -> None:
        """Lay over `value[x]` what is said of `valueQuantity`, and of slices that are named at that path."""
        by_type = {"type": _only_type(choice, name)}
        for sliced, below in changes.slices.items():
            self._merge_slice(choice, sliced, replace(below, element={**by_type, **below.element}))
        own = replace(changes, slices={})
        if len(_types(choice)) == 1 and not choice.slices and "slicing" not in choice.element:
            self._merge(choice, own, None)
        elif own.element or own.children:
            self._merge_slice(choice, name, own)

    def _merge_slice(self, node: Node, name: str, changes: Node) -> None:
        line = _line(node, name)
        if name not in node.slices:
            add_slice(node, name, _cut(line[0], name))
            _say_how_divided(node)
        origin = next((each for each in line if each.children), None)
        self._merge(node.slices[name], changes, origin)

    def _unfold(self, node: Node, origin: Node | None) -> None:
        """Give an element the children of what it is: of another element, of its origin, or of its type."""
        if node.children:
            return
        if text(node.element, "contentReference"):
            self._unfold_reference(node)
        elif origin and origin.children and _types(origin) == _types(node):
            node.children = copies(origin.children)
        else:
            node.children = self._of_type(node)
        self._room -= size(node)
        if self._room < 0:
            raise Problem("too-large", f"its snapshot has more than {_LARGEST} elements")

    def _unfold_reference(self, node: Node) -> None:
        way = text(node.element, "contentReference").rpartition("#")[2].split(".")
        found: Node | None = parse(self._elements(way[0]))
        for name in way[1:]:
            found = found.children.get(name) if found else None
        if found is None:
            raise Problem("unknown-element", f"there is no element '{'.'.join(way)}'")
        own = {key: value for key, value in node.element.items() if key != "contentReference"}
        node.element = {**own, "type": found.element.get("type", [])}
        node.children = found.children

    def _of_type(self, node: Node) -> dict[str, Node]:
        types = _types(node)
        if len(types) != 1:
            return parse(self._elements("Element")).children
        profiles = texts(types[0], "profile")
        by_profile = self._structure(profiles[0]) if len(profiles) == 1 else None
        if by_profile:
            return parse(objects(part(by_profile, "snapshot"), "element")).children
        return parse(self._elements(text(types[0], "code"))).children


def overlaid(base: Json, changes: Json) -> Json:
    """Return the rules of an element after a profile's own."""
    gone = {old for new, olds in _REPLACED.items() if _having(changes, (new,)) for old in olds}
    merged = {key: value for key, value in base.items() if not key.startswith(tuple(gone) or "\0")}
    merged |= changes
    for key in ("slicing", "binding"):
        if key in base and key in changes:
            merged[key] = {**part(base, key), **part(changes, key)}
    if "constraint" in base and "constraint" in changes:
        own = {text(c, "key") for c in objects(changes, "constraint")}
        kept = [c for c in objects(base, "constraint") if text(c, "key") not in own]
        merged["constraint"] = [*kept, *objects(changes, "constraint")]
    return merged


def _having(element: Json, prefixes: tuple[str, ...]) -> bool:
    return any(key.startswith(prefixes) for key in element)


def _line(node: Node, name: str) -> list[Node]:
    """Return what a slice is cut from, nearest first: `a/b` from `a`, and `a` from the whole element."""
    parts = name.split("/")[:-1]
    names = ["/".join(parts[:size]) for size in range(len(parts), 0, -1)]
    return [*(node.slices[each] for each in names if each in node.slices), node]


def _cut(origin: Node, name: str) -> Node:
    """Return a new slice: what its origin is, but it may be absent."""
    rules = {key: value for key, value in origin.element.items() if key not in _NOT_OF_A_SLICE}
    rules |= {"min": 0, "max": origin.element.get("max", "*")}
    if by_type := _only_type(origin, name):
        # The only slice of a choice that has one type left is the choice itself.
        rules["min"] = origin.element.get("min", 0) if len(_types(origin)) == 1 else 0
        rules["type"] = by_type
    return Node(origin.name, rules)


def _only_type(choice: Node, name: str) -> list[Json]:
    """Return the type that the name of a slice of a choice says, as `valueQuantity` does."""
    stem = choice.name.removesuffix("[x]")
    if stem == choice.name:
        return []
    return [t for t in _types(choice) if stem + _capital(text(t, "code")) == name]


def _choice(node: Node, name: str) -> Node | None:
    """Return the choice `value[x]` that a name such as `valueQuantity` stands for."""
    return next((child for child in node.children.values() if _only_type(child, name)), None)


def _narrow_choices(node: Node, changes: Node) -> None:
    """Leave a choice the types that are named by `valueQuantity` and the like, where it is not divided else.

    HL7's snapshots read the short form so: BMI's `Observation.valueQuantity` forbids a valueString.
    """
    short = (name for name, below in changes.children.items() if not below.slices)
    named = {name: _choice(node, name) for name in short if name not in node.children}
    for choice in {id(choice): choice for choice in named.values() if choice}.values():
        whole = choice.name in changes.children or choice.slices or "slicing" in choice.element
        if whole or len(_types(choice)) == 1:
            continue
        types = [t for name, each in named.items() if each is choice for t in _only_type(choice, name)]
        how = {**_BY_TYPE, "rules": "closed"}
        choice.element = {**choice.element, "type": types, "slicing": how}


def _say_how_divided(node: Node) -> None:
    how = _BY_URL if node.name in _EXTENSIONS else _BY_TYPE if node.name.endswith("[x]") else None
    if how and "slicing" not in node.element:
        node.element = {**node.element, "slicing": how}


def _types(node: Node) -> list[dict[str, Json]]:
    return objects(node.element, "type")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
