"""What search can do, as a CapabilityStatement lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterClaim:
    """One `CapabilityStatement.rest.resource.searchParam`."""

    name: str
    definition: str
    type: str
    documentation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The search part of one `CapabilityStatement.rest.resource`."""

    parameters: tuple[ParameterClaim, ...]
    includes: tuple[str, ...]
    revincludes: tuple[str, ...]


def claims(type: str) -> Claims:  # noqa: A002 - FHIR's own word
    """Return what search can do for a resource type."""
    raise NotImplementedError(type)
