"""A FHIR resource in XML as the same resource in JSON (R4 xml.html, json.html), by the element tree of R4."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import jsontext
from conformance.definitions import r4, xmltree
from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from conformance.definitions.r4 import Element
    from conformance.definitions.xmltree import XmlElement
    from conformance.model import Json

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBERS = {"decimal": _NUMBER, "integer": _WHOLE, "positiveInt": _WHOLE, "unsignedInt": _WHOLE}
_TRUTHS = {"true": True, "false": False}
_LONGEST_NUMBER = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What R4 knows of an element: its type, where its children are defined, its place, and if it repeats."""

    type: str = ""
    below: str = ""
    repeats: bool = False
    place: int = -1


@dataclass(slots=True)
class _Property:
    """The values of one name, in order; what a primitive has beside its value goes to `_name`."""

    kind: _Kind
    values: list[Json] = field(default_factory=list)
    beside: list[Json] = field(default_factory=list)


def loads(data: bytes, file: str = "", *, ordered: bool = False) -> Json:
    """Return the resource of an XML document; what R4 does not know is kept for a validator to find.

    Where elements have to be `ordered` as R4 defines them, a Problem names the first that is not.
    """
    root = xmltree.read(data, file)
    if root.namespace != FHIR:
        message = f"the root element is in the namespace '{root.namespace}', and not in FHIR's"
        raise Problem("not-fhir", message, place=Place(file, root.line), hint=f'write xmlns="{FHIR}"')
    return _Reader(file, ordered=ordered).resource(root)


class _Reader:
    """The reading of one document; it holds nothing but the document's name and how strict to be."""

    def __init__(self, file: str, *, ordered: bool) -> None:
        self._file = file
        self._ordered = ordered

    def resource(self, element: XmlElement) -> Json:
        named = {"resourceType": element.name}
        return named | self._parts(element, element.name) | named  # first, and not to be overwritten

    def _parts(self, element: XmlElement, path: str) -> dict[str, Json]:
        """Return the properties of an object: its attributes, then its elements."""
        if words := element.words():
            message = f"<{element.name}> has text of its own: '{words[:40]}'"
            hint = 'a value is written as an attribute: value="…"'
            raise Problem("text-in-xml", message, place=Place(self._file, element.line), hint=hint)
        found: dict[str, _Property] = {}
        place = -1
        for each in element.elements():
            kind = _kind(path, each)
            if self._ordered and 0 <= kind.place < place:
                raise self._disordered(each)
            place = max(place, kind.place)
            value, beside = self._value(each, kind)
            slot = found.setdefault(each.name, _Property(kind))
            slot.values.append(value)
            slot.beside.append(beside)
        return {**element.attributes, **_properties(found)}

    def _disordered(self, element: XmlElement) -> Problem:
        """R4 xml.html: elements always appear in the order that is documented."""
        message = f"<{element.name}> stands after an element that it has to come before"
        hint = "write the elements in the order in which FHIR R4 defines them"
        return Problem("order-in-xml", message, place=Place(self._file, element.line), hint=hint)

    def _value(self, element: XmlElement, kind: _Kind) -> tuple[Json, Json]:
        if element.namespace == XHTML:
            return xmltree.written(element), None
        if kind.type == "Resource":
            return self._contained(element), None
        if kind.type in r4.primitive_types() or (not kind.type and "value" in element.attributes):
            return self._primitive(element, kind.type)
        return self._parts(element, kind.below), None

    def _contained(self, element: XmlElement) -> Json:
        inside = list(element.elements())
        if len(inside) != 1:
            message = f"<{element.name}> holds {len(inside)} resources, and not one"
            raise Problem("resource-in-xml", message, place=Place(self._file, element.line))
        return self.resource(inside[0])

    def _primitive(self, element: XmlElement, type_name: str) -> tuple[Json, Json]:
        rest = self._parts(element, "Element")
        text = rest.pop("value", None)
        return (None if text is None else _typed(text, type_name)), rest or None


def _kind(path: str, element: XmlElement) -> _Kind:
    known = r4.children(path)
    found = known.get(element.name)
    if found and not found.choice:
        place = list(known).index(element.name)
        repeats = found.max not in ("0", "1")
        return _Kind(type=found.types[0], below=found.path, repeats=repeats, place=place)
    kinds = (_chosen(each, element.name, place) for place, each in enumerate(known.values()))
    return next(filter(None, kinds), _Kind())


def _chosen(choice: Element, name: str, place: int) -> _Kind | None:
    """Return what a name such as `valueQuantity` is of the choice `value[x]`."""
    if not choice.choice or not name.startswith(choice.name):
        return None
    suffix = name[len(choice.name) :]
    types = (each for each in choice.types if each[:1].upper() + each[1:] == suffix)
    return next((_Kind(type=each, below=each, place=place) for each in types), None)


def _properties(found: dict[str, _Property]) -> dict[str, Json]:
    properties: dict[str, Json] = {}
    for name, slot in found.items():
        many = slot.kind.repeats or len(slot.values) > 1
        for key, values in ((name, slot.values), (f"_{name}", slot.beside)):
            if any(value is not None for value in values):
                properties[key] = values if many else values[0]
    return properties


def _typed(text: str, type_name: str) -> Json:
    """Return a primitive's value as JSON has it; a text that is no such value stays text."""
    if type_name == "boolean":
        return _TRUTHS.get(text, text)
    pattern = _NUMBERS.get(type_name)
    if pattern and len(text) <= _LONGEST_NUMBER and pattern.fullmatch(text):
        return jsontext.loads(text)
    return text
