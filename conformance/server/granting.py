"""The token endpoint of the reference server: tokens for clients that ask for themselves (RFC 6749, 4.4)."""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from conformance.server.messages import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.model import Json
    from conformance.server.messages import Request

CLIENT, SECRET = "demo-client", "demo-secret"
ALGORITHMS = ("RS384", "ES384")
SCOPE = "system/*.cruds"
# SMART App Launch, client-confidential-asymmetric
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST = 300
_CLAIMS = ("iss", "sub", "aud", "exp", "jti")


class _Denied(Exception):  # noqa: N818 - an answer to the client, not an error of the program
    """A request for a token that is refused, by the error code of RFC 6749, section 5.2."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(slots=True, kw_only=True)
class Granting:
    """Gives tokens that live so many seconds; `keys` is a file with the public keys of clients, as a JWKS."""

    seconds: int = 300
    keys: Path | None = None
    clock: Callable[[], float] = time.monotonic
    _given: dict[str, float] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def by_secret(self, request: Request) -> Reply:
        """Answer a client that shows its secret."""
        return self._answer(request, self._require_secret)

    def by_key(self, request: Request, endpoint: str = "") -> Reply:
        """Answer a client that signs for itself, for the token endpoint that it asks."""
        audience = endpoint or f"{request.base}/auth/token"
        return self._answer(request, partial(self._require_assertion, audience))

    def valid(self, token: str) -> bool:
        """Tell whether a token was given and has not expired."""
        return self._given.get(token, 0.0) > self.clock()

    def _answer(self, request: Request, require: Callable[[Mapping[str, str], Request], None]) -> Reply:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            _require_grant(form)
            require(form, request)
        except _Denied as denied:
            refused = HTTPStatus.UNAUTHORIZED if denied.code == "invalid_client" else HTTPStatus.BAD_REQUEST
            return _json({"error": denied.code, "error_description": denied.text}, refused)
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._given[token] = self.clock() + self.seconds
        told = {"access_token": token, "token_type": "bearer", "expires_in": self.seconds}
        return _json({**told, "scope": form.get("scope", SCOPE)}, HTTPStatus.OK)

    def _require_secret(self, form: Mapping[str, str], request: Request) -> None:
        shown = basic(request.header("authorization")) or (form.get("client_id"), form.get("client_secret"))
        if shown != (CLIENT, SECRET):
            raise _Denied("invalid_client", "unknown client, or wrong secret")

    def _require_assertion(self, audience: str, form: Mapping[str, str], request: Request) -> None:
        _ = request
        if form.get("client_assertion_type") != _ASSERTION:
            raise _Denied("invalid_client", f"client_assertion_type has to be {_ASSERTION}")
        if not form.get("scope"):
            raise _Denied("invalid_scope", "a scope is required")
        claims = self._claims(form.get("client_assertion", ""), audience)
        if claims["iss"] != CLIENT or claims["sub"] != CLIENT:
            raise _Denied("invalid_client", f"iss and sub have to be {CLIENT}")
        if claims["exp"] > time.time() + _LONGEST:
            raise _Denied("invalid_client", "exp is more than five minutes ahead")
        with self._lock:
            if claims["jti"] in self._used:
                raise _Denied("invalid_client", "this assertion was used before")
            self._used.add(claims["jti"])

    def _claims(self, assertion: str, audience: str) -> Mapping[str, Any]:
        import jwt  # noqa: PLC0415 - takes a tenth of a second, and is seldom needed

        try:
            head = jwt.get_unverified_header(assertion)
            key = jwt.PyJWKSet.from_dict(self._public())[str(head.get("kid"))]
            return jwt.decode(
                assertion,
                key.key,
                algorithms=list(ALGORITHMS),
                audience=audience,
                options={"require": list(_CLAIMS)},
            )
        except KeyError:
            raise _Denied("invalid_client", "no key of this client has this kid") from None
        except jwt.PyJWTError as error:
            raise _Denied("invalid_client", f"the assertion does not hold: {error}") from None

    def _public(self) -> dict[str, Any]:
        if self.keys is None:
            raise _Denied("invalid_client", "this server knows no key of any client")
        stated: dict[str, Any] = json.loads(self.keys.read_text(encoding="utf-8"))
        return stated


def _require_grant(form: Mapping[str, str]) -> None:
    if form.get("grant_type") != "client_credentials":
        raise _Denied("unsupported_grant_type", "only client_credentials")


def basic(header: str) -> tuple[str, str] | None:
    """Return user and password of an Authorization header, None where it has none (RFC 7617)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return None
    return unquote(user), unquote(password)


def _json(told: Json, status: int) -> Reply:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return Reply(status=status, headers=headers, resource=told)
