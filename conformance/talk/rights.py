"""Addresses that open by themselves what they name: they are used, and shown to nobody (SIA-CAP-09)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import unquote

from conformance.jsontext import parsed
from conformance.talk.guesses import is_unguessable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Endpoint.address is the one element of this name that is a text (R4 endpoint.html#Endpoint).
_ADDRESS = re.compile(r'"address"\s*:\s*"(https?:\\?/\\?/[^"]+)"', re.IGNORECASE)
# Who has the address of a WebSocket hears all that is told there (FHIRcast 3.0.0, subscription response).
_SOCKET = "hub.channel.endpoint"
_BETWEEN = re.compile(r"[/?&=#]")
# A part of a WebSocket's address that is shorter is no secret, or none that could be hidden.
_SHORT, _LONG = 8, 16
_HOST = re.compile(r"^(?:http|ws)s?:(\\?/){2}[^/?#\\]*", re.IGNORECASE)
# Between what separates the parts of an address, or ends it; shorter ones can be guessed.
_PIECE = re.compile(r"[^/?&=;#\"\s\\<>]{20,}")
_STANDING_IN = re.compile(r"\*\*\*capability-(\d{1,6})\*\*\*")
_CLOSING = ".,:)'"
_MOST = 10_000
_HIDDEN = "***"


def rights(body: str) -> Iterator[str]:
    """Yield what in the addresses of endpoints opens what they name.

    What stands elsewhere in the body, too, is the name of something: hiding it would change what is compared.
    """
    if '"address"' not in body:
        return
    there = Counter(piece for address in _ADDRESS.findall(body) for piece in pieces(address))
    if there:
        everywhere = Counter(piece for found in _PIECE.finditer(body) if (piece := found[0]) in there)
        yield from (piece for piece, times in there.items() if everywhere[piece] == times)


def sockets(body: str) -> Iterator[str]:
    """Yield what in the address of a WebSocket opens it, whatever it looks like (FHIRcast 3.0.0, 2.4)."""
    told = parsed(body) if f'"{_SOCKET}"' in body else None
    address = told.get(_SOCKET) if isinstance(told, dict) else None
    if isinstance(address, str):
        parts = _BETWEEN.split(_HOST.sub("", address))
        yield from (
            part for part in parts if len(part) >= _LONG or (len(part) >= _SHORT and _has_digit(part))
        )


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def pieces(address: str) -> Iterator[str]:
    """Yield the parts of an address, behind its host, that nobody could guess."""
    found = _PIECE.findall(_HOST.sub("", address))
    return (piece for piece in found if not piece.startswith(_HIDDEN) and is_unguessable(piece))


@dataclass(slots=True)
class Rights:
    """What stands for each right in everything that is written down; on the wire it is put back."""

    _shown: dict[str, str] = field(default_factory=dict)
    _meant: list[str] = field(default_factory=list)
    # What is hidden wherever it stands, even within a longer word.
    _whole: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def learn(self, found: Iterable[str]) -> None:
        """Let something stand for these from now on."""
        with self._lock:
            for right in found:
                if right in self._shown:
                    continue
                if len(self._meant) >= _MOST:
                    return
                self._meant.append(right)
                self._shown[right] = f"***capability-{len(self._meant)}***"

    def learn_whole(self, found: Iterable[str]) -> None:
        """Let something stand for these from now on, wherever they stand."""
        new = [right for right in found if right not in self._shown]
        self.learn(new)
        self._whole += [right for right in new if right in self._shown]

    def hidden(self, text: str) -> str:
        """Return a text in which something stands for each right."""
        for right in self._whole:
            text = text.replace(right, self._shown[right])
        return _PIECE.sub(self._instead, text) if self._shown else text

    def meant(self, url: str) -> str:
        """Return an address as it is sent."""
        return _STANDING_IN.sub(self._right, url) if self._meant else url

    def _instead(self, found: re.Match[str]) -> str:
        piece = found[0]
        bare = piece.rstrip(_CLOSING)
        for form in (piece, bare, unquote(bare)):
            if form in self._shown:
                return self._shown[form] + (piece[len(bare) :] if form != piece else "")
        return piece

    def _right(self, found: re.Match[str]) -> str:
        number = int(found[1])
        return self._meant[number - 1] if 0 < number <= len(self._meant) else found[0]
