"""The CapabilityStatement of the imaging base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import conformance
from conformance.definitions import r4

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.imaging.addresses import Addresses
    from conformance.server.imaging.side import Side

_PARAMETERS = (("patient", "reference"), ("identifier", "token"), ("_lastUpdated", "date"))
_SMART = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
            "code": "SMART-on-FHIR",
        }
    ]
}
_PROFILES = "http://fhir.org/argonaut/smart-imaging/StructureDefinition"


def metadata(side: Side, at: Addresses) -> Json:
    """Return what the imaging base can do."""
    made = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-28",
        "kind": "instance",
        "instantiates": ["http://fhir.org/argonaut/smart-imaging/CapabilityStatement/smart-imaging-server"],
        "software": {"name": "dermconf reference server", "version": conformance.__version__},
        "implementation": {"description": "The images of the reference server", "url": at.imaging},
        "fhirVersion": r4.VERSION,
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"cors": True, "service": [_SMART]},
                "resource": [_endpoint(), _study()],
            }
        ],
    }
    return side.behaviour.claim(made)


def _endpoint() -> Json:
    profile = f"{_PROFILES}/smart-wado-endpoint"
    return {"type": "Endpoint", "supportedProfile": [profile], "interaction": [{"code": "read"}]}


def _study() -> Json:
    return {
        "type": "ImagingStudy",
        "supportedProfile": [f"{_PROFILES}/smart-imaging-study"],
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchInclude": ["ImagingStudy:endpoint"],
        "searchParam": [_parameter(*one) for one in _PARAMETERS],
    }


def _parameter(name: str, type_: str) -> Json:
    found = r4.parameter("ImagingStudy", name) or r4.parameter("Resource", name)
    definition = {"definition": found.url} if found is not None else {}
    return {"name": name, **definition, "type": type_}
