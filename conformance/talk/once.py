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
from conformance.talk.bounded import LONGER
from conformance.talk.errors import explain
from conformance.talk.payload import Payload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from urllib3 import BaseHTTPResponse, HTTPHeaderDict

    from conformance.model import Json, Request
    from conformance.talk.bounded import BoundedAdapter
    from conformance.talk.redact import Redactor

LARGEST = 16 * 1024 * 1024
# So many values of JSON take some 100 MB once they are read; a page of 2,000 resources has fewer.
MOST_VALUES = 500_000
# What is too large to be judged is kept to be looked at.
_SHOWN = 64 * 1024
LONGEST_CONNECT = 10.0
# Pixels: a study of more than two gigabytes is lawful, and not worth a test's time.
LARGEST_PAYLOAD = 2 * 1024**3
_CHUNK = 64 * 1024
_BEGINNINGS = (b"{", b"[", b",")
_TIMEOUT = "timeout"
_BODILESS = frozenset({"GET", "HEAD"})
_ENCODED = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9/?&=%._~:,|$+@!*'();-]*")
_ALWAYS = {"User-Agent": "dermconf", "Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"}
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


def once(
    adapter: BoundedAdapter,
    request: Request,
    limit: float,
    secret: Mapping[str, str],
    *,
    bytes_: bool = False,
) -> Attempt:
    """Return what came of one request as it was received: nothing in it is redacted.

    `secret` are headers that are never recorded; `limit` is the time for the whole answer, in seconds, or
    for each wait where pixels are asked for (`bytes_`), by way of an adapter that is patient.
    """
    started = time.monotonic()
    try:
        prepared = _prepared(request, secret)
        answer = adapter.stream(prepared, min(LONGEST_CONNECT, limit), limit)
        with answer:
            read = _looked_at if bytes_ else _read
            data, cut, facts = read(answer, started + (limit * LONGER if bytes_ else limit))
    except _FAILURES as error:
        return Attempt(error=explain(error), seconds=time.monotonic() - started)
    body, utf8 = _text(data, cut=cut) if data is not None else (None, True)
    return Attempt(
        status=answer.status,
        headers=_by_name(answer.headers),
        body=body,
        seconds=time.monotonic() - started,
        truncated=cut,
        utf8=utf8,
        facts=facts,
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
        facts=attempt.facts and hide.json(attempt.facts),
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


_Read = tuple[bytes | None, bool, "Mapping[str, Json] | None"]


def _chunks(answer: BaseHTTPResponse, deadline: float) -> Iterator[bytes]:
    """Yield the body as it comes; raises ReadTimeout in the end."""
    # read1 returns what has come: a server that sends a byte now and then cannot outwait the deadline.
    while chunk := answer.read1(_CHUNK, decode_content=True):
        yield chunk
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout("the body did not end in time")


def _read(answer: BaseHTTPResponse, deadline: float) -> _Read:
    """Return the body and whether it was cut for its size or its values."""
    parts: list[bytes] = []
    size = 0
    for chunk in _chunks(answer, deadline):
        parts.append(chunk)
        size += len(chunk)
        if size > LARGEST:
            return b"".join(parts)[:_SHOWN], True, None
    body = b"".join(parts)
    crowded = _is_crowded(body)
    return body[:_SHOWN] if crowded else body, crowded, None


def _is_crowded(body: bytes | bytearray) -> bool:
    return len(body) > MOST_VALUES and sum(map(body.count, _BEGINNINGS)) > MOST_VALUES


def _looked_at(answer: BaseHTTPResponse, deadline: float) -> _Read:
    """Return what the bytes are, and they themselves only where they are text; what is cut off is told."""
    payload = Payload(answer.headers.get("content-type", ""))
    text = bytearray()
    size, cut = 0, ""
    try:
        for chunk in _chunks(answer, deadline):
            size += len(chunk)
            payload.write(chunk)
            if payload.textual and len(text) <= LARGEST:
                text += chunk
            if size > LARGEST_PAYLOAD:
                return None, True, payload.facts(cut=f"it is larger than {LARGEST_PAYLOAD} bytes")
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        cut = explain(error)
        if not size or cut.startswith(_TIMEOUT):
            raise
        # What came before the connection broke tells something all the same.
    facts = payload.facts(cut=cut)
    if not payload.textual or len(text) > LARGEST:
        return None, facts["format"] == "json", facts
    crowded = _is_crowded(text)
    return bytes(text[:_SHOWN] if crowded else text), crowded, facts
