"""The CapabilityStatement: what this server does, told from what it is made of."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING

import conformance
from conformance.definitions import r4
from conformance.definitions.release import by_release, version
from conformance.server.claiming import as_release
from conformance.server.conditions import versions_in
from conformance.server.messages import Refusal, Reply
from conformance.server.search import claims
from conformance.server.wire import dumps

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Request
    from conformance.server.site import Site

_INTERACTIONS = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)
_SYSTEM_INTERACTIONS = ("transaction", "batch", "search-system", "history-system")
_VALIDATE = {"name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate"}
_ENFORCED = "A resource that breaks FHIR's rules, or those of a profile that it claims, is refused with 422."
_IG = "https://annotatemd.com/fhir/ig/StructureDefinition"
_INSTANTIATED = "https://annotatemd.com/fhir/ig/CapabilityStatement/annotate-md-server"
# A server hosts resources that conform to a profile only where it has sample data (R4-CAP-07).
HOSTED_PROFILES = {"Observation": (f"{_IG}/dermatology-image-annotation", f"{_IG}/ai-prediction")}


def metadata(site: Site, request: Request) -> Reply:
    """Answer `GET [base]/metadata` (R4-CAP-01, R4-CAP-02)."""
    if request.parameter("mode") not in {"", "full"}:
        raise Refusal(HTTPStatus.BAD_REQUEST, "not-supported", "This server has mode=full only.", "http.mode")
    made = site.behaviour.claim(_at(site))
    tag = hashlib.sha256(dumps(made).encode()).hexdigest()[:16]
    headers = {"etag": f'W/"{tag}"'}
    if tag in versions_in(request.header("if-none-match")):
        return Reply(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Reply(status=HTTPStatus.OK, headers=headers, resource=made)


def _at(site: Site) -> Json:
    made = _statement(seeded=site.seeded, enforcing=site.enforcing)
    return {**made, "implementation": {**made["implementation"], "url": site.base}}


@by_release
def _statement(*, seeded: bool, enforcing: bool) -> Json:
    made = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "instantiates": [_INSTANTIATED] if seeded else [],
        "software": {"name": "dermconf reference server", "version": conformance.__version__},
        "implementation": {"description": "The reference server of dermconf"},
        "fhirVersion": version(),
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                **({"documentation": _ENFORCED} if enforcing else {}),
                "resource": [_resource(type_, seeded=seeded) for type_ in sorted(r4.resource_types())],
                "interaction": [{"code": code} for code in _SYSTEM_INTERACTIONS],
                "searchParam": _parameters("Resource"),
                "operation": [_VALIDATE],
            }
        ],
    }
    return as_release({name: value for name, value in made.items() if value != []})


def _resource(type_: str, *, seeded: bool) -> Json:
    listed = claims(type_)
    made = {
        "type": type_,
        "supportedProfile": list(HOSTED_PROFILES.get(type_, ())) if seeded else [],
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "referencePolicy": ["literal", "logical"],
        "searchInclude": list(listed.includes),
        "searchRevInclude": list(listed.revincludes),
        "searchParam": _parameters(type_),
        "operation": [_VALIDATE],
    }
    return {name: value for name, value in made.items() if value != []}


def _parameters(type_: str) -> list[Json]:
    return [
        {
            "name": claim.name,
            "definition": claim.definition,
            "type": claim.type,
            **({"documentation": claim.documentation} if claim.documentation else {}),
        }
        for claim in claims(type_).parameters
    ]
