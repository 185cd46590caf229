"""Conformance tests for FHIR servers that hold dermatology image annotations."""

__version__ = "0.1.0"
