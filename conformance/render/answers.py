"""Who answers for what did not hold: the entries of a baseline, as the summary tells them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from conformance.baseline import Entry, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.events import ScenarioRun

_NAMES = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is accepted: findings by what tells them apart, skipped scenarios, and the entries in use."""

    findings: frozenset[Any]
    skipped: frozenset[str]
    entries: tuple[Entry, ...]

    def to_finding(self, scenario: ScenarioRun, finding: Mapping[str, Any]) -> tuple[bool, str]:
        """Tell whether a finding is accepted, and who answers for it."""
        mine = (entry for entry in self.entries if entry.names(scenario) and entry.covers(finding))
        return (_mark(scenario.name, finding) in self.findings, _told(mine))

    def to_skip(self, scenario: ScenarioRun) -> tuple[bool, str]:
        """Tell the same of a scenario that was skipped as a whole."""
        mine = (entry for entry in self.entries if entry.names(scenario))
        return (scenario.name in self.skipped, _told(mine))


def answers(summary: Mapping[str, Any]) -> Answers:
    """Return what a summary says of its baseline."""
    scenarios = summary.get("scenarios", ())
    entries = (summary.get("gate") or {}).get("entries", ())
    return Answers(
        findings=frozenset(
            _mark(scenario.get("id", ""), finding)
            for scenario in scenarios
            for finding in scenario.get("findings", ())
            if finding.get("accepted")
        ),
        skipped=frozenset(scenario.get("id", "") for scenario in scenarios if scenario.get("accepted")),
        entries=tuple(
            Entry(**{name: entry[name] for name in _NAMES})
            for entry in entries
            if entry["state"] == Standing.USED
        ),
    )


def _told(entries: Iterable[Entry]) -> str:
    return "; ".join(dict.fromkeys(f"{e.owner}: {e.reason} (until {e.expires})" for e in entries))


def _mark(scenario: str, finding: Mapping[str, Any]) -> Any:
    return (scenario, *(finding.get(key) for key in ("requirement", "step", "check", "at", "exchange")))
