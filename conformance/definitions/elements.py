"""The element list of a StructureDefinition as a tree, and the tree as a list again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.definitions.shape import text
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.model import Json

    Step = tuple[str, str]  # name of the element, name of the slice or nothing

DEEPEST = 40


@dataclass(slots=True)
class Node:
    """One element with what is below it; `slices` are named in full, a slice of a slice as `a/b`."""

    name: str
    element: dict[str, Json] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)
    slices: dict[str, Node] = field(default_factory=dict)


def parse(elements: Iterable[Json]) -> Node:
    """Return the tree of an element list; elements that the list leaves out are nodes without rules."""
    root: Node | None = None
    context: dict[str, str] = {}
    for element in elements:
        steps = _steps(element, context)
        root = root or Node(steps[0][0])
        node = _walk(root, steps)
        node.element = {**node.element, **element}
    if root is None:
        raise Problem("empty-definition", "the list of elements is empty")
    return root


def flatten(root: Node) -> list[Json]:
    """Return the element list of a tree in the order of a snapshot; ids and paths follow from the tree."""
    return list(_flat(root, "", "", ""))


def copied(node: Node) -> Node:
    """Return a copy of a tree; element rules are shared, since they are only ever replaced."""
    return Node(node.name, node.element, copies(node.children), copies(node.slices))


def copies(nodes: dict[str, Node]) -> dict[str, Node]:
    """Return copies of several trees."""
    return {name: copied(node) for name, node in nodes.items()}


def size(node: Node) -> int:
    """Return how many elements a tree has."""
    return 1 + sum(map(size, (*node.children.values(), *node.slices.values())))


def add_slice(node: Node, name: str, new: Node) -> None:
    """Put a slice behind the others, or behind the slice that it divides."""
    parent = name.rpartition("/")[0]
    family = [i for i, each in enumerate(node.slices) if parent and f"{each}/".startswith(f"{parent}/")]
    at = family[-1] + 1 if family else len(node.slices)
    items = list(node.slices.items())
    node.slices = dict([*items[:at], (name, new), *items[at:]])


def _walk(root: Node, steps: Sequence[Step]) -> Node:
    node = root
    for at, (name, sliced) in enumerate(steps):
        if at:
            node = node.children.setdefault(name, Node(name))
        if sliced:
            node = node.slices.setdefault(sliced, Node(name))
    return node


def _steps(element: Json, context: dict[str, str]) -> list[Step]:
    """Return the way to an element: by its id, or where that says too little, by its path."""
    path = text(element, "path").split(".")
    if len(path) > DEEPEST or not all(path):
        raise Problem("element-path", f"'{'.'.join(path)[:80]}' is not the path of an element")
    steps = _by_id(element, path) or _by_context(element, path, context)
    for key in [key for key in context if f"{key}.".startswith(f"{'.'.join(path)}.")]:
        del context[key]
    names = [name for name, _ in steps]
    context.update({".".join(names[: at + 1]): sliced for at, (_, sliced) in enumerate(steps)})
    return steps


def _by_id(element: Json, path: Sequence[str]) -> list[Step]:
    """Return the steps that the id states, or none where it contradicts the path or the name of the slice."""
    parts = (part.partition(":") for part in text(element, "id").split("."))
    steps = [(name, sliced) for name, _, sliced in parts]
    # value[x]:valueQuantity may have the path valueQuantity
    agrees = len(steps) == len(path) and all(name in step for step, name in zip(steps, path, strict=True))
    named = text(element, "sliceName")
    return steps if agrees and named in ("", steps[-1][1]) else []


def _by_context(element: Json, path: Sequence[str], context: dict[str, str]) -> list[Step]:
    above = [(name, context.get(".".join(path[: at + 1]), "")) for at, name in enumerate(path[:-1])]
    return [*above, (path[-1], text(element, "sliceName"))]


def _flat(node: Node, path: str, identity: str, sliced: str) -> Iterator[Json]:
    own_path = f"{path}.{node.name}" if path else node.name
    plain = f"{identity}.{node.name}" if identity else node.name
    own_id = f"{plain}:{sliced}" if sliced else plain
    named = {"sliceName": sliced} if sliced else {}
    yield {**node.element, "id": own_id, "path": own_path, **named}
    for child in node.children.values():
        yield from _flat(child, own_path, own_id, "")
    for name, each in node.slices.items():
        yield from _flat(each, path, identity, name)
