"""Findings that somebody answers for: what a baseline accepts, and what has become of its entries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.model import Result, Verdict
from conformance.verdicts import of_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.events import Run, ScenarioRun
    from conformance.model import Json


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
    # Requirements that scenarios leave untested which were skipped as a whole.
    unplayed: frozenset[tuple[str, str]] = frozenset()
    states: tuple[tuple[Entry, Standing], ...] = ()

    def count(self, state: Standing) -> int:
        """Return how many entries are in a state."""
        return sum(each is state for _, each in self.states)


def check_of(finding: Mapping[str, Json]) -> str:
    """Return how a check is named: by the number of its step and its own, or by its rule."""
    return f"{finding['step']}.{finding['check']}"


def recorded(entries: Iterable[Entry]) -> list[dict[str, Json]]:
    """Return entries as they stand in the header of a run."""
    return [asdict(entry) for entry in entries]


def settle(run: Run) -> Settled:
    """Return what the baseline that a run was given comes to; its dates are judged by when the run began."""
    today = str(run.header.get("started", ""))[:10]
    entries = [Entry(**stated) for stated in run.header.get("accepted", ())]
    valid = [entry for entry in entries if entry.expires >= today]
    return Settled(
        findings=frozenset(_findings(run.scenarios, valid)),
        unplayed=frozenset(_unplayed(run.scenarios, valid)),
        states=standings(run, entries),
    )


def standings(run: Run, entries: Iterable[Entry]) -> tuple[tuple[Entry, Standing], ...]:
    """Return what has become of entries, by the day the run began."""
    today = str(run.header.get("started", ""))[:10]
    return tuple((entry, _state(entry, run.scenarios, today)) for entry in entries)


def open_findings(run: Run, settled: Settled, wanted: Result) -> list[tuple[ScenarioRun, Mapping[str, Json]]]:
    """Return the gating findings of one result that nothing accepts."""
    return [
        (scenario, finding)
        for scenario in run.scenarios
        for index, finding in enumerate(scenario.findings)
        if (finding["result"], finding["gating"]) == (wanted, True)
        and (scenario.name, index) not in settled.findings
    ]


def _findings(scenarios: Iterable[ScenarioRun], entries: Sequence[Entry]) -> Iterable[tuple[str, int]]:
    for scenario in scenarios:
        mine = [entry for entry in entries if entry.names(scenario)]
        for index, finding in enumerate(scenario.findings):
            if any(_accepts(entry, finding) for entry in mine):
                yield scenario.name, index


def _accepts(entry: Entry, finding: Mapping[str, Json]) -> bool:
    return entry.covers(finding) and of_finding(finding) == entry.verdict


def _unplayed(scenarios: Iterable[ScenarioRun], entries: Sequence[Entry]) -> Iterable[tuple[str, str]]:
    for scenario in scenarios:
        if scenario.skipped and scenario.skipped["verdict"] == Verdict.UNTESTED:
            yield from (
                (scenario.name, entry.requirement)
                for entry in entries
                if entry.verdict == Verdict.UNTESTED and entry.names(scenario)
            )


def _state(entry: Entry, scenarios: Iterable[ScenarioRun], today: str) -> Standing:
    """Return what became of an entry: it is stale where its check ran and held."""
    if entry.expires < today:
        return Standing.EXPIRED
    mine = [scenario for scenario in scenarios if entry.names(scenario)]
    found = [finding for scenario in mine for finding in scenario.findings if entry.covers(finding)]
    if any(of_finding(finding) == entry.verdict for finding in found) or any(_unplayed(mine, [entry])):
        return Standing.USED
    if any(finding["result"] == Result.HELD for finding in found):
        return Standing.STALE
    played = any(not scenario.skipped and not scenario.problems for scenario in mine)
    return Standing.IDLE if played and not found else Standing.NOT_PLAYED
