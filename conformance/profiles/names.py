"""Canonical URLs of what FHIR itself defines."""

from __future__ import annotations

CORE = "http://hl7.org/fhir/StructureDefinition/"


def core_name(canonical: str) -> str:
    """Return the name of a definition of FHIR itself, or another one's canonical URL without its version."""
    return canonical.partition("|")[0].removeprefix(CORE)
