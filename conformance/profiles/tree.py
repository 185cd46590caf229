"""A snapshot's flat list of elements as the tree that it means: children by name, and slices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.model import Json

_CHOICE = "[x]"
# These types bring no elements of their own: what stands below them is defined where they are used.
HOLLOW = {"BackboneElement", "Element", ""}
# How R4 says which FHIR type stands for one of FHIRPath's own (structuredefinition.html#primitives)
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_SYSTEM = "http://hl7.org/fhirpath/System."
_SYSTEM_TYPES = {"String": "string", "Boolean": "boolean", "Integer": "integer", "Decimal": "decimal"}


@dataclass(slots=True, eq=False)
class Element:
    """One ElementDefinition in its place; `profile` is the canonical of the definition that holds it."""

    row: Mapping[str, Json]
    profile: str
    children: dict[str, Element] = field(default_factory=dict)
    slices: list[Element] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return the path as the definition spells it."""
        return str(self.row["path"])

    @property
    def id(self) -> str:
        """Return the element id, or the path where there is none."""
        return str(self.row.get("id", self.row["path"]))

    @property
    def name(self) -> str:
        """Return the element's name, without the mark of a choice."""
        return self.path.rpartition(".")[2].removesuffix(_CHOICE)

    @property
    def choice(self) -> bool:
        """Tell whether the JSON name carries the type."""
        return self.path.endswith(_CHOICE)

    @property
    def slice_name(self) -> str:
        """Return the name of the slice that the element defines, or nothing."""
        return str(self.row.get("sliceName", ""))

    @property
    def min(self) -> int:
        """Return how often the element has to be present."""
        least = self.row.get("min", 0)
        return least if isinstance(least, int) else 0

    @property
    def max(self) -> int | None:
        """Return how often the element may be present; None for any number."""
        most = str(self.row.get("max", "*"))
        return int(most) if most.isdigit() else None

    @property
    def repeats(self) -> bool:
        """Tell whether JSON writes an array: as the element's first definition says (json.html#repeat)."""
        base = self.row.get("base", {})
        return str(base.get("max", self.row.get("max", "*"))) not in {"0", "1"}

    @property
    def base_path(self) -> str:
        """Return the path at which the element was first defined."""
        return str(self.row.get("base", {}).get("path", self.path))

    @property
    def types(self) -> list[Mapping[str, Json]]:
        """Return the type rows."""
        return list(self.row.get("type", []))

    def value(self, prefix: str) -> tuple[str, Json] | None:
        """Return type and value of `fixed[x]`, `pattern[x]`, `minValue[x]`, … or None."""
        for key in self.row:
            if key.startswith(prefix) and key[len(prefix) : len(prefix) + 1].isupper():
                return key[len(prefix) :], self.row[key]
        return None


def type_name(row: Mapping[str, Json]) -> str:
    """Return the FHIR type that a type row names."""
    code = str(row.get("code", ""))
    if not code.startswith(_SYSTEM):
        return code
    stated = extension_value(row, _FHIR_TYPE)
    return stated or _SYSTEM_TYPES.get(code.removeprefix(_SYSTEM), "string")


def extension_value(holder: Json, url: str) -> str:
    """Return the value of the extension with a URL, or nothing."""
    extensions: Iterable[Json] = holder.get("extension", ()) if isinstance(holder, dict) else ()
    for extension in extensions:
        if extension.get("url") == url:
            return next((str(v) for key, v in extension.items() if key.startswith("value")), "")
    return ""


def grow(structure: Mapping[str, Any]) -> Element:
    """Return the root element of a StructureDefinition with a snapshot."""
    rows = structure["snapshot"]["element"]
    profile = str(structure.get("url", ""))
    root = Element(rows[0], profile)
    open_ = [root]
    for row in rows[1:]:
        parent_path = str(row["path"]).rpartition(".")[0]
        while len(open_) > 1 and open_[-1].path != parent_path:
            open_.pop()
        grown = Element(row, profile)
        _hang(grown, open_[-1])
        open_.append(grown)
    return root


def _hang(element: Element, parent: Element) -> None:
    sliced = _sliced(element, parent)
    if sliced is not None:
        _reslice(sliced, element.slice_name).slices.append(element)
    else:
        parent.children[element.name] = element


def _sliced(element: Element, parent: Element) -> Element | None:
    """Return the element that a slice belongs to; `valueQuantity` is a slice of `value[x]`, named or not."""
    found = parent.children.get(element.name)
    if found is not None and element.slice_name:
        return found
    choices = (child for child in parent.children.values() if child.choice)
    return next((c for c in choices if element.name in set(json_names(c))), None)


def _reslice(element: Element, name: str) -> Element:
    """Return the slice that `name` slices once more (`a/b` is a slice of `a`), or the element itself."""
    outer = name.rpartition("/")[0]
    found = next((s for s in element.slices if outer and s.slice_name == outer), None)
    if found is None and outer:
        below = (s for s in element.slices if outer.startswith(f"{s.slice_name}/"))
        found = next((_reslice(s, name) for s in below), None)
    return found or element


def json_names(element: Element) -> Iterator[str]:
    """Return the names under which JSON writes an element: a choice has one for each type."""
    if not element.choice:
        yield element.name
        return
    for row in element.types:
        code = type_name(row)
        yield element.name + code[:1].upper() + code[1:]
