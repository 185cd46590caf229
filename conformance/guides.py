"""The definitions to judge profiles by: FHIR's own, the shipped guides, and packages laid over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance import packages, profiles
from conformance.definitions import r4
from conformance.definitions.packages import load
from conformance.definitions.shape import objects, part, text
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology
from conformance.problem import Problem, did_you_mean
from conformance.profiles.rules import REQUIREMENT
from conformance.profiles.tree import extension_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from conformance.definitions.packages import Package
    from conformance.definitions.terminology import LookUp
    from conformance.model import Json
    from conformance.profiles import Issue, Resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Guides:
    """Definitions with their terminology; both are compiled as far as they are asked."""

    definitions: Definitions
    terminology: Terminology

    def canonical(self, name: str) -> str:
        """Return the canonical URL behind a URL, or the id or name of a profile or type; raises Problem."""
        found = self.definitions.structure(name)
        if found is None or "snapshot" not in found:
            hint = did_you_mean(name.rpartition("/")[2], [*self._ids(), *r4.resource_types()])
            raise Problem("unknown-profile", f"the profile '{name}' is not at hand", hint=hint)
        _, bar, version = name.partition("|")
        return f"{found['url']}{bar}{version}"

    def type_of(self, name: str) -> str:
        """Return the type that a profile is about."""
        found = self.definitions.structure(name)
        return str(found.get("type", "")) if found else ""

    def issues(
        self, resource: Json, asked: Sequence[str] = (), *, resolve: Resolve | None = None
    ) -> list[Issue]:
        """Return what is found by the profiles that are asked for, or else by those that are claimed."""
        return profiles.judge(
            resource, asked, self.definitions, terminology=self.terminology, resolve=resolve
        )

    def wants(self, resource: Json, asked: Sequence[str] = ()) -> list[str]:
        """Return the references that would have to be read to judge a resource without doubt."""
        return profiles.wants(resource, asked, self.definitions, terminology=self.terminology)

    def stated(self, name: str) -> Mapping[str, frozenset[str]]:
        """Return the requirements that the rules of a profile carry, each with its elements' paths."""
        return _stated(self.definitions, name)

    def superseded(self, name: str) -> Mapping[str, str]:
        """Return the requirements of a profile that a given package contradicts, each with what to say."""
        del name
        return MappingProxyType({})

    def _ids(self) -> list[str]:
        return [
            str(resource["id"])
            for package in self.definitions.packages
            for resource in package.resources
            if resource["resourceType"] == "StructureDefinition" and "id" in resource
        ]


@cache
def shipped() -> Guides:
    """Return the guides that the suite ships, read once."""
    return _guides([load(packages.folder(name)) for name in packages.NAMES])


def overlaid(paths: Iterable[Path], look_up: LookUp | None = None) -> Guides:
    """Return the shipped guides with packages laid over them; one of ours, named, goes first.

    `look_up` is asked for the codes of which the definitions at hand cannot tell.
    """
    given = [load(packages.folder(str(path)) if str(path) in packages.NAMES else path) for path in paths]
    names = {package.name for package in given}
    ours = [package for package in shipped().definitions.packages if package.name not in names]
    return _guides([*ours, *given], look_up) if given or look_up else shipped()


@cache
def _stated(definitions: Definitions, name: str) -> Mapping[str, frozenset[str]]:
    found = definitions.structure(name) or {}
    paths: dict[str, set[str]] = {}
    for element in objects(part(found, "snapshot"), "element"):
        for rule in (element, part(element, "binding"), *objects(element, "constraint")):
            requirement = extension_value(rule, REQUIREMENT)
            if requirement:
                paths.setdefault(requirement, set()).add(text(element, "path"))
    return {requirement: frozenset(where) for requirement, where in paths.items()}


def _guides(found: Sequence[Package], look_up: LookUp | None = None) -> Guides:
    definitions = Definitions(found)
    return Guides(definitions=definitions, terminology=Terminology(definitions, look_up))
