"""Signed assertions of SMART Backend Services: a client that proves itself by its private key."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.problem import Problem
from conformance.talk.tokens import Asking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json

# SMART App Launch, client-confidential-asymmetric: these two have to be known to every server.
ALGORITHMS = ("RS384", "ES384")
_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# At most five minutes are allowed; the server's clock may be behind ours.
_LIFETIME = 240
_CURVE = "secp384r1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A private key, the algorithm that it signs with, and its name among the client's public keys."""

    private: Any = field(repr=False)
    algorithm: str
    id: str


def read(text: str, where: str, algorithm: str = "", key_id: str = "") -> Key:
    """Return the private key of a text, a JWK or PEM; raises Problem where it is none that can be used."""
    stated, private = _of_jwk(text, where) if text.lstrip().startswith("{") else ({}, _of_pem(text, where))
    fitting = _fitting(private, where)
    wanted = algorithm or str(stated.get("alg") or fitting)
    if wanted != fitting:
        raise Problem("usage", f"{where}: this key signs {fitting}, not {wanted}")
    return Key(private=private, algorithm=wanted, id=key_id or str(stated.get("kid") or ""))


def by_key(client: str, key: Key, scope: str) -> Callable[[str], Asking]:
    """Return how a client asks that signs for itself (SMART App Launch, backend-services)."""

    def asking(url: str) -> Asking:
        return Asking(
            form={
                "grant_type": "client_credentials",
                "scope": scope,
                "client_assertion_type": _TYPE,
                "client_assertion": assertion(client, key, url),
            }
        )

    return asking


def assertion(client: str, key: Key, url: str) -> str:
    """Return the signed claim that this is the client, for one use at one token endpoint (RFC 7523)."""
    import jwt  # noqa: PLC0415 - takes a tenth of a second, and few targets need it

    claims = {
        "iss": client,
        "sub": client,
        "aud": url,
        "exp": int(time.time()) + _LIFETIME,
        "jti": secrets.token_urlsafe(24),
    }
    headers = {"kid": key.id} if key.id else None
    return jwt.encode(claims, key.private, algorithm=key.algorithm, headers=headers)


def _of_jwk(text: str, where: str) -> tuple[Mapping[str, Json], Any]:
    import jwt  # noqa: PLC0415 - as above

    try:
        stated = json.loads(text)
        if isinstance(stated.get("keys"), list):
            stated = next(one for one in stated["keys"] if "d" in one)
        return stated, jwt.PyJWK(stated, algorithm=str(stated.get("alg") or "") or None).key
    except (ValueError, AttributeError, StopIteration, TypeError, jwt.PyJWTError) as error:
        raise _unusable(where) from error


def _of_pem(text: str, where: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    try:
        return load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise _unusable(where) from error


def _unusable(where: str) -> Problem:
    return Problem(
        "usage",
        f"{where}: there is no private key that can be read",
        hint="a JWK with its member 'd', a JWKS that holds one, or PEM without a passphrase",
    )


def _fitting(private: Any, where: str) -> str:
    """Return the algorithm that a key signs with."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - as above

    if isinstance(private, rsa.RSAPrivateKey):
        return "RS384"
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name == _CURVE:
        return "ES384"
    if isinstance(private, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise Problem("usage", f"{where}: this is the public key; what signs is the private one")
    raise Problem(
        "usage", f"{where}: SMART Backend Services sign with an RSA key, or with one on the curve P-384"
    )
