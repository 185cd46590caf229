"""One run against one target: header, target, scenarios from a pool of threads, footer."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from conformance import events
from conformance.capability import Capability
from conformance.events import exchange_event
from conformance.judge.stage import Sent
from conformance.judge.weigh import Bench
from conformance.model import Request
from conformance.run.admission import Admission
from conformance.run.bases import claims_at
from conformance.run.bodies import Tags
from conformance.run.ends import AUTHORISATION, WITHOUT_ANSWER, Trouble, trouble
from conformance.run.finishing import finish
from conformance.run.interactions import FHIR_JSON
from conformance.run.listening import Listening
from conformance.run.opening import Asked, header, skew
from conformance.run.player import Player, Stand
from conformance.run.soundness import Soundness, prepare
from conformance.run.telling import REPORT, mistake, scenario_fields, tell_asides
from conformance.run.unmet import speaks
from conformance.summary import requirement_verdicts, summary
from conformance.talk.client import Client, Stopped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from conformance.confirming.given import Given
    from conformance.model import Json, Requirement, Scenario, Target
    from conformance.problem import Problem
    from conformance.read.fixtures import Fixtures
    from conformance.run.cleaning import Rest
    from conformance.run.recorder import Recorder
    from conformance.run.telling import Teller

# So many scenarios in a row without an answer, and the target is taken for gone.
_PATIENCE = 3
_OK = 200
# What a server speaks that does not say: the release that scenarios are of unless they say otherwise.
_UNKNOWN = "4.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scenario to be played, or one file that could not be read."""

    name: str
    scenario: Scenario | None = None
    fixtures: Fixtures | None = None
    problems: tuple[Problem, ...] = ()
    file: Path = Path()


