"""Addresses as servers write them: hostile until their host is known."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from conformance.model import Exchange

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_USUAL_PORTS = {"http": 80, "https": 443}


# Each request asks several times whether its host is the target's.
@lru_cache(maxsize=256)
def origin(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of an address; None for what is no http address, or names a user."""
    try:
        parts = urlsplit(url)
        port = parts.port or _USUAL_PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in _USUAL_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port


def names_user(url: str) -> bool:
    """Tell whether an address names a user before its host."""
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False


def joined(base: str, reference: str) -> str:
    """Return a reference as an absolute address, or nothing where it is none."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""


def came_from(exchange: Exchange) -> str:
    """Return the address that an answer came from in the end (RFC 3986, section 5.1.3)."""
    url = exchange.request.url
    for attempt in exchange.attempts[:-1]:
        if attempt.status in REDIRECTS:
            url = joined(url, attempt.headers.get("location", "")) or url
    return url
