"""A given profile's snapshot, asked for single facts: what it demands of an element, and what R4 did."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.definitions.shape import objects, part, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.guides import Guides
    from conformance.model import Json

    Coding = tuple[str, str]  # system, code
    Row = Mapping[str, Json]

_VALUES = ("fixed", "pattern")
_EVERY_TYPE = ("Resource", "DomainResource")


@dataclass(frozen=True)
class View:
    """One profile of a package, with the definitions that it was published with."""

    profile: str
    guides: Guides

    @cached_property
    def definition(self) -> Json:
        """Return the StructureDefinition with its snapshot; raises Problem where it is broken."""
        return self.guides.definitions.structure(self.profile) or {}

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """Return the snapshot's elements by id."""
        return {name_of(row): row for row in objects(part(self.definition, "snapshot"), "element")}

    @cached_property
    def stated(self) -> Mapping[str, Row]:
        """Return the differential's elements by id."""
        return {name_of(row): row for row in objects(part(self.definition, "differential"), "element")}

    def row(self, id_: str) -> Row:
        """Return an element, or nothing."""
        return self.rows.get(id_, {})

    def core(self, id_: str) -> Row:
        """Return what R4 itself says of the element with an id, or of the one that it slices."""
        return self._of_r4(str(part(self.row(id_), "base").get("path", "")) or text(self.row(id_), "path"))

    def _of_r4(self, path: str) -> Row:
        type_ = path.partition(".")[0]
        if type_ not in self._types:
            rows = objects(part(self.guides.definitions.structure(type_) or {}, "snapshot"), "element")
            self._types[type_] = {text(row, "path"): row for row in rows}
        return self._types[type_].get(path, {})

    @cached_property
    def _types(self) -> dict[str, Mapping[str, Row]]:
        """Keep the elements of R4's types by path, as far as they were asked for."""
        return {}

    def slices(self, id_: str) -> list[str]:
        """Return the ids of the slices of an element."""
        return self._sliced.get(id_, [])

    @cached_property
    def _sliced(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.rows:
            head, dot, last = each.rpartition(".")
            name, colon, _ = last.partition(":")
            if colon:
                found.setdefault(f"{head}{dot}{name}", []).append(each)
        return found

    def below(self, id_: str, name: str) -> list[str]:
        """Return the ids of an element's child by any spelling of a choice, and of that child's slices."""
        stem = f"{id_}.{name}"
        return [each for each in self.rows if each.startswith(stem) and "." not in each[len(stem) :]]

    def least(self, id_: str) -> int:
        """Return how often an element has to be there."""
        least = self.row(id_).get("min", 0)
        return least if isinstance(least, int) else 0

    def barred(self, id_: str) -> bool:
        """Tell whether an element may not be there at all."""
        return text(self.row(id_), "max") == "0"

    def demanded(self, id_: str) -> frozenset[Coding]:
        """Return the codings that an element of type CodeableConcept or Coding must carry."""
        inner = f"{id_}.coding"
        sliced = [each for each in self.slices(inner) if self.least(each)]
        found = {c for each in (id_, inner, *sliced) for c in self._codings(each)}
        return frozenset(found)

    def _codings(self, id_: str) -> Iterator[Coding]:
        value = value_of(self.row(id_))
        if isinstance(value, dict):
            for each in [value, *objects(value, "coding")]:
                if text(each, "code"):
                    yield text(each, "system"), text(each, "code")
        code = value_of(self.row(f"{id_}.code"))
        system = value_of(self.row(f"{id_}.system"))
        if isinstance(code, str):
            yield system if isinstance(system, str) else "", code

    def binding(self, id_: str) -> tuple[str, str]:
        """Return strength and value set of a binding that the package states, nothing where it is R4's."""
        bound, base = part(self.row(id_), "binding"), part(self.core(id_), "binding")
        told = text(bound, "strength"), text(bound, "valueSet")
        was = text(base, "strength"), text(base, "valueSet")
        return ("", "") if (told[0], plain(told[1])) == (was[0], plain(was[1])) else told

    def members(self, value_set: str) -> frozenset[Coding] | None:
        """Return the codings of a value set, or None where they cannot all be listed."""
        listed = self.guides.terminology.members(value_set) if value_set else None
        return frozenset(listed) if listed is not None else None

    def systems(self, value_set: str) -> frozenset[str]:
        """Return the code systems that a value set draws from, as far as its own includes name them."""
        found = self.guides.definitions.value_set(value_set) or {}
        includes = objects(part(found, "compose"), "include")
        return frozenset(text(each, "system") for each in includes)

    def targets(self, id_: str) -> frozenset[str] | None:
        """Return the types that a reference may lead to, or None where the package leaves that to R4."""
        mine, base = self.row(id_), self.core(id_)
        told = _targets(mine)
        if not told or told == _targets(base):
            return None
        types = frozenset(self.guides.type_of(each) for each in told)
        return None if "" in types or types & {*_EVERY_TYPE} else types

    def types(self, id_: str) -> frozenset[str]:
        """Return the types that an element may have."""
        return frozenset(text(each, "code") for each in objects(self.row(id_), "type"))

    def constraints(self) -> Iterator[tuple[str, Row]]:
        """Yield each constraint with the id of its element, R4's own left out."""
        for id_, row in self.rows.items():
            known = {text(each, "key") for each in objects(self.core(id_), "constraint")} | _INHERITED
            for each in objects(row, "constraint"):
                if text(each, "key") not in known:
                    yield id_, each


# What every element and resource inherits, whatever a snapshot's author repeated of it.
_INHERITED = frozenset({"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6"})


def name_of(row: Row) -> str:
    """Return an element's id, or its path where it has none."""
    return text(row, "id") or text(row, "path")


def value_of(row: Row) -> Json:
    """Return the value that `fixed[x]` or `pattern[x]` demands, or None."""
    return next((row[key] for key in row if key.startswith(_VALUES) and key not in _VALUES), None)


def plain(canonical: str) -> str:
    """Return a canonical without its version."""
    return canonical.partition("|")[0]


def _targets(row: Row) -> frozenset[str]:
    found = [plain(each) for type_ in objects(row, "type") for each in texts(type_, "targetProfile")]
    return frozenset(found)
