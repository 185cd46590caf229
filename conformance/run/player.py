"""Plays one scenario from `given` to its verdict; whatever happens, it cleans up and has a verdict."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.definitions.form import shaped
from conformance.definitions.release import R4, release
from conformance.judge.names import Lookups, Unbound
from conformance.judge.stage import Stage
from conformance.judge.steps import judge_step, judge_unreached, precondition
from conformance.judge.weigh import OURSELVES
from conformance.model import Result
from conformance.problem import Problem
from conformance.read.needs import needs
from conformance.read.ownership import ordered, owners
from conformance.read.types import types
from conformance.read.validity import HINT, entry
from conformance.run import casting, cleaning
from conformance.run.bodies import Bodies
from conformance.run.creating import Making, give
from conformance.run.discovering import discover
from conformance.run.ends import SPENT, Ended, Skipped, Trouble
from conformance.run.keeping import kept
from conformance.run.soundness import Soundness
from conformance.run.steps import Acting
from conformance.run.telling import REPORT, Teller, mistake, scenario_fields
from conformance.run.unmet import unmet
from conformance.talk.budget import Spent
from conformance.talk.client import Stopped
from conformance.verdicts import of_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.judge.weigh import Bench
    from conformance.model import Finding, Given, Json, Scenario, Step, Verdict
    from conformance.read.fixtures import Fixtures
    from conformance.run.recorder import Recorder
    from conformance.talk.client import Client

# A search right after a write may lawfully be late (fairness F23); without `within` it gets this long.
_PATIENCE = 5.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0
# What no waiting mends: how an answer is made, whatever it holds.
_LASTING = frozenset(
    f"built-in:{rule}"
    for rule in (
        "content-type",
        "encoding",
        "outcome",
        "location",
        "self-link",
        "per-page",
        "twice-on-a-page",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What every scenario of a run is played with."""

    bench: Bench
    client: Client
    recorder: Recorder
    tags: Callable[[], str]
    run: str
    soundness: Soundness = field(default_factory=Soundness)


