"""Keeps secrets out of everything that is written down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HIDDEN = "***"
# Shown as they are; the value of any other header is hidden.
SHOWN = frozenset(
    {
        "accept",
        "allow",
        "cache-control",
        "content-length",
        "content-location",
        "content-type",
        "date",
        "etag",
        "if-match",
        "if-modified-since",
        "if-none-exist",
        "if-none-match",
        "last-modified",
        "location",
        "prefer",
        "retry-after",
        "server",
        "x-request-id",
    }
)


@dataclass(frozen=True)
class Redactor:
    """Knows the secrets of this run and takes them out of texts."""

    secrets: tuple[str, ...] = ()

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Redactor:
        """Return a redactor for the secrets that are long enough to be told from ordinary words."""
        return cls(tuple(sorted({s for s in secrets if len(s) > 3}, key=len, reverse=True)))  # noqa: PLR2004

    @cached_property
    def _spelt(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_spellings, self.secrets)), re.IGNORECASE)

    def text(self, text: str) -> str:
        """Return the text with every secret hidden, also where it is escaped as in JSON or in a URL."""
        return self._spelt.sub(HIDDEN, text) if self.secrets else text

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers by lower-case name, values hidden but for the allow-list."""
        return {
            self.text(name.lower()): self.text(value) if name.lower() in SHOWN else HIDDEN
            for name, value in headers.items()
        }


@dataclass(slots=True)
class Vault:
    """The secrets of a connection, and there may come more: a token that is renewed is another secret."""

    _kept: frozenset[str] = frozenset()
    redactor: Redactor = field(default_factory=Redactor)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, *secrets: str) -> Vault:
        """Return a vault that holds these."""
        vault = cls()
        vault.keep(*secrets)
        return vault

    def keep(self, *secrets: str) -> None:
        """Hide these from now on, too; an empty one is none."""
        with self._lock:
            self._kept = self._kept.union(filter(None, secrets))
            self.redactor = Redactor.of(self._kept)


def _spellings(secret: str) -> str:
    """Return the pattern of a secret of which any character may be escaped."""
    return "".join(
        rf"(?:\\u{ord(character):04x}|%{ord(character):02x}|\\?{re.escape(character)})"
        for character in secret
    )


def bare(url: str) -> str:
    """Return a base URL without userinfo, query and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
