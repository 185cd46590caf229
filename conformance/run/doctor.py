"""Before any test: what keeps a target from being tested, and what to do about it, line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.capability import Capability
from conformance.jsontext import parsed
from conformance.judge.stage import Sent
from conformance.model import Request
from conformance.read.needs import needs
from conformance.read.types import types
from conformance.run.casting import CONFIGURATION
from conformance.run.ends import NO_TOKEN, trouble
from conformance.run.interactions import FHIR_JSON
from conformance.run.opening import skew
from conformance.run.unmet import speaks, unmet
from conformance.talk.client import Access, Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.model import Exchange, Scenario, Target
    from conformance.run.ends import Skipped
    from conformance.run.session import Case

# A token is refused by its times where clocks differ by more; SMART allows an assertion five minutes.
_SKEW = 30.0
_OK, _FORBIDDEN, _UNAUTHORISED = 200, 403, 401
_REASONS = 8


class State(StrEnum):
    """How a line reads."""

    OK = "ok"
    NOTE = "note"
    AMISS = "amiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at: what it is, how it stands, and what to do."""

    state: State
    what: str
    said: str
    todo: str = ""


@dataclass(slots=True, kw_only=True)
class Doctor:
    """Looks at one target; `write` tries out, and is only called where writing is permitted."""

    client: Client
    cases: Sequence[Case]
    threads: int
    write: Callable[[], Line]

    @property
    def _target(self) -> Target:
        return self.client.target

    def lines(self) -> Iterator[Line]:
        """Yield what was found; where nothing can be reached there is nothing more to find."""
        yield from _in_clear(self.client)
        exchange = self._ask("metadata")
        ill = trouble(Sent(exchange, "doctor"), welcome=True)
        yield from self._credential()
        if ill is not None:
            what = "token" if ill.kind == NO_TOKEN else "address"
            yield Line(state=State.AMISS, what=what, said=ill.message, todo=ill.hint)
            return
        seconds = [exchange.answer.seconds]
        yield Line(state=State.OK, what="address", said=f"{self._target.base} answers in {_told(seconds[0])}")
        yield _clock(exchange)
        claims = Capability(parsed(exchange.answer.body) if exchange.answer.status == _OK else None)
        yield from _statement(claims, exchange)
        if claims.fhir_version and not speaks("R4", claims.fhir_version):
            return
        reading = self._ask("Patient?_count=1")
        seconds.append(reading.answer.seconds)
        yield _reading(reading)
        if reading.answer.status == _UNAUTHORISED:
            return
        yield self._writing()
        yield from self._elsewhere()
        yield from self._playable(claims, median(seconds))

    def _ask(self, path: str) -> Exchange:
        url = f"{self._target.base}/{path}"
        return self.client.send(Request(method="GET", url=url, headers={"Accept": FHIR_JSON}))

    def _credential(self) -> Iterator[Line]:
        source = self.client.access.credentials.source
        if not source:
            named = ", ".join(sorted(self._target.credentials))
            said = "none is set: requests carry no credential"
            yield Line(
                state=State.NOTE,
                what="token",
                said=f"{said}, except in scenarios that name {named}" if named else said,
            )
            return
        granted = [body for e in self.client.access.asides if isinstance(body := parsed(e.answer.body), dict)]
        scopes = [str(body["scope"]) for body in granted if body.get("scope")]
        if any("access_token" in body for body in granted):
            said = f"{source} got a token" + (f" for {scopes[-1]}" if scopes else "")
            yield Line(state=State.OK, what="token", said=said)
            yield from _scope(scopes[-1] if scopes else "", self._target)

    def _elsewhere(self) -> Iterator[Line]:
        """Tell whether anybody answers where images and hub are; nobody there is shown the credential."""
        places = [(f"{self._target.imaging}/metadata", "imaging")] if self._target.imaging else []
        places += [(host, "wado") for host in self._target.wado]
        places += [(f"{self._target.hub}/{CONFIGURATION}", "hub")] if self._target.hub else []
        for url, what in places:
            elsewhere = Client(replace(self._target, base=url), Access(way=self.client.access.way))
            answer = elsewhere.send(Request(method="GET", url=url, headers={"Accept": FHIR_JSON})).answer
            told = (
                f"answers {answer.status} to a request without a credential"
                if answer.status
                else answer.error
            )
            state = State.OK if answer.status else State.AMISS
            todo = "" if answer.status else f"is {what} of the target the right address?"
            yield Line(state=state, what=what, said=f"{url} {told}", todo=todo)

    def _writing(self) -> Line:
        if self._target.read_only:
            todo = "permissions: [write, delete] in dermconf.yaml, or no --read-only, tests the rest"
            return Line(
                state=State.NOTE, what="write", said="not permitted: only what is there is tested", todo=todo
            )
        if "delete" in self._target.denied:
            said = "permitted, and not tried out: what a trial makes could not be deleted"
            return Line(state=State.NOTE, what="write", said=said)
        return self.write()

    def _playable(self, claims: Capability, latency: float) -> Iterator[Line]:
        lacking: Counter[str] = Counter()
        playable: list[Scenario] = []
        for case in self.cases:
            if case.scenario is None or case.fixtures is None:
                continue
            lack = self._lack(case, claims)
            if lack is None:
                playable.append(case.scenario)
            else:
                lacking[f"{lack.verdict}: {lack.lacks}"] += 1
        state = State.OK if playable else State.AMISS
        said = f"{len(playable)} of {len(self.cases)} scenarios can be played"
        yield Line(state=state, what="scenarios", said=said)
        for reason, many in lacking.most_common(_REASONS):
            yield Line(state=State.NOTE, what="", said=f"{many} {reason}")
        if len(lacking) > _REASONS:
            yield Line(state=State.NOTE, what="", said=f"… and {len(lacking) - _REASONS} more reasons")
        yield _cost(sum(map(_requests, playable)), latency, self._target, self.threads)

    def _lack(self, case: Case, claims: Capability) -> Skipped | None:
        scenario, fixtures = case.scenario, case.fixtures
        if scenario is None or fixtures is None:
            return None
        finding = bool(scenario.discover) and (not scenario.given or self._target.read_only)
        wanted = needs(scenario, types(scenario, fixtures), given=not finding)
        return unmet(scenario, wanted, claims, self._target)


