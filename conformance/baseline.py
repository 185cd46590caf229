"""Findings that somebody answers for: what a baseline accepts, and what has become of its entries."""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.model import Result, Verdict
from conformance.problem import Problem
from conformance.verdicts import of_finding, of_requirements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.events import Run, ScenarioRun
    from conformance.model import Json

# What a check may come to so that nobody can say it is mended.
_OPEN = frozenset({Result.FAILED, Result.UNTESTED, Result.DATA})


class Standing(StrEnum):
    """What has become of an entry in one run."""

    USED = "used"
    STALE = "stale"
    EXPIRED = "expired"
    NOT_PLAYED = "not-played"
    # Its scenario was played, and no check of that name ran: it accepts nothing.
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted finding: of a scenario (all rows, unless it names one), a requirement, perhaps one check.

    `verdict` is `fail` or `untested`; `check` is `step.check` as reports tell it; `expires` is a date.
    """

    scenario: str
    requirement: str
    verdict: str
    owner: str
    reason: str
    expires: str
    check: str = ""

    def names(self, scenario: ScenarioRun) -> bool:
        """Tell whether the entry is of this scenario, or of the file that it is a row of."""
        return self.scenario in {scenario.name, scenario.event.get("id")}

    def covers(self, finding: Mapping[str, Json]) -> bool:
        """Tell whether the entry is of the check that a finding is of, whatever came of it."""
        same = finding["requirement"] == self.requirement
        return same and self.check in {"", check_of(finding)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a baseline comes to: the accepted findings, by scenario and place, and each entry's state."""

    findings: frozenset[tuple[str, int]] = frozenset()
    # Requirements that a scenario leaves untested without a finding that says so.
    silent: frozenset[tuple[str, str]] = frozenset()
    states: tuple[tuple[Entry, Standing], ...] = ()

    @property
    def accepted(self) -> int:
        """Return how many findings are accepted; what a scenario is silent about counts as one."""
        return len(self.findings) + len(self.silent)

    def count(self, state: Standing) -> int:
        """Return how many entries are in a state."""
        return sum(each is state for _, each in self.states)


def check_of(finding: Mapping[str, Json]) -> str:
    """Return how a check is named: by the number of its step and its own, or by its rule."""
    return f"{finding['step']}.{finding['check']}"


def recorded(entries: Iterable[Entry]) -> list[dict[str, Json]]:
    """Return entries as they stand in the header of a run."""
    return [asdict(entry) for entry in entries]


def stated(run: Run) -> tuple[Entry, ...]:
    """Return the baseline that a run was given; raises Problem where its record holds no such entries."""
    entries = run.header.get("accepted", [])
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise Problem("record", "the header's accepted entries are none: the record was altered")
    return tuple(Entry(**entry) for entry in entries)


def _is_entry(value: Json) -> bool:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        return False
    needed = {field.name for field in fields(Entry) if field.default is MISSING}
    return needed <= value.keys() <= {field.name for field in fields(Entry)}


def settle(run: Run) -> Settled:
    """Return what the baseline that a run was given comes to; its dates are judged by when the run began."""
    today = str(run.header.get("started", ""))[:10]
    entries = stated(run)
    valid = [entry for entry in entries if entry.expires >= today]
    return Settled(
        findings=frozenset(_findings(run.scenarios, valid)),
        silent=frozenset(_silent(run.scenarios, valid)),
        states=tuple((entry, _state(entry, run, today)) for entry in entries),
    )


def open_findings(run: Run, settled: Settled, wanted: Result) -> list[tuple[ScenarioRun, Mapping[str, Json]]]:
    """Return the gating findings of one result that nothing accepts."""
    return [
        (scenario, finding)
        for scenario in run.scenarios
        for index, finding in enumerate(scenario.findings)
        if (finding["result"], finding["gating"]) == (wanted, True)
        and (scenario.name, index) not in settled.findings
    ]


