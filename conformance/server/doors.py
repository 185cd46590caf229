"""Bases that let in only who shows a credential: `/auth/NAME/fhir`, for trying out how a client gets in."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.granting import ALGORITHMS, SCOPE, Granting
from conformance.server.messages import Refusal, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.server.messages import Request

USER, PASSWORD, TOKEN = "demo-user", "demo-password", "demo-token"
_CONFIGURATION = (".well-known", "smart-configuration")
_TOKEN_ENDPOINT = ("auth", "token")
# R4 http.html#capabilities: what a server can do may be told to anybody.
_OPEN = frozenset({"metadata"})
_TYPES: Mapping[str, str] = {"client-credentials": "client_secret_basic", "backend": "private_key_jwt"}


@dataclass(slots=True, kw_only=True)
class Doors:
    """The doors of one server, by their names."""

    granting: Granting = field(default_factory=Granting)

    def answer(self, name: str, request: Request) -> Reply | None:
        """Return what is answered at the door, or None where the request comes through it."""
        if name in _TYPES and request.path == _CONFIGURATION:
            return _configuration(name, request.base)
        if name in _TYPES and request.path == _TOKEN_ENDPOINT and request.method == "POST":
            return (
                self.granting.by_secret(request)
                if name == "client-credentials"
                else self.granting.by_key(request)
            )
        if request.path[:1] and request.path[0] in _OPEN:
            return None
        return None if self._admits(name)(request.header("authorization")) else _closed(name)

    def _admits(self, name: str) -> Callable[[str], bool]:
        return {
            "basic": lambda header: header == f"Basic {_BASIC}",
            "bearer": lambda header: header == f"Bearer {TOKEN}",
        }.get(name, lambda header: self.granting.valid(header.removeprefix("Bearer ")))


NAMES = frozenset({"basic", "bearer", *_TYPES})
_BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def _closed(name: str) -> Reply:
    scheme = "Basic" if name == "basic" else "Bearer"
    text = "This base wants a credential." if name in NAMES else "There is no such door."
    headers = {"www-authenticate": f'{scheme} realm="reference server"'}
    return Refusal(HTTPStatus.UNAUTHORIZED, "login", text, headers=headers).reply()


def _configuration(name: str, base: str) -> Reply:
    """Return the smart-configuration (SMART App Launch, conformance)."""
    told = {
        "token_endpoint": f"{base}/auth/token",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": [_TYPES[name]],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": [SCOPE],
        "capabilities": ["client-confidential-asymmetric"] if name == "backend" else [],
    }
    return Reply(status=HTTPStatus.OK, headers={"content-type": "application/json"}, resource=told)