@dataclass(slots=True)
class Player:
    """One scenario on its way."""

    scenario: Scenario
    fixtures: Fixtures
    stand: Stand
    teller: Teller = field(init=False)
    acting: Acting = field(init=False)
    recorded: list[Mapping[str, Json]] = field(init=False, default_factory=list)
    problems: list[Mapping[str, Json]] = field(init=False, default_factory=list)
    findings: list[Mapping[str, Json]] = field(init=False, default_factory=list)
    skipped: Mapping[str, Json] | None = field(init=False, default=None)
    rest: cleaning.Rest = field(init=False, default_factory=cleaning.Rest)
    discovering: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        bench = self.stand.bench
        stage = Stage(self.scenario, bench.target.base, self.stand.run, bench.claims, guides=bench.guides)
        stage.known, stage.bases = bench.target.known, bench.target.bases
        self.teller = Teller(stage, self.stand.recorder, self.stand.client, self.recorded)
        bodies = Bodies(stage, self.fixtures, owners(self.scenario, self.fixtures), self.stand.tags)
        self.acting = Acting(self.teller, bodies, bench.target)

    def play(self) -> Verdict:
        """Play the scenario and return its verdict; never raises."""
        with release(self.scenario.fhir):
            return self._played()

    def _played(self) -> Verdict:
        self.discovering = bool(self.scenario.discover) and (
            not self.scenario.given or self.stand.bench.target.read_only
        )
        self._tell_scenario()
        try:
            self._play()
        except Skipped as skipped:
            self._judge_now()
            self._tell_skipped(skipped)
        except Spent:
            self._judge_now()
            self._tell_skipped(SPENT)
        except (Trouble, Problem, Stopped, Unbound, Ended) as end:
            self._tell_problem(*_told(end))
        except Exception as error:  # noqa: BLE001 - our own bug is a verdict of its own, never the server's
            self._tell_problem("bug", mistake(error), REPORT)
        self._clean()
        self.stand.client.budget.settle()
        verdict = of_scenario(self.findings, self.problems, self.skipped, list(self.scenario.requirements))
        self.teller.tell("verdict", verdict=verdict.value)
        return verdict

    def _tell_scenario(self) -> None:
        mode = "discover" if self.discovering else "given"
        fields = scenario_fields(self.scenario)
        if self.scenario.fhir != R4:
            fields["base"] = self.stand.bench.target.base
        self.teller.tell("scenario", **fields, mode=mode)

    def _tell_skipped(self, skipped: Skipped) -> None:
        self.skipped = self.teller.tell(
            "skipped",
            verdict=skipped.verdict,
            lacks=skipped.lacks,
            read=skipped.read,
            unlock=skipped.unlock,
        )

    def _tell_problem(self, kind: str, message: str, hint: str) -> None:
        place = f"{self.scenario.file}:{self.scenario.place.line}"
        self.problems.append(self.teller.tell("problem", kind=kind, message=message, place=place, hint=hint))

    def _play(self) -> None:
        scenario, bench = self.scenario, self.stand.bench
        named = types(scenario, self.fixtures)
        lack = unmet(scenario, needs(scenario, named, given=not self.discovering), bench.claims, bench.target)
        if lack is not None:
            raise lack
        if self.discovering:
            self._play_found()
            return
        because = self._give()
        self._judge_now()
        self._steps(None, because)

    def _give(self) -> str:
        """Create what is given; return why nothing can follow, or nothing."""
        try:
            self._give_all()
        except Ended as end:
            return end.because
        return ""

    def _give_all(self) -> None:
        for given in ordered(self.scenario, self.fixtures):
            for index in range(given.times):
                body, tag = self.acting.bodies.new(given.file, given.set, given.drop, n=index + 1)
                self._require(given, body)
                making = Making(name=given.name, body=body, tag=tag, index=index)
                give(self.teller, making, self.stand.bench.claims)

    def _require(self, given: Given, body: Json) -> None:
        """Raise Problem for a body that is not valid; of other releases than R4 its form alone is known."""
        if self.scenario.fhir == R4:
            self.stand.soundness.require(given, body, self.fixtures)
        elif fault := next(shaped(body), ""):
            raise Problem("fixture", f"{entry(given)} is not valid: {fault}", place=given.place, hint=HINT)

    def _play_found(self) -> None:
        found = {
            entry.name: discover(entry, self.teller, self.stand.bench.target.pages)
            for entry in self.scenario.discover
        }
        self._judge_now()
        first = self.scenario.discover[0].name
        for name, resources in found.items():
            if name != first:
                self.teller.bind(resources[0], "discovered")
        for index, resource in enumerate(found[first]):
            self.teller.bind(resource, "discovered")
            self._steps(index)

    def _judge_now(self) -> None:
        self._add(judge_step(self.teller.stage, self.stand.bench))

    def _add(self, findings: list[Finding]) -> None:
        self.findings += self.teller.findings(findings)
        if any(f.party == OURSELVES and f.result is Result.UNTESTED for f in findings):
            self._tell_problem("fixture", "what dermconf sent breaks a rule itself", "please report this")

    def _steps(self, found: int | None, because: str = "") -> None:
        for step in self.scenario.steps:
            because = because or self._step(step, found)
            if because and step is not self.teller.stage.step:
                self._unreached(step, because)

    def _unreached(self, step: Step, because: str) -> None:
        self.teller.tell("not-reached", step=step.index, because=because)
        self._add(judge_unreached(self.teller.stage, step, because, self.stand.bench))

    def _step(self, step: Step, found: int | None) -> str:
        """Play a step until its checks hold or time is up; return why nothing can follow, or nothing."""
        try:
            findings = self._rounds(step, found)
        except (Unbound, Ended) as end:
            if self.teller.stage.step is not step:
                return str(end)
            self._unreached(step, str(end))
            return str(end)
        self._add(findings)
        because = precondition(self.teller.stage)
        return because or self._keep(step)

    def _keep(self, step: Step) -> str:
        if not step.keep:
            return ""
        try:
            keep = Lookups(self.teller.stage).filled(dict(step.keep))
            values = kept(keep, self.teller.stage.scene())
        except Ended as end:
            if "optional" in step.args:
                raise Skipped("skip", f"{end.because} ({step.args['optional']})") from None
            return end.because
        for name, value in values.items():
            self.teller.tell("kept", step=step.index, name=name, value=value)
        return ""

    def _rounds(self, step: Step, found: int | None) -> list[Finding]:
        self.acting.announce(step, found)
        patience = self._patience(step)
        started = time.monotonic()
        pause, round_ = _FIRST_PAUSE, 1
        while True:
            self.acting.play(step, round_)
            findings = judge_step(self.teller.stage, self.stand.bench)
            waited = time.monotonic() - started
            if not _may_mend(findings) or waited >= patience:
                break
            self.stand.client.stop.wait(min(pause, patience - waited))
            pause, round_ = min(pause * 2, _LONGEST_PAUSE), round_ + 1
        if round_ > 1:
            self.teller.tell("clock", step=step.index, waited=round(waited * 1000), polls=round_)
        return findings

    def _patience(self, step: Step) -> float:
        if step.verb == "receive":  # what comes by itself is waited for, and not asked again
            return 0.0
        settle = self.stand.bench.target.settle
        if settle is not None:
            return settle
        if "within" in step.args:
            return float(str(step.args["within"]).removesuffix("s"))
        return _PATIENCE if step.verb == "search" and self.teller.stage.own else 0.0

    def _clean(self) -> None:
        casting.leave(self.acting)
        if self.stand.bench.target.read_only:
            return
        made = cleaning.made(self.recorded)
        if self.stand.bench.target.leave_data:
            denied = "delete" in self.stand.bench.target.denied
            for one in made:
                cleaning.left(
                    self.teller, one.reference, "deleting is not permitted" if denied else "--leave-data"
                )
            return
        self.rest = cleaning.clean(self.teller, made, cleaning.unanswered(self.recorded))


def _may_mend(findings: Iterable[Finding]) -> bool:
    """Tell whether a later answer may hold what this one did not."""
    return any(f.result is Result.FAILED and f.check not in _LASTING for f in findings)


def _told(end: BaseException) -> tuple[str, str, str]:
    """Return kind, message and hint of what ended a scenario."""
    if isinstance(end, Trouble):
        return end.kind, end.message, end.hint
    if isinstance(end, Problem):
        return "scenario", str(end), end.hint
    if isinstance(end, Stopped):
        return "interrupted", "the run was asked to stop", ""
    return "scenario", str(end), ""
