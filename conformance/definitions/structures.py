"""Every StructureDefinition, ValueSet and CodeSystem at hand: the vendored R4 core, and packages over it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.definitions.archive import Archive
from conformance.definitions.shape import objects, part
from conformance.definitions.snapshots import with_snapshot
from conformance.definitions.sound import refuse_unsound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conformance.definitions.packages import Package
    from conformance.model import Json

CORE = "http://hl7.org/fhir/StructureDefinition/"
_R4 = ("4.0", "4.0.0", "4.0.1")
_LONGEST_LINE = 30  # profiles of profiles
_DATA = Path(__file__).parent / "data"
_ARCHIVES = {
    "StructureDefinition": "structures.zip",
    "ValueSet": "valuesets.zip",
    "CodeSystem": "codesystems.zip",
}


class Definitions:
    """What the core and some packages define; what it returns is shared and must not be changed."""

    def __init__(self, packages: Iterable[Package] = ()) -> None:
        self.packages = tuple(packages)
        self._own = {kind: tuple(_of_kind(kind, self.packages)) for kind in _ARCHIVES}
        self._found = {kind: _by_url(own) for kind, own in self._own.items()}
        self._theirs = frozenset(map(id, self._own["StructureDefinition"]))
        self._made: dict[int, Json] = {}

    def structure(self, canonical: str) -> Json | None:
        """Return the StructureDefinition with a URL (`|version` is obeyed) or a name, with its snapshot."""
        return self._structure(canonical, ())

    def structures(self) -> tuple[str, ...]:
        """Return the canonical URLs of all StructureDefinitions, those of packages first."""
        return self._urls("StructureDefinition")

    def value_set(self, canonical: str) -> Json | None:
        """Return the ValueSet with a canonical URL."""
        url, _, version = canonical.partition("|")
        return self._at_hand("ValueSet", url, version)

    def code_system(self, canonical: str) -> Json | None:
        """Return the CodeSystem with a canonical URL."""
        url, _, version = canonical.partition("|")
        return self._at_hand("CodeSystem", url, version)

    def _structure(self, canonical: str, within: tuple[int, ...]) -> Json | None:
        found = self._stated(canonical)
        if found is None or id(found) not in self._theirs:
            return found
        if id(found) in within or len(within) > _LONGEST_LINE:
            return None  # a profile cannot be made of itself
        if id(found) not in self._made:
            below = (*within, id(found))
            self._made[id(found)] = _completed(found, lambda each: self._structure(each, below))
        return self._made[id(found)]

    def _stated(self, canonical: str) -> Json | None:
        url, _, version = canonical.partition("|")
        if ":" in url:
            return self._at_hand("StructureDefinition", url, version)
        return self._at_hand("StructureDefinition", CORE + url, version) or self._named(url)

    def _at_hand(self, kind: str, url: str, version: str) -> Json | None:
        own = (d for d in self._found[kind].get(url, ()) if version in ("", d.get("version")))
        return next(own, None) or _of_core(kind, url, version)

    def _named(self, name: str) -> Json | None:
        own = self._own["StructureDefinition"]
        return next((d for d in own if name in (d.get("id"), d.get("name"))), None)

    def _urls(self, kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self._found[kind], *core(kind).urls]))


@cache
def core(kind: str) -> Archive:
    """Return the vendored definitions of one kind."""
    return Archive(_DATA / _ARCHIVES[kind])


def _completed(definition: Json, structure: Callable[[str], Json | None]) -> Json:
    """Return a package's definition with a snapshot: its own, or one made from its differential."""
    refuse_unsound(definition)
    own = objects(part(definition, "snapshot"), "element")
    return definition if own else with_snapshot(definition, structure)


def _of_core(kind: str, url: str, version: str) -> Json | None:
    """Return a definition of the core, whatever its own version where R4's is asked for."""
    found = core(kind).get(url)
    return found if found and version in ("", *_R4, found.get("version")) else None


def _of_kind(kind: str, packages: Iterable[Package]) -> Iterator[Json]:
    """Yield the definitions of one kind, the last package's first: it is laid over the others."""
    for package in reversed(tuple(packages)):
        for resource in package.resources:
            if resource.get("resourceType") == kind and resource.get("content") != "supplement":
                yield resource


def _by_url(definitions: Iterable[Json]) -> Mapping[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for definition in definitions:
        if isinstance(definition.get("url"), str):
            found.setdefault(definition["url"], []).append(definition)
    return found
