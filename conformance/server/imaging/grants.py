"""The tokens that there are: the fixed ones, and those that the token endpoint has given."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.server.granting import Granting
from conformance.server.imaging.people import ACCESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.server.imaging.people import Access

_CODE_SECONDS = 60
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What an authorisation code was given for (RFC 6749, 4.1; RFC 7636)."""

    access: Access
    client: str
    redirect: str
    challenge: str
    expires: float


@dataclass(slots=True, kw_only=True)
class Grants:
    """Gives codes and tokens, and knows again what it gave."""

    granting: Granting = field(default_factory=Granting)
    clock: Callable[[], float] = time.time
    _tokens: dict[str, Access] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)

    def access(self, token: str) -> Access | None:
        """Return what a token stands for, None where nobody gave it."""
        return ACCESS.get(token) or self._tokens.get(token)

    def give(self, access: Access) -> str:
        """Return a new token."""
        made = secrets.token_urlsafe(24)
        self.keep(made, access)
        return made

    def keep(self, token: str, access: Access) -> None:
        """Remember what a token was given for."""
        if len(self._tokens) >= _MOST:
            self._tokens = {one: kept for one, kept in self._tokens.items() if kept.expires > self.clock()}
        self._tokens[token] = access

    def give_code(self, *, access: Access, client: str, redirect: str, challenge: str) -> str:
        """Return a new authorisation code."""
        now = self.clock()
        self._codes = {one: code for one, code in self._codes.items() if code.expires > now}
        made = secrets.token_urlsafe(24)
        self._codes[made] = Code(
            access=access, client=client, redirect=redirect, challenge=challenge, expires=now + _CODE_SECONDS
        )
        return made

    def take_code(self, code: str) -> Code | None:
        """Return what a code was given for; it serves once."""
        taken = self._codes.pop(code, None)
        return taken if taken is not None and taken.expires > self.clock() else None
