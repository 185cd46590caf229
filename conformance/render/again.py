"""How to repeat a request by hand, and which headers may be shown at all."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from conformance.render.text import shown, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN = "***"

SHOWN: Mapping[str, str] = {
    "accept": "Accept",
    "content-type": "Content-Type",
    "prefer": "Prefer",
    "if-match": "If-Match",
    "if-none-match": "If-None-Match",
    "if-none-exist": "If-None-Exist",
    "if-modified-since": "If-Modified-Since",
    "location": "Location",
    "content-location": "Content-Location",
    "etag": "ETag",
    "last-modified": "Last-Modified",
    "allow": "Allow",
    "cache-control": "Cache-Control",
    "retry-after": "Retry-After",
    "x-request-id": "X-Request-Id",
    "origin": "Origin",
    "access-control-allow-origin": "Access-Control-Allow-Origin",
}
"""Every other header may carry a secret or a person's name, so it is left out or hidden."""

_CREDENTIALS = ("authorization", "cookie", "x-api-key")


def headers(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the headers that may be shown, in a fixed order, those with credentials as `***`."""
    low = {str(name).lower(): str(text) for name, text in given.items()}
    plain = [(title, shown(low[name])) for name, title in SHOWN.items() if name in low]
    return plain + [(name.title(), HIDDEN) for name in _CREDENTIALS if name in low]


def again(exchange: Mapping[str, Any]) -> str:
    """Return a curl line for a GET, for any other request where its body lies."""
    request = exchange.get("request") or {}
    if request.get("method") != "GET":
        method = shown(request.get("method", "request"))
        return f"run.jsonl holds this {method} with its body, exchange {exchange.get('seq')}"
    flags = "".join(
        f" -H {_quoted(f'{name}: {text}')}" for name, text in headers(request.get("headers") or {})
    )
    return f"curl -s{flags.replace(' -H', 'H', 1)} {_quoted(str(request.get('url', '')))}"


def _quoted(text: str) -> str:
    return shlex.quote(visible(text))
