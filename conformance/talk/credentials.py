"""Who we say we are: nobody, a header that stays as it is, or a token that is fetched and renewed."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.talk.redact import Vault

# A token is renewed this long before it expires, or a fifth of its life before, whichever is shorter.
_MARGIN = 60.0
_SHARE = 0.2
# After a renewal that did not help, or a token that could not be had, the next attempt waits so long.
_PAUSE = 30.0


@dataclass(frozen=True)
class NoToken(Exception):  # noqa: N818 - what is between us and the server, not a defect of the program
    """No token could be had, and why."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A bearer token and how many seconds it lives, where that is known."""

    value: str = field(repr=False)
    seconds: float | None = None


class Credentials(Protocol):
    """What stands in the Authorization header."""

    @property
    def source(self) -> str:
        """Return where it comes from, as a person would name it, such as `TOKEN`; nothing for nobody."""

    def header(self) -> str:
        """Return the header's value, or nothing; raises NoToken where none can be had."""

    def refused(self, header: str) -> bool:
        """Take note that the target answered 401; tell whether sending again may help."""

    def accepted(self, header: str) -> None:
        """Take note that the target let us in."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A header that stays as it is: a bearer token from outside, a name with a password, or none at all."""

    value: str = field(default="", repr=False)
    source: str = ""

    def header(self) -> str:
        """Return it."""
        return self.value

    def refused(self, _header: str) -> bool:
        """Tell that there is no other."""
        return False

    def accepted(self, _header: str) -> None:
        """Do nothing: it stays as it is."""


NOBODY = Fixed()


def bearer(token: str, source: str, vault: Vault) -> Fixed:
    """Return a bearer token that was handed to us (RFC 6750)."""
    vault.keep(token)
    return Fixed(f"Bearer {token}", source or "bearer") if token else NOBODY


def basic(user: str, password: str, source: str, vault: Vault) -> Fixed:
    """Return a user name and a password (RFC 7617)."""
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    vault.keep(password, encoded)
    return Fixed(f"Basic {encoded}", source)


@dataclass(slots=True)
class Renewed:
    """A token that is fetched when it is first needed, and again before it expires or where it is refused."""

    fetch: Callable[[], Token]
    source: str
    vault: Vault
    clock: Callable[[], float] = time.monotonic
    _header: str = field(default="", repr=False)
    _due: float = 0.0
    _failure: NoToken | None = None
    # Until then nothing is fetched for a refusal, since the last renewal did not help.
    _patience: float = 0.0
    _on_trial: bool = False
    _lock: Lock = field(default_factory=Lock)

    def header(self) -> str:
        """Return the header of a token that is valid now; one thread fetches it for all."""
        with self._lock:
            if not self._header or self.clock() >= self._due:
                self._renew()
            return self._header

    def refused(self, header: str) -> bool:
        """Have another one fetched for the next request, unless the last that was fetched so did not help."""
        with self._lock:
            if header != self._header:
                return True
            if self._on_trial:
                # It is not for the token that we are kept out (fairness F20).
                self._on_trial, self._patience = False, self.clock() + _PAUSE
            if self.clock() < self._patience:
                return False
            self._due, self._on_trial = 0.0, True
            return True

    def accepted(self, header: str) -> None:
        """Take the token for good."""
        if self._on_trial and header == self._header:
            self._on_trial = False

    def _renew(self) -> None:
        now = self.clock()
        if self._failure is not None and now < self._due:
            raise self._failure
        try:
            token = self.fetch()
        except NoToken as failure:
            self._failure, self._header, self._due = failure, "", now + _PAUSE
            raise
        self.vault.keep(token.value)
        lasts = float("inf") if token.seconds is None else token.seconds
        self._failure, self._header = None, f"Bearer {token.value}"
        self._due = now + lasts - min(_MARGIN, lasts * _SHARE)
