"""Sends requests to the target: within its budget, retried politely, redacted before anybody sees them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Event, local
from typing import TYPE_CHECKING

from conformance.model import Attempt, Exchange, Request, Target
from conformance.problem import Problem
from conformance.talk.addresses import REDIRECTS, joined, origin
from conformance.talk.bounded import BoundedAdapter
from conformance.talk.budget import Budget, Spent
from conformance.talk.channel import Channel, as_http, opened
from conformance.talk.credentials import NOBODY, Credentials, Fixed, NoToken, bearer
from conformance.talk.once import once, redacted
from conformance.talk.patience import wait
from conformance.talk.redact import HIDDEN, Redactor, Vault
from conformance.talk.rights import pieces, rights, sockets
from conformance.talk.way import DIRECT, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_WAIT = 30.0
_REPEATABLE = frozenset({"GET", "DELETE", "HEAD", "OPTIONS"})
_UNAUTHORISED = 401
_PROXY_REFUSES = 407
MOST_REDIRECTS = 3
_SHOWN = 200
_FORM = "application/x-www-form-urlencoded"
# Whose credentials a request may be sent with, where they are nobody's of the settings: none, or a false one.
ANYBODY, GARBAGE = "nobody", "garbage"


class Stopped(Exception):  # noqa: N818 - a request to end, not an error
    """The run was asked to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a target is reached, and as whom; `headers` are sent with every request and never recorded."""

    way: Way = DIRECT
    credentials: Credentials = NOBODY
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    vault: Vault = field(default_factory=Vault, repr=False)
    # Whose credentials there are besides, by name.
    others: Mapping[str, Credentials] = field(default_factory=dict, repr=False)
    # What those show the archive of pixels, where it is something else.
    at_archive: Mapping[str, Credentials] = field(default_factory=dict, repr=False)
    # Exchanges with others than the target, such as a token endpoint; who records takes them from here.
    asides: list[Exchange] = field(default_factory=list, repr=False)

    @classmethod
    def by_token(cls, token: str, source: str = "", way: Way = DIRECT) -> Access:
        """Return access with a bearer token, or with none."""
        vault = Vault()
        return cls(way=way, credentials=bearer(token, source, vault), vault=vault)


@dataclass(frozen=True)
class Client:
    """One target's connection; thread-safe, with one pool of connections a thread."""

    target: Target
    access: Access = field(default_factory=Access)
    stop: Event = field(default_factory=Event)
    budget: Budget = field(init=False, repr=False)
    _local: local = field(default_factory=local, repr=False)

    @property
    def redactor(self) -> Redactor:
        """Return what hides this connection's secrets."""
        return self.access.vault.redactor

    def __post_init__(self) -> None:
        """Make the one budget that all threads share."""
        budget = Budget(total=self.target.total, rate=self.target.rate, sleep=self.stop.wait)
        object.__setattr__(self, "budget", budget)

    @cached_property
    def _bases(self) -> tuple[str, ...]:
        target = self.target
        return tuple(filter(None, (target.base, target.imaging, *target.wado, target.hub)))

    @cached_property
    def _origins(self) -> frozenset[tuple[str, str, int]]:
        return frozenset(filter(None, map(origin, self._bases)))

    @cached_property
    def _stated(self) -> frozenset[str]:
        """Return what the settings say of the addresses: that is no secret that a server told."""
        return frozenset(piece for base in self._bases for piece in pieces(base))

    @cached_property
    def _garbage(self) -> Credentials:
        """Return a token that nobody gave: it opens nothing, and is no secret."""
        return Fixed(f"Bearer dermconf-{secrets.token_hex(16)}", GARBAGE)

    def send(
        self,
        request: Request,
        *,
        attempts: int | None = None,
        closing: bool = False,
        bytes_: bool = False,
    ) -> Exchange:
        """Send, and send again on 429, 503 or a refused connection where that is safe; all attempts are kept.

        What was refused for its token is sent again with another one, if there is another: it was not carried
        out. What is asked for as bytes may be redirected, within the target's hosts. Raises Stopped before
        sending if the run was asked to stop and Spent where its budget is spent (unless `closing`), and
        Problem for a host that is not the target's.
        """
        self._own_host(request.url)
        allowed = attempts or (3 if request.method in _REPEATABLE else 1)
        deadline = time.monotonic() + LONGEST_WAIT
        done: list[Attempt] = []
        asked, turns = request, 0
        while True:
            if self.stop.is_set() and not closing:
                raise Stopped
            attempt, again = self._as_ourselves(asked, closing=closing, bytes_=bytes_)
            done.append(attempt)
            after = self._redirected(asked, attempt) if bytes_ and turns < MOST_REDIRECTS else ""
            if after:
                asked, turns = replace(asked, url=after), turns + 1
            if again or after:
                allowed += 1
                continue
            pause = wait(attempt, len(done))
            if len(done) >= allowed or pause is None or time.monotonic() + pause > deadline:
                return self._written(request, done)
            if closing:
                time.sleep(pause)
            else:
                self.stop.wait(pause)

    def channel(self, url: str, answer: Callable[[str], str]) -> Channel:
        """Return a WebSocket at an address that a server told; raises Closed, and Problem as `send` does.

        Its address opens it, and nothing else is shown there but what `answer` makes of a message.
        """
        self._own_host(as_http(url))
        self.budget.take(closing=False)
        way, meant = self.access.way, self.redactor.rights.meant(url)
        return opened(meant, way, self.access.headers, self.target.timeout, answer)

    def shown(self, message: str) -> str:
        """Return what came by a WebSocket as it may be written down."""
        self._learn(Attempt(body=message), bytes_=False)
        return self.redactor.text(message)

    def _own_host(self, url: str) -> None:
        if not self.reaches(url):
            raise Problem("foreign", f"{self.redactor.text(url)[:_SHOWN]} is not on the target's host")

    def reaches(self, url: str) -> bool:
        """Tell whether an address is on a host that the target's settings name."""
        return origin(url) in self._origins

    def _redirected(self, request: Request, attempt: Attempt) -> str:
        """Return where an answer leads that may be followed: to the target's hosts, and never out of TLS."""
        if attempt.status not in REDIRECTS or "location" not in attempt.headers:
            return ""
        after = joined(request.url, attempt.headers["location"])
        downgraded = request.url.startswith("https://") and not after.startswith("https://")
        # What holds a secret of ours is recorded without it: there is no such address.
        spoilt = HIDDEN in self.redactor.rights.meant(after)
        return after if self.reaches(after) and not downgraded and not spoilt else ""

    def _whose(self, name: str, url: str) -> Credentials:
        named: Mapping[str, Credentials] = {"": self.access.credentials, ANYBODY: NOBODY}
        if name == GARBAGE:
            return self._garbage
        if name in self.access.at_archive and self._of_archive(url):
            return self.access.at_archive[name]
        return named.get(name) or self.access.others[name]

    def _of_archive(self, url: str) -> bool:
        """Tell whether an address is the archive's: below its base, or on a host that is nobody else's."""
        below = any(f"{url}/".startswith(f"{base.rstrip('/')}/") for base in self.target.wado)
        others = {origin(base) for base in (self.target.base, self.target.imaging, self.target.hub) if base}
        return below or (self.reaches(url) and origin(url) not in others)

    def _as_ourselves(self, request: Request, *, closing: bool, bytes_: bool) -> tuple[Attempt, bool]:
        """Return what came of one request, and whether another token may help."""
        credentials = self._whose(request.credentials, request.url)
        try:
            header = credentials.header()
        except NoToken as none:
            return Attempt(error=self.redactor.text(f"token: {none.message} — {none.hint}")), False
        try:
            self.budget.take(closing=closing)
        except Spent:
            if not closing:
                raise
            # Who cleans up goes on without an answer, and lists what stays.
            return Attempt(error="budget: the requests of this run are spent"), False
        secret = {**self.access.headers, **({"Authorization": header} if header else {})}
        meant = self._meant(request)
        adapter = self._adapter(request.url, patient=bytes_)
        answer = once(adapter, meant, self.target.timeout, secret, bytes_=bytes_)
        self._learn(answer, bytes_=bytes_)
        attempt = redacted(answer, self.redactor)
        if self.access.way.proxy:
            attempt = _by_proxy(attempt, request.url, self.access.way.proxy)
        if attempt.status == _UNAUTHORISED:
            return attempt, credentials.refused(header)
        credentials.accepted(header)
        return attempt, False

    def _meant(self, request: Request) -> Request:
        """Return a request with the secret parts of addresses, in the URL and in a form."""
        rights = self.redactor.rights
        form = request.body is not None and request.headers.get("Content-Type") == _FORM
        body = rights.meant(request.body or "") if form else request.body
        return replace(request, url=rights.meant(request.url), body=body)

    def _learn(self, answer: Attempt, *, bytes_: bool) -> None:
        """Take note of the addresses in an answer that open by themselves what they name."""
        secret = sockets(answer.body or "")
        self.redactor.rights.learn_whole(
            one for one in secret if not any(one in base for base in self._bases)
        )
        found = set(rights(answer.body or ""))
        if bytes_ and answer.status in REDIRECTS:
            found |= set(pieces(answer.headers.get("location", "")))
        self.redactor.rights.learn(sorted(found - self._stated))

    def _adapter(self, url: str, *, patient: bool) -> BoundedAdapter:
        """Return this thread's connections to the host of an address.

        A requests.Session would add what no target may see or change: cookies, redirects, a .netrc line or a
        proxy of the environment in the place of the configured token or host.
        """
        made: dict[object, BoundedAdapter] | None = getattr(self._local, "made", None)
        if made is None:
            made = self._local.made = {}
        which = (origin(url), patient)
        if which not in made:
            made[which] = BoundedAdapter(self.access.way, patient=patient)
        return made[which]

    def _written(self, request: Request, attempts: list[Attempt]) -> Exchange:
        hide = self.redactor
        shown = self._whose(request.credentials, request.url)
        names = [*self.access.headers, *(["Authorization"] if shown.source else [])]
        return Exchange(
            request=Request(
                method=request.method,
                url=hide.text(request.url),
                headers=hide.headers({**request.headers, **dict.fromkeys(names, HIDDEN)}),
                body=None if request.body is None else hide.text(request.body),
                credentials=request.credentials,
            ),
            attempts=tuple(attempts),
        )


def _by_proxy(attempt: Attempt, url: str, proxy: str) -> Attempt:
    """Return what came of a request by way of a proxy; what the proxy refuses is no answer of the target."""
    if attempt.error:
        return replace(attempt, error=f"{attempt.error} (by way of the proxy)")
    # RFC 9110, section 15.5.8. Within a tunnel, no proxy speaks.
    if attempt.status != _PROXY_REFUSES or not url.startswith("http://"):
        return attempt
    said = "refuses the name and password in its address" if "@" in proxy else "asks for a name and password"
    return Attempt(error=f"proxy: the proxy {said} ({_PROXY_REFUSES})", seconds=attempt.seconds)