def _in_clear(client: Client) -> Iterator[Line]:
    """Tell where a credential goes over the network for everybody to read."""
    parts = urlsplit(client.target.base)
    if parts.scheme == "http" and client.access.credentials.source and not _own_machine(parts.hostname or ""):
        said = "the credential goes over plain http: everybody on the way can read it"
        yield Line(state=State.AMISS, what="tls", said=said, todo="name the https address of the target")


def _own_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _scope(scope: str, target: Target) -> Iterator[Line]:
    """Tell where the scopes that were granted do not allow what the settings permit (SMART scopes)."""
    if not scope or target.read_only or _allows_writing(scope):
        return
    said = f"the scope '{scope}' allows no writing, which the target's settings permit"
    yield Line(state=State.AMISS, what="scope", said=said, todo="ask for a scope such as system/*.cruds")


def _allows_writing(scope: str) -> bool:
    access = [one.rpartition(".")[2].partition("?")[0] for one in scope.split() if "/" in one]
    return any(one in {"*", "write"} or ("c" in one and one != "read") for one in access)


def _clock(exchange: Exchange) -> Line:
    """Tell how far the server's clock is from ours: tokens are judged by it, where the server judges them."""
    ahead = skew(exchange.answer.headers.get("date", ""))
    if ahead is None:
        said = "the server does not tell its time (no Date header)"
        return Line(state=State.NOTE, what="clock", said=said)
    if abs(ahead) <= _SKEW:
        return Line(state=State.OK, what="clock", said="the clocks agree")
    word = "ahead of" if ahead > 0 else "behind"
    said = f"the server's clock is {_told(abs(ahead))} {word} ours"
    return Line(state=State.NOTE, what="clock", said=said, todo="a token may be refused for it: set it right")


def _statement(claims: Capability, exchange: Exchange) -> Iterator[Line]:
    if not claims.readable:
        said = f"there is no CapabilityStatement ({exchange.answer.status}): everything will be asked for"
        todo = "GET [base]/metadata has to answer with one (R4-CAP-01); is this the FHIR base URL?"
        yield Line(state=State.AMISS, what="metadata", said=said, todo=todo)
        return
    version = claims.fhir_version
    right = speaks("R4", version) if version else False
    said = f"the server speaks FHIR {version or 'of a version that it does not tell'}"
    todo = "" if right else "name a base URL that speaks FHIR R4 (4.0.1)"
    yield Line(state=State.OK if right else State.AMISS, what="metadata", said=said, todo=todo)


def _reading(exchange: Exchange) -> Line:
    status = exchange.answer.status
    if status == _OK:
        return Line(state=State.OK, what="read", said="a search for Patients is answered")
    if status == _UNAUTHORISED:
        shown = "authorization" in exchange.request.headers
        said = "the credential is refused (401)" if shown else "a credential is wanted (401)"
        todo = (
            "is it valid now, and meant for this server?"
            if shown
            else "--token-env NAME, or auth in dermconf.yaml"
        )
        return Line(state=State.AMISS, what="read", said=said, todo=todo)
    if status == _FORBIDDEN:
        todo = "a credential that may read Patients, or no patient data is found"
        return Line(
            state=State.AMISS,
            what="read",
            said="this credential may not search for Patients (403)",
            todo=todo,
        )
    told = exchange.answer.error or f"answered {status}"
    return Line(state=State.NOTE, what="read", said=f"a search for Patients is {told}")


def _requests(scenario: Scenario) -> int:
    """Return about how many requests a scenario takes: what it makes is deleted again."""
    given = sum(entry.times for entry in scenario.given)
    makes = sum(step.verb == "create" for step in scenario.steps)
    return 2 * given + makes + len(scenario.steps)


def _cost(requests: int, latency: float, target: Target, threads: int) -> Line:
    by_server = requests * latency / threads
    seconds = max(by_server, requests / target.rate if target.rate else 0.0)
    said = f"about {requests} requests in {_told(seconds)}, if each takes {_told(latency)}"
    if target.total is not None and target.total < requests:
        todo = f"raise total (now {target.total}), or select less: -k, or paths"
        return Line(state=State.AMISS, what="cost", said=said, todo=todo)
    return Line(state=State.OK, what="cost", said=said)


def _told(seconds: float) -> str:
    scales: Mapping[str, float] = {"d": 86_400.0, "h": 3600.0, "min": 60.0, "s": 1.0, "ms": 0.001}
    unit, size = next(((u, s) for u, s in scales.items() if seconds >= s), ("ms", 0.001))
    return f"{seconds / size:.0f} {unit}"
