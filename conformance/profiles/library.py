"""Definitions, compiled: every type and profile once, when it is first met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.definitions import r4
from conformance.problem import Problem
from conformance.profiles.items import root_check, slice_check
from conformance.profiles.names import CORE, core_name
from conformance.profiles.objects import object_check
from conformance.profiles.tree import HOLLOW, Element, grow, type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json
    from conformance.profiles.visit import Check


class Structures(Protocol):
    """Where definitions come from."""

    def structure(self, canonical: str) -> Json | None:
        """Return the StructureDefinition with a canonical URL or a name."""

    def __hash__(self) -> int:
        """Return what tells one source from another: compiled definitions are kept by it."""


class Library:
    """Trees and checks of definitions, each made once."""

    def __init__(self, definitions: Structures) -> None:
        self._definitions = definitions
        self._trees: dict[str, Element] = {}
        self._checks: dict[str, Check] = {}
        self._objects: dict[tuple[Element, str], Check] = {}

    def structure(self, canonical: str) -> Mapping[str, Json] | None:
        """Return a definition with a snapshot, or None."""
        try:
            found = self._definitions.structure(canonical)
        except Problem:  # a definition that is broken is not at hand; who names it by hand is told why
            return None
        return found if isinstance(found, dict) and "snapshot" in found else None

    def tree(self, canonical: str) -> Element | None:
        """Return the element tree of a definition, or None where it is not at hand."""
        if canonical not in self._trees:
            found = self.structure(canonical)
            if found is None:
                return None  # not kept: a resource may claim any number of profiles that nobody has
            self._trees[canonical] = grow(found)
        return self._trees[canonical]

    def type_of(self, canonical: str) -> str:
        """Return the type that a definition is about, or nothing where it is not at hand."""
        name = core_name(canonical)
        if name in r4.type_names():
            return name
        found = self.structure(canonical)
        return str(found.get("type", "")) if found else ""

    def base_tree(self, type_: str) -> Element | None:
        """Return the element tree of a type of FHIR itself."""
        return self.tree(CORE + type_)

    def check(self, canonical: str) -> Check | None:
        """Return the check of a whole type or profile, or None where it is not at hand."""
        if canonical not in self._checks:
            tree = self.tree(canonical)
            if tree is None:
                return None
            self._checks[canonical] = root_check(tree, self)
        return self._checks[canonical]

    def type_check(self, type_: str) -> Check | None:
        """Return the check of a type of FHIR itself."""
        return self.check(CORE + type_)

    def slice_check(self, element: Element, row: Mapping[str, Json]) -> Check:
        """Return the check of what a slice asks for beyond the element that it slices."""
        return slice_check(element, row, self)

    def object_check(self, element: Element, type_: str = "") -> Check:
        """Return the check of what stands below an element, and of what its type brings."""
        if (element, type_) not in self._objects:
            self._objects[element, type_] = object_check(element, type_, self)
        return self._objects[element, type_]

    def parts(self, element: Element, type_: str = "") -> Mapping[str, Element]:
        """Return the elements below an element: those of its type, and its own in their place."""
        whole = self.base_tree(type_) if type_ else self.whole(element)
        inherited = whole.children if whole is not None and whole is not element else {}
        return {**inherited, **element.children}

    def whole(self, element: Element) -> Element | None:
        """Return the tree that an element stands for by its content reference or its one type."""
        content = str(element.row.get("contentReference", "")).rpartition("#")[2]
        if content:
            return self.at(content)
        types = element.types
        if len(types) != 1 or type_name(types[0]) in HOLLOW:
            return None
        profiles = types[0].get("profile", ())
        return self.tree(profiles[0]) if len(profiles) == 1 else self.base_tree(type_name(types[0]))

    def at(self, path: str) -> Element | None:
        """Return the element of a FHIR type at a path such as `Observation.component`."""
        first, *rest = path.split(".")
        found = self.base_tree(first)
        for name in rest:
            found = self.parts(found).get(name.removesuffix("[x]")) if found is not None else None
        return found
