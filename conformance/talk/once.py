"""One request and what came of it: an answer, bounded in time and size, or why there was none."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions
from requests.structures import CaseInsensitiveDict

from conformance.model import Attempt, Exchange
from conformance.talk.errors import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse, HTTPHeaderDict

    from conformance.model import Request
    from conformance.talk.bounded import BoundedAdapter
    from conformance.talk.redact import Redactor

LARGEST = 16 * 1024 * 1024
# So many values of JSON take some 100 MB once they are read; a page of 2,000 resources has fewer.
MOST_VALUES = 500_000
# What is too large to be judged is kept to be looked at.
_SHOWN = 64 * 1024
LONGEST_CONNECT = 10.0
_CHUNK = 64 * 1024
_BEGINNINGS = (b"{", b"[", b",")
_BODILESS = frozenset({"GET", "HEAD"})
_ENCODED = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9/?&=%._~:,|$+@!*'();-]*")
_ALWAYS = {"User-Agent": "dermconf", "Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"}
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


def once(
    adapter: BoundedAdapter,
    request: Request,
    limit: float,
    secret: Mapping[str, str],
) -> Attempt:
    """Return what came of one request as it was received: nothing in it is redacted.

    `secret` are headers that are never recorded; `limit` is the time for the whole answer, in seconds.
    """
    started = time.monotonic()
    try:
        prepared = _prepared(request, secret)
        answer = adapter.stream(prepared, min(LONGEST_CONNECT, limit), limit)
        with answer:
            data, cut = _read(answer, started + limit)
    except _FAILURES as error:
        return Attempt(error=explain(error), seconds=time.monotonic() - started)
    body, utf8 = _text(data, cut=cut)
    return Attempt(
        status=answer.status,
        headers=_by_name(answer.headers),
        body=body,
        seconds=time.monotonic() - started,
        truncated=cut,
        utf8=utf8,
    )


def redacted(attempt: Attempt, hide: Redactor) -> Attempt:
    """Return an attempt without the secrets that came back in it."""
    return Attempt(
        status=attempt.status,
        headers=hide.headers(attempt.headers),
        body=None if attempt.body is None else hide.text(attempt.body),
        seconds=attempt.seconds,
        error=hide.text(attempt.error),
        truncated=attempt.truncated,
        utf8=attempt.utf8,
    )


def hidden(exchange: Exchange, hide: Redactor) -> Exchange:
    """Return an exchange without the secrets that are in it, whoever wrote them there."""
    request = exchange.request
    body = None if request.body is None else hide.text(request.body)
    return Exchange(
        request=replace(
            request, url=hide.text(request.url), headers=hide.headers(request.headers), body=body
        ),
        attempts=tuple(redacted(attempt, hide) for attempt in exchange.attempts),
        seq=exchange.seq,
    )


def _prepared(request: Request, secret: Mapping[str, str]) -> requests.PreparedRequest:
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    # Our own URLs are encoded; taking one apart and putting it together takes as long as all the rest.
    if _ENCODED.fullmatch(request.url):
        prepared.url = request.url
    else:
        prepared.prepare_url(request.url, None)
    prepared.headers = CaseInsensitiveDict({**_ALWAYS, **request.headers, **secret})
    prepared.body = None if request.body is None else request.body.encode()
    if prepared.body or request.method not in _BODILESS:
        prepared.headers["Content-Length"] = str(len(prepared.body or b""))
    return prepared


def _by_name(headers: HTTPHeaderDict) -> dict[str, str]:
    """Return headers by lower-case name; what was sent in several lines is joined (RFC 9110, section 5.3)."""
    return {name.lower(): headers[name] for name in headers}


def _text(data: bytes, *, cut: bool) -> tuple[str, bool]:
    """Return a body as text, and whether it was UTF-8 (R4-HTTP-07), whatever a charset parameter says."""
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        # What was cut may end in the middle of a character.
        return data.decode("utf-8", "replace"), cut


def _read(answer: BaseHTTPResponse, deadline: float) -> tuple[bytes, bool]:
    """Return the body and whether it was cut for its size or its values; raises ReadTimeout in the end."""
    parts: list[bytes] = []
    size = 0
    # read1 returns what has come: a server that sends a byte now and then cannot outwait the deadline.
    while chunk := answer.read1(_CHUNK, decode_content=True):
        parts.append(chunk)
        size += len(chunk)
        if size > LARGEST:
            return b"".join(parts)[:_SHOWN], True
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout("the body did not end in time")
    body = b"".join(parts)
    crowded = size > MOST_VALUES and sum(map(body.count, _BEGINNINGS)) > MOST_VALUES
    return body[:_SHOWN] if crowded else body, crowded
