"""What a discriminator's path leads to: in the definition of a slice, and in an item."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.fhirpath import compile as compile_fhirpath
from conformance.problem import Problem
from conformance.profiles.seeking import Seeking
from conformance.profiles.tree import type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.fhirpath import Node
    from conformance.profiles.library import Library
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Visit

    Instances = Callable[[Node, Visit], list[Node] | None]

_THIS = "$this"
_STEP = re.compile(r"(?P<name>[\w$]+)(?:\((?P<argument>[^()]*)\))?(?:\.|\Z)")
_SIMPLE = re.compile(r"\w+(\.\w+)*")


def instances(path: str) -> Instances:
    """Return what finds the nodes that an item has at a path; it returns None where that cannot be said."""
    if path == _THIS:
        return lambda node, _visit: [node]
    plain = path.removeprefix(f"{_THIS}.")
    return _walk(plain.split(".")) if _SIMPLE.fullmatch(plain) else _evaluated(plain)


def _walk(names: Sequence[str]) -> Instances:
    def walk(node: Node, _visit: Visit) -> list[Node]:
        here = [node]
        for name in names:
            found: list[Node] = []
            for each in here:
                each.read(name, found)
            here = found
        return here

    return walk


def _evaluated(path: str) -> Instances:
    def evaluate(node: Node, visit: Visit) -> list[Node] | None:
        seeking = Seeking(node, visit)
        try:
            found = compile_fhirpath(path, node.shape)(node, resolve=seeking)
        except Problem:
            return None
        return None if seeking.unknown else found

    return evaluate


def defined(element: Element, path: str, library: Library) -> list[Element]:
    """Return the elements of a slice's definition at a discriminator's path."""
    here = [element]
    for step in _STEP.finditer(path):
        if step["name"] != _THIS:
            here = [each for one in here for each in _step(one, step["name"], step["argument"], library)]
    return here


def _step(element: Element, name: str, argument: str | None, library: Library) -> list[Element]:
    if argument is None:
        part = library.parts(element).get(name)
        return [part, *part.slices] if part is not None else []
    quoted = argument.strip("'\"")
    if name == "resolve":
        return _resolved(element, library)
    if name == "ofType":
        return _of_type(element, quoted)
    if name == "extension":
        return _extension(element, quoted, library)
    return []


def _resolved(element: Element, library: Library) -> list[Element]:
    targets = [str(t) for row in element.types for t in row.get("targetProfile", ())]
    return [tree for target in targets if (tree := library.tree(target)) is not None]


def _of_type(element: Element, type_: str) -> list[Element]:
    own = [each for each in element.slices if {type_name(row) for row in each.types} == {type_}]
    return own or [element]


def _extension(element: Element, url: str, library: Library) -> list[Element]:
    part = library.parts(element).get("extension")
    for each in part.slices if part is not None else ():
        if url in _extension_urls(each):
            return [each]
    tree = library.tree(url)
    return [tree] if tree is not None else []


def _extension_urls(element: Element) -> set[str]:
    own = element.children.get("url")
    fixed = own.value("fixed") if own is not None else None
    profiles = {str(p) for row in element.types for p in row.get("profile", ())}
    return profiles | ({str(fixed[1])} if fixed is not None else set())
