"""What a server's CapabilityStatement claims; reads JSON, never the network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

# What the language calls an interaction → where CapabilityStatement.rest.resource says it, unless it is
# listed under its own name in `interaction`.
_FLAGS: Mapping[str, tuple[str, frozenset[Json]]] = {
    "conditional-create": ("conditionalCreate", frozenset({True})),
    "conditional-update": ("conditionalUpdate", frozenset({True})),
    "conditional-delete": ("conditionalDelete", frozenset({"single", "multiple"})),
    "conditional-read": ("conditionalRead", frozenset({"modified-since", "not-match", "full-support"})),
    "update-create": ("updateCreate", frozenset({True})),
    "read-history": ("readHistory", frozenset({True})),
    "version-aware-update": ("versioning", frozenset({"versioned-update"})),
    "no-version": ("versioning", frozenset({"no-version"})),
    "versioned": ("versioning", frozenset({"versioned", "versioned-update"})),
}
# DSTU2 calls it Conformance.
_KINDS = frozenset({"CapabilityStatement", "Conformance"})
SYSTEM = frozenset({"transaction", "batch", "search-system", "history-system"})
INTERACTIONS = frozenset(
    {
        "read",
        "vread",
        "create",
        "update",
        "patch",
        "delete",
        "history-instance",
        "history-type",
        "search-type",
    }
) | frozenset(_FLAGS)


@dataclass(frozen=True)
class Capability:
    """A CapabilityStatement, or None where none could be read: then nothing is known of any claim."""

    statement: Json = None

    @property
    def readable(self) -> bool:
        """Tell whether there is a statement to go by."""
        return isinstance(self.statement, dict) and self.statement.get("resourceType") in _KINDS

    @property
    def fhir_version(self) -> str:
        """Return the version that the server says it speaks, such as `4.0.1`."""
        version = self.statement.get("fhirVersion") if self.readable else None
        return version if isinstance(version, str) else ""

    @cached_property
    def _rest(self) -> Json:
        rests = _objects(self.statement.get("rest")) if self.readable else []
        servers = [rest for rest in rests if rest.get("mode") == "server"]
        return (servers or rests or [{}])[0]

    @cached_property
    def _resources(self) -> Mapping[str, Json]:
        return {str(entry.get("type")): entry for entry in _objects(self._rest.get("resource"))}

    def supports(self, type_: str) -> bool:
        """Tell whether the resource type is listed at all."""
        return type_ in self._resources

    def claims(self, type_: str, interaction: str) -> bool:
        """Tell whether an interaction, spelt as in scenarios, is claimed for a type ("" for the system)."""
        if interaction in SYSTEM:
            return interaction in _codes(self._rest.get("interaction"))
        entry = self._resources.get(type_, {})
        if interaction in _FLAGS:
            key, values = _FLAGS[interaction]
            value = entry.get(key)
            return isinstance(value, (str, bool)) and value in values
        return interaction in _codes(entry.get("interaction"))

    def parameter(self, type_: str, code: str) -> bool:
        """Tell whether a search parameter is claimed for a type, or for every type of the server."""
        places = [self._resources.get(type_, {}), self._rest]
        return any(code == p.get("name") for place in places for p in _objects(place.get("searchParam")))

    def includes(self, type_: str, key: str = "searchInclude") -> frozenset[str]:
        """Return the listed `searchInclude` or `searchRevInclude` values of a type."""
        values = self._resources.get(type_, {}).get(key)
        return frozenset(v for v in values if isinstance(v, str)) if isinstance(values, list) else frozenset()

    def profiles(self, type_: str) -> frozenset[str]:
        """Return the canonicals of `supportedProfile`, without version."""
        values = self._resources.get(type_, {}).get("supportedProfile")
        listed = values if isinstance(values, list) else []
        return frozenset(v.split("|", 1)[0] for v in listed if isinstance(v, str))


def _objects(value: Json) -> list[dict[str, Json]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _codes(value: Json) -> frozenset[str]:
    return frozenset(str(entry.get("code")) for entry in _objects(value))
