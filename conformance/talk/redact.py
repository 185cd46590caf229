"""Keeps secrets out of everything that is written down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from conformance.talk import spellings, userinfo
from conformance.talk.rights import Rights

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json

HIDDEN = "***"
_USERINFO = re.compile(r"://[^/?#\s@]*@")
# Shown as they are; the value of any other header is hidden.
SHOWN = frozenset(
    {
        "accept",
        "access-control-allow-origin",
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
        "origin",
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
    rights: Rights = field(default_factory=Rights, compare=False)

    @classmethod
    def of(cls, secrets: Iterable[str], rights: Rights | None = None) -> Redactor:
        """Return a redactor for the secrets that are long enough to be told from ordinary words."""
        long = {secret for secret in secrets if len(secret) > 3}  # noqa: PLR2004
        return cls(tuple(sorted(long, key=len, reverse=True)), rights or Rights())

    @cached_property
    def _spelt(self) -> re.Pattern[str]:
        return re.compile("|".join(map(spellings.escaped, self.secrets)), re.IGNORECASE)

    @cached_property
    def _plain(self) -> Mapping[str, re.Pattern[str]]:
        """Return patterns by what stands in every text that they match: that is looked for first."""
        plain = ((secret, re.escape(secret)) for secret in self.secrets)
        encoded = (pair for secret in self.secrets for pair in spellings.base64(secret))
        flags = re.IGNORECASE | re.ASCII
        return {form.lower(): re.compile(pattern, flags) for form, pattern in (*plain, *encoded)}

    @cached_property
    def _pieces(self) -> tuple[spellings.Piece, ...]:
        return tuple(piece for secret in self.secrets for piece in spellings.all_pieces(secret))

    def text(self, text: str) -> str:
        """Return the text with every secret hidden, also where it is escaped, encoded or in pieces.

        A server knows the token that it was sent, and may spell it in endless ways: these are the usual ones.
        """
        text = userinfo.hidden(self.rights.hidden(text), HIDDEN)
        if not self.secrets:
            return text
        lowered = spellings.lowered(text)
        for form, pattern in self._plain.items():
            if form in lowered:
                text = pattern.sub(HIDDEN, text)
                lowered = spellings.lowered(text)
        if any(mark in text for mark in spellings.MARKS):
            text = self._spelt.sub(HIDDEN, text)
        return self._without_pieces(text)

    def _without_pieces(self, text: str) -> str:
        lowered = spellings.lowered(text)
        for piece in self._pieces:
            while (at := lowered.find(piece.text)) >= 0:
                begin, end = piece.reach(lowered, at)
                text = text[:begin] + HIDDEN + text[end:]
                lowered = lowered[:begin] + HIDDEN + lowered[end:]
        return text

    def json(self, value: Json) -> Json:
        """Return a JSON value in whose texts every secret is hidden."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.json(entry) for key, entry in value.items()}
        return [self.json(entry) for entry in value] if isinstance(value, list) else value

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers by lower-case name, values hidden but for the allow-list."""
        return {
            self.text(name.lower()): _without_userinfo(self.text(value)) if name.lower() in SHOWN else HIDDEN
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
            self.redactor = Redactor.of(self._kept, self.redactor.rights)


def _without_userinfo(value: str) -> str:
    """Return a header's value without what a URL in it says before its host: that is somebody's password."""
    return _USERINFO.sub("://", value) if "@" in value else value


def bare(url: str) -> str:
    """Return a base URL without userinfo, query and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
