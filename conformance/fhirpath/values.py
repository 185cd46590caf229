"""What an item means to operators: a truth, a number, a text, a moment or a quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.definitions import r4
from conformance.definitions.release import by_release
from conformance.fhirpath.node import Node, shape_types
from conformance.fhirpath.quantity import Quantity
from conformance.fhirpath.temporal import Moment, moment
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes

Value = (
    Any  # bool | int | Decimal | str | Moment | Quantity | dict (a complex value) | None (extensions alone)
)

_UCUM = "http://unitsofmeasure.org"
_MOMENTS = {
    "date": "date",
    "System.Date": "date",
    "dateTime": "dateTime",
    "instant": "dateTime",
    "System.DateTime": "dateTime",
    "time": "time",
    "System.Time": "time",
}


# R4 json.html#primitive: what is no JSON text.
_WHOLE = ("integer", "positiveInt", "unsignedInt")
_BARE = {"boolean": "boolean", **dict.fromkeys(("decimal", *_WHOLE), "number")}
_SHOWN = 40


def misspelt(node: Node) -> str:
    """Return what is wrong with a number or a truth that is written as a JSON text, or nothing."""
    kind = _BARE.get(node.type, "")
    if not kind or not isinstance(node.value, str):
        return ""
    return f"'{node.value[:_SHOWN]}' is a JSON text, and a FHIR {node.type} is a JSON {kind}"


def problem(message: str, hint: str = "") -> Problem:
    """Return the complaint that an evaluation ends with."""
    return Problem("fhirpath", f"FHIRPath: {message}", hint=hint)


def value_of(node: Node) -> Value:
    """Return what a node means, numbers exact; malformed data stays what it is."""
    if node.value is None:
        return None
    return _reader(node.type)(node.value)


@by_release
def _reader(kind: str) -> Callable[[Any], Value]:
    if kind in _MOMENTS:
        return lambda value: moment(value, _MOMENTS[kind]) or value if isinstance(value, str) else value
    if kind == "System.Quantity":
        return lambda value: Quantity(value["value"], value["unit"])
    if "Quantity" in shape_types(kind):
        return _fhir_quantity
    if kind in {"decimal", "System.Decimal"}:
        return exact
    return lambda value: exact(value) if isinstance(value, (float, Decimal)) else value


def exact(value: Any) -> Any:
    """Return a number as plain Decimal; JSON read elsewhere may hold floats, or decimals that know more."""
    if type(value) is float:
        return Decimal(repr(value))
    known = type(value) is int or (isinstance(value, Decimal) and type(value) is not Decimal)
    return Decimal(value) if known else value


def _fhir_quantity(value: Any) -> Value:
    """R4 fhirpath.html: a Quantity with a UCUM code, and without comparator, is a FHIRPath quantity."""
    if not isinstance(value, dict) or value.get("comparator"):
        return value
    number = exact(value.get("value"))
    if not isinstance(number, Decimal):
        return value
    coded = value.get("system") == _UCUM or "unit" not in value
    unit = value.get("code" if coded else "unit")
    return Quantity(number, str(unit or "1"))


def is_primitive(node: Node) -> bool:
    """Tell whether a node has no elements of its own."""
    return node.type in r4.primitive_types() or node.type.startswith("System.")


def boolean(value: bool) -> Nodes:  # noqa: FBT001 - a truth is the value itself
    """Return a collection of one truth."""
    return [Node(value, "System.Boolean")]


def string(value: str) -> Nodes:
    """Return a collection of one text."""
    return [Node(value, "System.String")]


def integer(value: int) -> Nodes:
    """Return a collection of one whole number."""
    return [Node(value, "System.Integer")]


def decimal(value: Decimal) -> Nodes:
    """Return a collection of one decimal."""
    return [Node(value, "System.Decimal")]


def quantity(value: Quantity) -> Nodes:
    """Return a collection of one quantity."""
    return [Node({"value": value.number, "unit": value.unit}, "System.Quantity")]


def moment_node(value: Moment) -> Nodes:
    """Return a collection of one date, dateTime or time."""
    names = {"date": "System.Date", "dateTime": "System.DateTime", "time": "System.Time"}
    return [Node(value.spelt, names[value.kind])]


def single(nodes: Nodes, where: str) -> Node | None:
    """Return the only item, or nothing; raises Problem for several (FHIRPath 2.0, 'Singleton Evaluation')."""
    if len(nodes) > 1:
        raise problem(f"{where} needs one item, there are {len(nodes)}", "use first(), where(…) or all(…)")
    return nodes[0] if nodes else None


def truth(nodes: Nodes, where: str) -> bool | None:
    """Return the truth of a collection; one item that is no truth counts as true, none as unknown."""
    if not nodes:
        return None
    node = single(nodes, where)
    return node.value if node is not None and type(node.value) is bool else True


def text(nodes: Nodes, where: str) -> str | None:
    """Return the only text, or nothing; raises Problem for anything else."""
    node = single(nodes, where)
    if node is None or node.value is None:
        return None
    if not isinstance(node.value, str):
        raise problem(f"{where} needs a string, there is a {node.type}")
    return node.value


def whole(nodes: Nodes, where: str) -> int | None:
    """Return the only whole number, or nothing; raises Problem for anything else."""
    node = single(nodes, where)
    if node is None or node.value is None:
        return None
    if type(node.value) is not int:
        raise problem(f"{where} needs an integer, there is a {node.type}")
    return node.value
