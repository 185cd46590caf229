"""The smart-configuration: where the images are, and how a client gets a token for them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.granting import ALGORITHMS
from conformance.server.imaging.generations import MODES
from conformance.server.imaging.people import APP_SCOPE, SYSTEM_SCOPE
from conformance.server.messages import Reply

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.imaging.addresses import Addresses
    from conformance.server.imaging.side import Side
    from conformance.server.messages import Request

_PATH = (".well-known", "smart-configuration")
_CAPABILITIES = (
    "launch-standalone",
    "client-public",
    "context-standalone-patient",
    "permission-patient",
    "permission-v2",
)


def asks(request: Request) -> bool:
    """Tell whether a request of the clinical base is for its smart-configuration."""
    return request.path == _PATH and request.method in {"GET", "HEAD"}


def answer(side: Side, at: Addresses) -> Reply:
    """Return the smart-configuration (SMART App Launch 2.2; SIA-DSC-01 to -07)."""
    backend = side.generation.backend
    told: dict[str, Json] = {
        "authorization_endpoint": f"{at.oauth}/authorize",
        "token_endpoint": f"{at.oauth}/token",
        "introspection_endpoint": f"{at.oauth}/introspect",
        "jwks_uri": f"{at.oauth}/jwks",
        "grant_types_supported": ["authorization_code", *(["client_credentials"] if backend else [])],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": [*APP_SCOPE.split(), *([SYSTEM_SCOPE] if backend else [])],
        "capabilities": list(_CAPABILITIES),
        "associated_endpoints": [
            {
                "url": at.imaging,
                "capabilities": ["smart-imaging-access", *(MODES if backend else ())],
            }
        ],
    }
    if backend:
        told |= {
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "capabilities": [*_CAPABILITIES, "client-confidential-asymmetric"],
        }
    headers = {"content-type": "application/json"}
    return Reply(status=HTTPStatus.OK, headers=headers, resource=side.behaviour.configure(told))
