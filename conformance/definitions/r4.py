"""FHIR as data: types, their elements and search parameters of the current release, R4 where none is set."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from conformance.definitions.release import by_release, current, folder
from conformance.problem import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION = "4.0.1"
_DATA = Path(__file__).parent / "data"
_PARAMETER = "http://hl7.org/fhir/SearchParameter/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a composite search parameter."""

    definition_url: str
    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParameter:
    """A search parameter as one resource type has it: the expression speaks of that type alone."""

    url: str
    code: str
    type: str
    expression: str
    targets: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a type; `content` is the path that holds its children where it has any of its own."""

    path: str
    name: str
    types: tuple[str, ...]
    targets: tuple[str, ...] = ()
    min: int = 0
    max: str = "1"
    choice: bool = False
    content: str = ""


@by_release
def resource_types() -> frozenset[str]:
    """Return the names of all concrete resource types."""
    return frozenset(n for n, t in _types().items() if t["kind"] == "resource" and not t["abstract"])


@by_release
def type_names() -> frozenset[str]:
    """Return the names of all types: resources, complex types and primitives, abstract ones included."""
    return frozenset(_types())


@by_release
def primitive_types() -> frozenset[str]:
    """Return the names of all primitive types."""
    return frozenset(n for n, t in _types().items() if t["kind"] == "primitive-type")


@by_release
def element_names() -> frozenset[str]:
    """Return the names that any element of any type has."""
    rows = (row for definition in _types().values() for row in definition["elements"])
    return frozenset(row[0].rpartition(".")[2].removesuffix("[x]") for row in rows)


@by_release
def ancestry(type: str) -> tuple[str, ...]:  # noqa: A002 - FHIR's word
    """Return a type and what it is derived from, nearest first."""
    parent = _definition(type)["parent"]
    return (type, *ancestry(parent)) if parent else (type,)


@by_release
def parameters(type: str) -> Mapping[str, SearchParameter]:  # noqa: A002 - FHIR's word
    """Return the search parameters of a resource type by code, inherited ones included."""
    found = {}
    for base in reversed(ancestry(type)):
        found.update({row[1]: _parameter(row) for row in _parameter_rows().get(base, ())})
    return MappingProxyType(found)


def parameter(type: str, code: str) -> SearchParameter | None:  # noqa: A002 - FHIR's word
    """Return one search parameter of a resource type."""
    return parameters(type).get(code)


def parameter_by_url(url: str, type: str) -> SearchParameter | None:  # noqa: A002 - FHIR's word
    """Return the search parameter with a canonical URL as a resource type has it."""
    return _parameters_by_url(type).get(url)


def element(path: str) -> Element | None:
    """Return the element at a path such as `Observation.component.value[x]` or `Quantity.value`."""
    parent, _, name = path.rpartition(".")
    return children(parent).get(name.removesuffix("[x]")) if parent else None


def children(type_or_path: str) -> Mapping[str, Element]:
    """Return the elements directly below a type or an element, by name; a choice `value[x]` is `value`."""
    root = type_or_path.partition(".")[0]
    if root not in _types():
        return MappingProxyType({})
    tree = _tree(root)
    if type_or_path in tree:
        return tree[type_or_path]
    return _children_of_element(type_or_path)


@by_release
def _children_of_element(path: str) -> Mapping[str, Element]:
    found = element(path)
    if found is None or found.choice:
        return MappingProxyType({})
    return children(found.content or found.types[0])


@by_release
def _tree(root: str) -> Mapping[str, Mapping[str, Element]]:
    grown: dict[str, dict[str, Element]] = {root: {}}
    for row in _definition(root)["elements"]:
        found = _element(root, row)
        parent = found.path.rpartition(".")[0]
        grown.setdefault(parent, {})[found.name] = found
    return {path: MappingProxyType(below) for path, below in grown.items()}


def _element(root: str, row: list[Any]) -> Element:
    below, types, targets, least, most, content = row
    return Element(
        path=f"{root}.{below}",
        name=below.rpartition(".")[2].removesuffix("[x]"),
        types=tuple(types),
        targets=tuple(targets),
        min=least,
        max=most,
        choice=below.endswith("[x]"),
        content=content,
    )


@by_release
def _parameters_by_url(type: str) -> Mapping[str, SearchParameter]:  # noqa: A002 - FHIR's word
    return {p.url: p for p in parameters(type).values()}


def _parameter(row: list[Any]) -> SearchParameter:
    name, code, kind, expression, targets, components = row
    return SearchParameter(
        url=_PARAMETER + name,
        code=code,
        type=kind,
        expression=expression,
        targets=tuple(targets),
        components=tuple(_components(components)),
    )


def _components(rows: list[list[str]]) -> Iterator[Component]:
    for definition, expression in rows:
        yield Component(definition_url=definition, expression=expression)


def _definition(name: str) -> Any:
    types = _types()
    if name not in types:
        hint = did_you_mean(name, types)
        raise Problem("unknown-type", f"FHIR {current()} has no type '{name}'", hint=hint)
    return types[name]


@by_release
def _types() -> Any:
    return _read("elements.json.gz")


@by_release
def _parameter_rows() -> Any:
    return _read("parameters.json.gz")


def _read(name: str) -> Any:
    return orjson.loads(gzip.decompress((_DATA / folder(current()) / name).read_bytes()))
