"""The functions of FHIRPath 2.0 and of FHIR R4; importing this package fills the table in registry.py."""

from conformance.fhirpath.functions import (
    boundaries,
    collections,
    conversion,
    fhir,
    maths,
    narrative,
    strings,
    utility,
)

__all__ = ["boundaries", "collections", "conversion", "fhir", "maths", "narrative", "strings", "utility"]
