"""Sends requests to the target: bounded in time and size, retried politely, recorded at once."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event, local
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.structures import CaseInsensitiveDict

from conformance.model import Attempt, Exchange, Request, Target
from conformance.problem import Problem
from conformance.talk.bounded import BoundedAdapter
from conformance.talk.errors import explain
from conformance.talk.patience import wait
from conformance.talk.redact import Redactor

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, HTTPHeaderDict

LARGEST = 16 * 1024 * 1024
# So many values of JSON take some 100 MB once they are read; a page of 2,000 resources has fewer.
MOST_VALUES = 500_000
# What is too large to be judged is kept to be looked at.
_SHOWN = 64 * 1024
LONGEST_WAIT = 30.0
LONGEST_CONNECT = 10.0
_CHUNK = 64 * 1024
_BEGINNINGS = (b"{", b"[", b",")
_REPEATABLE = frozenset({"GET", "DELETE", "HEAD", "OPTIONS"})
_BODILESS = frozenset({"GET", "HEAD"})
_ENCODED = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9/?&=%._~:,|$+@!*'();-]*")
_ALWAYS = {"User-Agent": "dermconf", "Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"}


class Stopped(Exception):  # noqa: N818 - a request to end, not an error
    """The run was asked to stop."""


@dataclass(frozen=True)
class Client:
    """One target's connection; thread-safe, with one pool of connections a thread."""

    target: Target
    token: str = field(default="", repr=False)
    stop: Event = field(default_factory=Event)
    trusted: str = ""  # a file of authorities, in the place of the usual ones
    _local: local = field(default_factory=local, repr=False)

    @cached_property
    def redactor(self) -> Redactor:
        """Return what hides this connection's secrets."""
        return Redactor.of([self.token])

    @cached_property
    def _origin(self) -> str:
        return "{}://{}/".format(*urlsplit(self.target.base)[:2])

    def send(self, request: Request, *, attempts: int | None = None, closing: bool = False) -> Exchange:
        """Send, and send again on 429, 503 or a refused connection where that is safe; all attempts are kept.

        Raises Stopped before sending if the run was asked to stop (unless `closing`), and Problem for a host
        that is not the target's.
        """
        self._own_host(request.url)
        allowed = attempts or (3 if request.method in _REPEATABLE else 1)
        deadline = time.monotonic() + LONGEST_WAIT
        done: list[Attempt] = []
        while True:
            if self.stop.is_set() and not closing:
                raise Stopped
            done.append(self._once(request))
            pause = wait(done[-1], len(done))
            if len(done) >= allowed or pause is None or time.monotonic() + pause > deadline:
                return self._written(request, done)
            if closing:
                time.sleep(pause)
            else:
                self.stop.wait(pause)

    def _own_host(self, url: str) -> None:
        if not url.startswith(self._origin) and urlsplit(url)[:2] != urlsplit(self.target.base)[:2]:
            raise Problem("foreign", f"{self.redactor.text(url)} is not on the target's host")

    def _adapter(self) -> BoundedAdapter:
        """Return this thread's connections.

        A requests.Session would add what no target may see or change: cookies, redirects, a .netrc line or a
        proxy of the environment in the place of the configured token or host.
        """
        adapter: BoundedAdapter | None = getattr(self._local, "adapter", None)
        if adapter is None:
            adapter = self._local.adapter = BoundedAdapter(self.trusted)
        return adapter

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        secret = {"Authorization": f"Bearer {self.token}"} if self.token else {}
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

    def _once(self, request: Request) -> Attempt:
        started = time.monotonic()
        try:
            prepared = self._prepared(request)
            limit = self.target.timeout
            answer = self._adapter().stream(prepared, min(LONGEST_CONNECT, limit), limit)
            with answer:
                data, cut = _read(answer, started + limit)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return Attempt(error=self.redactor.text(explain(error)), seconds=time.monotonic() - started)
        body, utf8 = _text(data, cut=cut)
        return Attempt(
            status=answer.status,
            headers=self.redactor.headers(_by_name(answer.headers)),
            body=self.redactor.text(body),
            seconds=time.monotonic() - started,
            truncated=cut,
            utf8=utf8,
        )

    def _written(self, request: Request, attempts: list[Attempt]) -> Exchange:
        hide = self.redactor
        return Exchange(
            request=Request(
                method=request.method,
                url=hide.text(request.url),
                headers=hide.headers({**request.headers, **({"Authorization": "*"} if self.token else {})}),
                body=None if request.body is None else hide.text(request.body),
            ),
            attempts=tuple(attempts),
        )


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
    """Return the body and whether it was cut, for its size or its values; raises ReadTimeout when time is up."""
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