def gaps(run: Run, requirement: str) -> list[tuple[ScenarioRun, int | None]]:
    """Return what leaves a requirement untested: findings by their place, else scenarios that are silent."""
    found: list[tuple[ScenarioRun, int | None]] = [
        (scenario, index)
        for scenario in run.scenarios
        for index, finding in enumerate(scenario.findings)
        if finding["requirement"] == requirement and of_finding(finding) is Verdict.UNTESTED
    ]
    return found or [(each, None) for each in run.scenarios if requirement in silences(each)]


def silences(scenario: ScenarioRun) -> set[str]:
    """Return what a scenario leaves untested without a finding: it was not played, or nothing can be said."""
    heard = of_requirements(scenario.findings)
    said = {finding["requirement"] for finding in scenario.findings if of_finding(finding)}
    skipped = scenario.skipped is not None and scenario.skipped["verdict"] == Verdict.UNTESTED
    declared = set(scenario.event.get("requirements", ())) if skipped else set()
    return (heard.keys() | declared) - said


def bridged(gap: tuple[ScenarioRun, int | None], requirement: str, settled: Settled) -> bool:
    """Tell whether somebody answers for a gap."""
    scenario, index = gap
    if index is None:
        return (scenario.name, requirement) in settled.silent
    return (scenario.name, index) in settled.findings


def outlived(entry: Entry, run: Run) -> bool:
    """Tell whether all that an entry covers was played, and nothing of it is open."""
    mine = [scenario for scenario in run.scenarios if entry.names(scenario)]
    found = _covered(entry, mine)
    played = all(_was_played(entry, scenario) for scenario in mine) and _has_every_row(entry, mine, run)
    return played and bool(mine) and not any(finding["result"] in _OPEN for finding in found)


def _has_every_row(entry: Entry, mine: Iterable[ScenarioRun], run: Run) -> bool:
    """Tell whether no row can be missing of what an entry names."""
    if any(scenario.name == entry.scenario for scenario in mine):
        return True
    all_played = len(run.scenarios) >= run.header.get("scenarios", 0)
    return all_played and not run.header["selection"].get("expression")


def _was_played(entry: Entry, scenario: ScenarioRun) -> bool:
    """Tell whether an entry's check was judged; of every check: whether the scenario went to its end."""
    if entry.check and _covered(entry, [scenario]):
        return True
    short = any(event.get("event") == "not-reached" for event in scenario.events)
    return not (short or scenario.skipped or scenario.problems)


def _covered(entry: Entry, scenarios: Iterable[ScenarioRun]) -> list[Mapping[str, Json]]:
    return [finding for scenario in scenarios for finding in scenario.findings if entry.covers(finding)]


def _findings(scenarios: Iterable[ScenarioRun], entries: Sequence[Entry]) -> Iterable[tuple[str, int]]:
    for scenario in scenarios:
        mine = [entry for entry in entries if entry.names(scenario)]
        for index, finding in enumerate(scenario.findings):
            if any(_accepts(entry, finding) for entry in mine):
                yield scenario.name, index


def _accepts(entry: Entry, finding: Mapping[str, Json]) -> bool:
    return entry.covers(finding) and of_finding(finding) == entry.verdict


def _silent(scenarios: Iterable[ScenarioRun], entries: Sequence[Entry]) -> Iterable[tuple[str, str]]:
    # What is silent as a whole is accepted by who answers for every check of it.
    whole = [entry for entry in entries if entry.verdict == Verdict.UNTESTED and not entry.check]
    for scenario in scenarios:
        mine = [entry.requirement for entry in whole if entry.names(scenario)]
        if mine:
            yield from ((scenario.name, name) for name in set(mine) & silences(scenario))


def _state(entry: Entry, run: Run, today: str) -> Standing:
    """Return what became of an entry: it is stale where its check ran and held."""
    if entry.expires < today:
        return Standing.EXPIRED
    mine = [scenario for scenario in run.scenarios if entry.names(scenario)]
    found = _covered(entry, mine)
    if any(_accepts(entry, finding) for finding in found) or any(_silent(mine, [entry])):
        return Standing.USED
    if not outlived(entry, run):
        return Standing.NOT_PLAYED
    if not found:
        return Standing.IDLE
    held = any(finding["result"] == Result.HELD for finding in found)
    return Standing.STALE if held else Standing.NOT_PLAYED
