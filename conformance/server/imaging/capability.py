"""Capability URLs: an address that stands for what a request was allowed, and expires."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from secrets import token_bytes

from conformance.server.imaging import studies

# A right that has expired, for whoever wants to see one.
EXPIRED = "demo-expired"
_LIFETIME = 300  # seconds; documented in docs/reference-server.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What an address was made for: a study, and the token it was made for, or none for any bearer."""

    study: str
    expires: int
    token: str = ""


@dataclass(frozen=True, slots=True)
class Mint:
    """Makes capabilities that nobody can alter, and reads them again; its key lives as long as the server."""

    key: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    def make(self, *, study: str, token: str, now: float, until: int) -> str:
        """Return a capability for a study, bound to a token where one is named; it outlives no token."""
        stated = [study, min(int(now) + _LIFETIME, until), fingerprint(token)]
        text = json.dumps(stated, separators=(",", ":")).encode()
        return f"{_written(text)}.{_written(self._sealed(text))}"

    def read(self, written: str) -> Capability | None:
        """Return what a capability says, or None where this server never made it."""
        if written == EXPIRED:
            return Capability(study=studies.uid("imaging-study-a"), expires=0)
        body, _, seal = written.partition(".")
        text = _read(body)
        if not text or not hmac.compare_digest(_read(seal), self._sealed(text)):
            return None
        study, expires, token = json.loads(text)
        return Capability(study=study, expires=expires, token=token)

    def _sealed(self, text: bytes) -> bytes:
        return hmac.digest(self.key, text, "sha256")


def fingerprint(token: str) -> str:
    """Return what stands for a token in a capability: the token itself is in no address."""
    return hashlib.sha256(token.encode()).hexdigest()[:32] if token else ""


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _read(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
