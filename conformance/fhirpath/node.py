"""A value with its FHIR type and its place, and the way from a node to its children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.definitions import r4
from conformance.definitions.release import by_release

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json

Nodes = list["Node"]

# What FHIRPath's own types have below them.
_SYSTEM_FIELDS = {
    "System.Quantity": {"value": "System.Decimal", "unit": "System.String"},
    "System.TypeInfo": {"namespace": "System.String", "name": "System.String"},
}


class Node:
    """One item of a collection: its JSON value, its FHIR or System type, and what its children hang from.

    A primitive that has extensions alone has the value None. `extra` is the `_name` sibling of a primitive;
    `shape` is the type, or the path of the element that defines the children.
    """

    __slots__ = ("extra", "index", "parent", "shape", "stem", "type", "value")

    def __init__(
        self,
        value: Json,
        type: str,  # noqa: A002 - FHIR's word
        path: str = "",
        *,
        shape: str = "",
        extra: Json = None,
        parent: Node | None = None,
        index: int = -1,
    ) -> None:
        self.value = value
        self.type = type
        self.shape = shape or type
        self.extra = extra
        self.parent = parent
        self.index = index
        self.stem = path

    def __repr__(self) -> str:
        return f"Node({self.value!r}, {self.type!r}, {self.path!r})"

    @property
    def path(self) -> str:
        """Return the place below the resource, such as `Observation.component[0].value`."""
        below = self.stem if self.parent is None else f"{self.parent.path}.{self.stem}"
        return below if self.index < 0 else f"{below}[{self.index}]"

    @property
    def resource(self) -> Node | None:
        """Return the nearest resource that holds this node, or is it."""
        node: Node | None = self
        while node is not None and node.type not in r4.resource_types():
            node = node.parent
        return node

    @property
    def home(self) -> Node | None:
        """Return the nearest resource that is not contained in another one."""
        node = self.resource
        while node is not None and node.parent is not None and node.stem == "contained":
            node = node.parent.resource
        return node

    def children(self) -> Nodes:
        """Return every child node, in the order of the element tree."""
        found: Nodes = []
        for name in child_names(self.shape):
            self.read(name, found)
        return found

    def read(self, name: str, into: Nodes) -> None:
        """Add the children with this name to a collection."""
        fields = readers(self.shape, name)
        if not fields:
            return
        value = self.value
        if self.shape[0].islower():  # FHIR writes primitives in lower case, all other types in upper case
            self._read_primitive(fields, name, into)
        elif type(value) is not dict:
            return  # malformed: a complex value that is no object has no elements
        elif len(fields) == 1:
            for field in fields.values():
                self._take(field, value, into)
        else:
            self._read_choice(fields, value, into)

    def _read_choice(self, fields: Mapping[str, Field], value: Mapping[str, Json], into: Nodes) -> None:
        for key in value:
            field = fields.get(key.removeprefix("_"))
            if field is not None and (key[0] != "_" or key[1:] not in value):
                self._take(field, value, into)

    def _read_primitive(self, fields: Mapping[str, Field], name: str, into: Nodes) -> None:
        """R4 json.html#primitive: id and extensions of a primitive stand in its `_name` sibling."""
        if name == "value" and self.value is not None:
            into.append(Node(self.value, fields["value"].type, "value", parent=self))
        elif isinstance(self.extra, dict) and name in self.extra:
            self._take(fields[name], self.extra, into)

    def _take(self, field: Field, source: Mapping[str, Json], into: Nodes) -> None:
        found = source.get(field.key)
        extra = source.get(field.sibling) if field.sibling else None
        if found is None and extra is None:
            return
        if type(found) is list or type(extra) is list:
            into.extend(self._items(field, found, extra))
        else:
            into.append(self._child(field, found, extra, -1))

    def _items(self, field: Field, found: Json, extra: Json) -> Iterator[Node]:
        values = found if type(found) is list else []
        extras = extra if type(extra) is list else []
        for index in range(max(len(values), len(extras))):
            value = values[index] if index < len(values) else None
            beside = extras[index] if index < len(extras) else None
            if value is not None or beside is not None:
                yield self._child(field, value, beside, index)

    def _child(self, field: Field, value: Json, extra: Json, index: int) -> Node:
        if field.resource and type(value) is dict:
            name = str(value.get("resourceType", "Resource"))
            return Node(value, name, field.name, parent=self, index=index)
        return Node(value, field.type, field.name, shape=field.shape, extra=extra, parent=self, index=index)


@dataclass(frozen=True, slots=True)
class Field:
    """How one element of one type stands in JSON."""

    name: str
    key: str
    sibling: str
    type: str
    shape: str
    resource: bool


@by_release
def readers(shape: str, name: str) -> Mapping[str, Field]:
    """Return how the element `name` of a shape is read, by JSON key; empty where there is no such element."""
    if shape in _SYSTEM_FIELDS:
        kind = _SYSTEM_FIELDS[shape].get(name)
        return {name: Field(name, name, "", kind, kind, resource=False)} if kind else {}
    element = r4.children(shape).get(name)
    if element is None:
        return {}
    found = (_field(element, kind) for kind in element.types)
    return {field.key: field for field in found}


def _field(element: r4.Element, kind: str) -> Field:
    key = element.name + kind[0].upper() + kind[1:] if element.choice else element.name
    sibling = f"_{key}" if kind in r4.primitive_types() else ""
    is_resource = kind in {"Resource", "DomainResource"}
    return Field(element.name, key, sibling, kind, _shape(element, kind), is_resource)


def _shape(element: r4.Element, kind: str) -> str:
    """Return where the children are defined: at the element itself where its type brings none of its own."""
    return (element.content or element.path) if kind in {"BackboneElement", "Element"} else kind


@by_release
def child_names(shape: str) -> tuple[str, ...]:
    """Return the names of the elements directly below a shape."""
    return tuple(_SYSTEM_FIELDS.get(shape, ())) or tuple(r4.children(shape))


@by_release
def shape_types(shape: str) -> frozenset[str]:
    """Return the type names that a node of this shape has: its own and those it is derived from."""
    if shape.startswith("System."):
        return frozenset({shape})
    if "." in shape:
        element = r4.element(shape)
        shape = element.types[0] if element else "Element"
    return frozenset(r4.ancestry(shape)) if shape in r4.type_names() else frozenset({shape})


def resource_node(resource: dict[str, Any], path: str = "") -> Node:
    """Return the node of a whole resource."""
    name = str(resource.get("resourceType", "Resource"))
    return Node(resource, name, path or name)
