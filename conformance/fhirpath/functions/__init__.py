"""The functions of FHIRPath 2.0 and of FHIR R4; importing this package fills the table in registry.py."""

from conformance.fhirpath.functions import collections, fhir

__all__ = ["collections", "fhir"]
