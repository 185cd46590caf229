"""Recorded runs beside each other: what changed, and whose doing that may be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.model import Result, Verdict
from conformance.verdicts import of_requirements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from conformance.events import Run, ScenarioRun
    from conformance.model import Json

_BROKEN = frozenset({Verdict.FAIL, Verdict.WARN})
_JUDGED = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.WARN})
_SEVERITY: Mapping[Verdict, int] = {Verdict.PASS: 0, Verdict.WARN: 1, Verdict.FAIL: 2}
# What has to be the same in both runs for their verdicts to be of one kind.
_CONDITIONS = (
    "gates",
    "evidence",
    "roles",
    "policies",
    "ig",
    "mode",
    "selection",
    "dermconf",
    "requirements",
)
# Without these, runs of one server cannot be expected to say the same.
_JUDGED_BY = tuple(name for name in _CONDITIONS if name != "selection")
_RULES = ("dermconf", "requirements")
_PAIR = 2
_OF_ONE = "both runs are of one server: whether it changed, or goes back and forth, a third run tells"
# Not there, not to be had, or out of our reach: nothing that a server says.
_NOT_SAID = frozenset({None, Verdict.ERROR, Verdict.OUT_OF_REACH})


class Kind(StrEnum):
    """What a change is."""

    REGRESSION = "regression"
    FIXED = "fixed"
    NEW = "new"
    REMOVED = "removed"
    CHANGED = "changed"
    FLAKY = "flaky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One requirement in one scenario that came to something else; verdicts of all the runs, in order."""

    kind: Kind
    scenario: str
    requirement: str
    before: str
    after: str
    verdicts: tuple[str, ...]
    message: str = ""
    # The scenario itself is another one: the verdict may have changed for that.
    reworded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What runs have to say of each other: heads, what makes them hard to compare, and changes."""

    heads: tuple[Mapping[str, Json], ...]
    warnings: tuple[str, ...]
    changes: tuple[Change, ...]
    # One of the runs did not come to its end: that nothing got worse cannot be said.
    cut: bool = False

    @property
    def worse(self) -> bool:
        """Tell whether anything got worse, or goes back and forth."""
        return any(change.kind in {Kind.REGRESSION, Kind.FLAKY} for change in self.changes)


def compare(runs: Sequence[Run]) -> Difference:
    """Return what changed from the first run to the last; those between tell what goes back and forth."""
    changes = sorted(_changes(runs), key=lambda c: (list(Kind).index(c.kind), c.scenario, c.requirement))
    notes = [_OF_ONE] if changes and _have_same(runs, _JUDGED_BY, of_one=True) and len(runs) == _PAIR else []
    return Difference(
        heads=tuple(map(_head, runs)),
        warnings=(*_warnings(runs), *notes),
        changes=tuple(changes),
        cut=any(map(_cut, runs)),
    )


def _head(run: Run) -> dict[str, Json]:
    footer = run.footer or {}
    return {
        "target": " ".join(str(run.target[key]) for key in ("name", "base") if run.target.get(key)),
        "server": run.target.get("server", ""),
        "fhir": run.target.get("fhir", ""),
        "started": run.header.get("started", ""),
        "dermconf": run.header.get("dermconf", ""),
        "requirements": run.header.get("requirements", ""),
        "run": run.header.get("run", ""),
        "verdict": footer.get("verdict", "broken"),
    }


def _warnings(runs: Sequence[Run]) -> Iterator[str]:
    """Tell what differs between the runs besides the server, so that not like is compared with like."""
    for name in _CONDITIONS:
        values = [run.header.get(name) for run in runs]
        if any(value != values[0] for value in values):
            yield f"{name} differ: {' then, '.join(map(_told, values))} now"
    for number, run in enumerate(runs, 1):
        if _cut(run):
            yield f"run {number} was cut off: what it did not play looks removed, and may be worse"


def _cut(run: Run) -> bool:
    return run.footer is None or run.footer["ended"] != "done"


def _told(value: Json) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_told(part)}" for key, part in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    return str(value)


def _changes(runs: Sequence[Run]) -> Iterator[Change]:
    played = [{scenario.name: scenario for scenario in run.scenarios} for run in runs]
    alike = _have_same(runs, _JUDGED_BY, of_one=True)
    same_rules = _have_same(runs, _RULES)
    for name in sorted({name for scenarios in played for name in scenarios}):
        rows = [scenarios.get(name) for scenarios in played]
        texts = {row.event.get("sha256", "") for row in rows if row}
        for requirement, verdicts in _verdicts(rows, same_rules=same_rules).items():
            kind = _kind(verdicts, flaky=alike and len(texts) == 1)
            if kind is not None:
                yield Change(
                    kind=kind,
                    scenario=name,
                    requirement=requirement,
                    before=_word(verdicts[0]),
                    after=_word(verdicts[-1]),
                    verdicts=tuple(map(_word, verdicts)),
                    message=next(_messages(rows, requirement), ""),
                    reworded=len(texts) > 1,
                )


def _verdicts(rows: Sequence[ScenarioRun | None], *, same_rules: bool) -> dict[str, list[Verdict | None]]:
    """Return by requirement what one scenario says of it in each run.

    That is of what it names, and of what it does not name, what did not hold in one of the runs.
    """
    tables = [_of(row) if row else {} for row in rows]
    named = {name for row in rows if row for name in row.event.get("requirements", ())}
    broken = {name for table in tables for name, verdict in table.items() if verdict in _BROKEN}
    # What no run's scenario names is judged in all of them, if they know the same rules.
    aside = broken - named if same_rules else frozenset()
    return {
        name: [
            table.get(name) or (_unheard(name, row, aside) if row else None)
            for row, table in zip(rows, tables, strict=True)
        ]
        for name in sorted(named | broken)
    }


def _unheard(requirement: str, row: ScenarioRun, aside: Collection[str]) -> Verdict | None:
    """Return what a scenario says of a rule of which it found nothing; None where it does not judge it."""
    if requirement not in aside and requirement not in row.event.get("requirements", ()):
        return None
    if row.problems:
        return Verdict.ERROR
    if row.skipped:
        return Verdict(row.skipped["verdict"])
    short = any(event["event"] == "not-reached" for event in row.events)
    return Verdict.PASS if requirement in aside and not short else Verdict.UNTESTED


def _word(verdict: Verdict | None) -> str:
    return verdict.value if verdict else "absent"


def _have_same(runs: Sequence[Run], names: Iterable[str], *, of_one: bool = False) -> bool:
    """Tell whether runs have the same under some names of their headers, and perhaps are of one server."""
    first = runs[0]
    same = all(run.header.get(name) == first.header.get(name) for run in runs for name in names)
    return same and (not of_one or len({run.target.get("base") for run in runs}) == 1)


def _kind(verdicts: Sequence[Verdict | None], *, flaky: bool) -> Kind | None:
    first, last = verdicts[0], verdicts[-1]
    if flaky and _back_and_forth(verdicts):
        return Kind.FLAKY
    if first is last:
        return None
    if first is None or last is None:
        return Kind.NEW if first is None else Kind.REMOVED
    if {first, last} <= _JUDGED:
        return Kind.REGRESSION if _SEVERITY[last] > _SEVERITY[first] else Kind.FIXED
    return Kind.REGRESSION if last is Verdict.FAIL else Kind.CHANGED


def _back_and_forth(verdicts: Sequence[Verdict | None]) -> bool:
    """Tell whether a verdict changed, and changed back; what was not played says nothing of the server."""
    said = [verdict for verdict in verdicts if verdict not in _NOT_SAID]
    turns = [verdict for index, verdict in enumerate(said) if index == 0 or verdict is not said[index - 1]]
    return len(turns) > len(set(turns))


def _of(scenario: ScenarioRun) -> dict[str, Verdict]:
    """Return what the findings of a scenario come to; one that broke off has held nothing to its end."""
    heard = of_requirements(scenario.findings)
    if not scenario.problems:
        return heard
    return {name: verdict for name, verdict in heard.items() if verdict in _BROKEN}


def _messages(rows: Sequence[ScenarioRun | None], requirement: str) -> Iterator[str]:
    """Yield what was said of a requirement, the latest first."""
    yield from (text for row in reversed(rows) if row and (text := _message(row, requirement)))


def _message(scenario: ScenarioRun, requirement: str) -> str:
    mine = (finding for finding in scenario.findings if finding["requirement"] == requirement)
    broken = next((finding for finding in mine if finding["result"] == Result.FAILED), None)
    if broken is not None:
        return str(broken["message"])
    if scenario.problems:
        return str(scenario.problems[0]["message"])
    return str(scenario.skipped["lacks"]) if scenario.skipped else ""
