"""Writes multipart/related (RFC 2387)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: what it is, where it is to be had by itself, and its bytes."""

    type: str
    location: str
    content: bytes


def boundary(parts: Sequence[Part]) -> str:
    """Return a boundary that is in none of the parts, and the same every time."""
    digest = hashlib.sha256(b"".join(part.content for part in parts)).hexdigest()
    return f"dermconf-{digest[:32]}"


def body(parts: Sequence[Part], between: str) -> bytes:
    """Return the parts as one body."""
    heads = (f"Content-Type: {part.type}\r\nContent-Location: {part.location}\r\n\r\n" for part in parts)
    written = (
        f"--{between}\r\n{head}".encode() + part.content + b"\r\n"
        for head, part in zip(heads, parts, strict=True)
    )
    return b"".join(written) + f"--{between}--\r\n".encode()


def content_type(type_: str, between: str, parameters: str = "") -> str:
    """Return the media type of the whole; `parameters` follow the type of the parts."""
    return f'multipart/related; type="{type_}"{parameters}; boundary={between}'