@dataclass
class Session:
    """The run: `open`, then `submit` every case, then `close`."""

    target: Target
    client: Client
    recorder: Recorder
    catalogue: Mapping[str, Requirement]
    asked: Asked = field(default_factory=Asked)
    given: Given | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(4))
    gone: Trouble | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    unplayed: set[str] = field(default_factory=set)
    _silent: int = 0
    admission: Admission = field(default_factory=Admission)
    _listening: Listening = field(default_factory=Listening)
    _lock: Lock = field(default_factory=Lock)
    _rests: list[tuple[Teller, Rest]] = field(default_factory=list)
    _stands: dict[str, Stand] = field(default_factory=dict)
    _reading: Lock = field(default_factory=Lock)

    def open(
        self,
        expected: int,
        speaking: Collection[str] = (),
        ahead: Sequence[Case] = (),
    ) -> None:
        """Write the header, read what the target claims, and start the threads.

        `speaking` are the FHIR versions that the cases are written for; what the cases `ahead` need is
        loaded while the target answers.
        """
        self._begin(expected)
        guides = self.given.guides if self.given else None
        self._pool.submit(prepare, [pair for case in ahead for pair in _given(case)], guides)
        self.stand = Stand(
            bench=Bench(target=self.target, claims=self._claims(), catalogue=self.catalogue, guides=guides),
            client=self.client,
            recorder=self.recorder,
            tags=Tags.of(self.id),
            run=self.id,
            soundness=Soundness(guides),
        )
        self._listening.heard = self.stand.bench.claims.readable
        self._compare(speaking, self.stand.bench.claims.fhir_version)

    def _begin(self, expected: int) -> None:
        self._started = time.monotonic()
        self._pool = ThreadPoolExecutor(self.asked.threads, thread_name_prefix="t")
        self.recorder.tell("header", **header(self, expected))

    @property
    def begun(self) -> bool:
        """Tell whether the header is written, so that there is a run to be ended."""
        return bool(self.recorder.counts["header"])

    def break_off(self, error: BaseException) -> None:
        """Record a mistake of ours that no scenario made; the run is one even if nothing was opened."""
        if not self.begun:
            self._begin(0)
        message = f"the run broke off: {mistake(error)}"
        self.recorder.tell("problem", scenario="", kind="bug", message=message, place="", hint=REPORT)

    def _compare(self, speaking: Collection[str], version: str) -> None:
        """Give up a target of another FHIR version than everything that was selected."""
        if (
            version
            and speaking
            and not any(speaks(wanted, version) or wanted in self.target.versions for wanted in speaking)
        ):
            asked = ", ".join(sorted(speaking))
            message = f"the server speaks FHIR {version}; the scenarios are written for {asked}"
            self._give_up(Trouble("version", message, "name a base URL that speaks that version"))

    def _claims(self) -> Capability:
        """Read the CapabilityStatement once; without any answer nothing else is tried."""
        request = Request(method="GET", url=f"{self.target.base}/metadata", headers={"Accept": FHIR_JSON})
        try:
            exchange = self.recorder.allowance.admitted(self.client.send(request))
        except Stopped:
            self.recorder.tell("target", **self._target(Capability(), None, {}))
            return Capability()
        tell_asides(self.recorder, self.client)
        written = self.recorder.tell(
            "exchange", purpose="doctor", round=1, step=0, **exchange_event(exchange)
        )
        self._listening.first = written
        sent = Sent(events.exchange_of(written), "doctor")
        answer = exchange.answer
        claims = Capability(sent.body if answer.status == _OK else None)
        self.recorder.tell("target", **self._target(claims, answer.body, answer.headers))
        if answer.status is None or answer.truncated:
            self._give_up(trouble(sent))
        return claims

    def _target(self, claims: Capability, body: str | None, headers: Mapping[str, str]) -> dict[str, Json]:
        software = claims.statement.get("software") if claims.readable else None
        named = software if isinstance(software, dict) else {}
        return {
            "name": self.target.name,
            "base": self.target.base,
            "known": dict(self.target.known),
            "imaging": self.target.imaging,
            "wado": list(self.target.wado),
            "generation": self.target.generation,
            "hub": self.target.hub,
            "versions": dict(self.target.versions),
            "credentials": list(self.target.credentials),
            "fhir": claims.fhir_version,
            "server": " ".join(str(named[key]) for key in ("name", "version") if named.get(key)),
            "skew": skew(headers.get("date", "")),
            "capability": body if claims.readable else None,
        }

    def _stand(self, spoken: str) -> Stand:
        """Return what a scenario of a release is played with: the target's base of that release, if any."""
        base = self.target.versions.get(spoken, "")
        if not base or speaks(spoken, self.stand.bench.claims.fhir_version or _UNKNOWN):
            return self.stand
        with self._reading:
            if spoken not in self._stands:
                claims = claims_at(base, self.client, self.recorder)
                bench = replace(self.stand.bench, target=replace(self.target, base=base), claims=claims)
                self._stands[spoken] = replace(self.stand, bench=bench)
            return self._stands[spoken]

    def _give_up(self, why: Trouble | None) -> None:
        if why is not None and self.gone is None:
            self.gone = why
            self.recorder.tell(
                "problem", scenario="", kind=why.kind, message=why.message, place="", hint=why.hint
            )

    def submit(self, case: Case) -> Future[str]:
        """Queue one case; the future gives its verdict, or nothing where the run was stopped before."""
        return self._pool.submit(self._play, case)

    def _play(self, case: Case) -> str:
        if self.client.stop.is_set():
            return ""
        if case.scenario is None or case.fixtures is None:
            return self._unreadable(case)
        if self.gone is not None:
            return self._unplayed(case, case.scenario, self.gone)
        player = Player(case.scenario, case.fixtures, self._stand(case.scenario.fhir))
        began = time.monotonic()
        verdict = player.play()
        self.seconds[case.name] = time.monotonic() - began
        self._watch(player)
        return verdict.value

    def _unreadable(self, case: Case) -> str:
        nothing = {"id": case.name, "row": "", "sentence": "", "requirements": {}, "file": case.name}
        problems = [
            {"kind": "scenario", "message": p.message, "place": str(p.place), "hint": p.hint}
            for p in case.problems
        ]
        return self._error(case, {**nothing, "text": "", "sha256": "", "given": [], "axes": {}}, problems)

    def _unplayed(self, case: Case, scenario: Scenario, why: Trouble) -> str:
        self.unplayed.add(case.name)
        message = f"not played: {why.message}"
        problem = {"kind": why.kind, "message": message, "place": "", "hint": why.hint}
        return self._error(case, scenario_fields(scenario), [problem])

    def _error(self, case: Case, fields: Mapping[str, Json], problems: list[dict[str, Json]]) -> str:
        """Record a scenario that was not played."""
        self.recorder.tell("scenario", scenario=case.name, mode="given", **fields)
        for problem in problems:
            self.recorder.tell("problem", scenario=case.name, **problem)
        self.recorder.tell("verdict", scenario=case.name, verdict="error")
        return "error"

    def _watch(self, player: Player) -> None:
        """Remember what would not be deleted; notice when the target falls silent or never spoke FHIR."""
        kinds = {p["kind"] for p in player.problems}
        silent = bool(kinds & WITHOUT_ANSWER) and not _flooded(player.recorded)
        locked = AUTHORISATION in kinds
        with self._lock:
            if self._listening.hear(player.recorded, troubled=bool(kinds)):
                self._give_up(self._listening.trouble)
            self._give_up(self.admission.watch(player.recorded, troubled=locked))
            if player.rest.stay or player.rest.lost:
                self._rests.append((player.teller, player.rest))
            self._silent = self._silent + 1 if silent else 0
            if self._silent >= _PATIENCE:
                self._give_up(_fallen_silent(player.problems[-1]))

    def close(self) -> dict[str, Json]:
        """Clean up what was left, write the footer, and return the summary."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        interrupted = self.client.stop.is_set()
        if self._listening.in_vain and not interrupted:
            self._give_up(self._listening.trouble)
        finish(self._rests, self.target.settle)
        run = events.assemble(self.recorder.summed)
        told = summary(run, self.catalogue, self.target, cut=interrupted)
        told["exchanges"] = self.recorder.counts["exchange"]
        told["seconds"] = round(time.monotonic() - self._started, 3)
        self.recorder.tell("footer", **self._footer(run, told, interrupted=interrupted))
        return told

    def _footer(self, run: events.Run, told: Mapping[str, Json], *, interrupted: bool) -> dict[str, Json]:
        verdicts = requirement_verdicts(run.scenarios)
        return {
            "counts": dict(self.recorder.counts),
            "ended": "interrupted" if interrupted else "done",
            "verdict": told["verdict"],
            "requirements": {name: verdict.value for name, verdict in verdicts.items()},
            "exit": told["gate"]["exit"],
            "leftovers": sum(len(s.leftover) for s in run.scenarios),
            "requests": told["exchanges"],
            "seconds": told["seconds"],
        }


def _given(case: Case) -> Iterator[tuple[str, Fixtures]]:
    if case.scenario is not None and case.fixtures is not None:
        yield from ((given.file, case.fixtures) for given in case.scenario.given)


def _flooded(recorded: Sequence[Mapping[str, Json]]) -> bool:
    """Tell whether a server says too much: that is no silence, and its other answers may be short."""
    return any(event["event"] == "exchange" and event["attempts"][-1]["truncated"] for event in recorded)


def _fallen_silent(problem: Mapping[str, Json]) -> Trouble:
    opening = "the target stopped answering: " if problem["kind"] == "network" else ""
    return Trouble(str(problem["kind"]), f"{opening}{problem['message']}", str(problem["hint"]))
