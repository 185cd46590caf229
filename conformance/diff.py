"""Recorded runs beside each other: what changed, and whose doing that may be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.model import Result, Verdict
from conformance.verdicts import of_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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

    @property
    def worse(self) -> bool:
        """Tell whether anything got worse, or goes back and forth."""
        return any(change.kind in {Kind.REGRESSION, Kind.FLAKY} for change in self.changes)


def compare(runs: Sequence[Run]) -> Difference:
    """Return what changed from the first run to the last; those between tell what goes back and forth."""
    return Difference(
        heads=tuple(map(_head, runs)),
        warnings=tuple(_warnings(runs[0], runs[-1])),
        changes=tuple(
            sorted(_changes(runs), key=lambda c: (list(Kind).index(c.kind), c.scenario, c.requirement))
        ),
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


def _warnings(first: Run, last: Run) -> Iterator[str]:
    """Tell what differs between the runs besides the server, so that not like is compared with like."""
    for name in _CONDITIONS:
        before, after = first.header.get(name), last.header.get(name)
        if before != after:
            yield f"{name} differ: {_told(before)} then, {_told(after)} now"
    if last.footer is None or first.footer is None:
        yield "a run was cut off: what it did not play looks removed"


def _told(value: Json) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_told(part)}" for key, part in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    return str(value)


def _changes(runs: Sequence[Run]) -> Iterator[Change]:
    tables = [_table(run) for run in runs]
    texts = [{s.name: s.event.get("sha256", "") for s in run.scenarios} for run in runs]
    for scenario, requirement in sorted({key for table in tables for key in table}):
        said = [
            table.get((scenario, requirement), (Verdict.PASS if scenario in text else None, ""))
            for table, text in zip(tables, texts, strict=True)
        ]
        verdicts = [verdict for verdict, _ in said]
        reworded = len({text[scenario] for text in texts if scenario in text}) > 1
        kind = _kind(verdicts, flaky=_is_one_server(runs) and not reworded)
        if kind is not None:
            yield Change(
                kind=kind,
                scenario=scenario,
                requirement=requirement,
                before=_word(verdicts[0]),
                after=_word(verdicts[-1]),
                verdicts=tuple(map(_word, verdicts)),
                message=next((message for _, message in reversed(said) if message), ""),
                reworded=reworded,
            )


def _word(verdict: Verdict | None) -> str:
    return verdict.value if verdict else "absent"


def _is_one_server(runs: Sequence[Run]) -> bool:
    return len({(run.target.get("base"), run.header.get("dermconf")) for run in runs}) == 1


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
    """Tell whether a verdict changed, and changed back."""
    turns = [
        verdict for index, verdict in enumerate(verdicts) if index == 0 or verdict is not verdicts[index - 1]
    ]
    return len(turns) > len(set(turns))


def _table(run: Run) -> dict[tuple[str, str], tuple[Verdict | None, str]]:
    """Return by scenario and requirement what came of it, and the message where it did not hold."""
    return {
        (scenario.name, requirement): said
        for scenario in run.scenarios
        for requirement, said in _of(scenario).items()
    }


def _of(scenario: ScenarioRun) -> dict[str, tuple[Verdict | None, str]]:
    """Return what a scenario says of each requirement; of what it does not name, only what did not hold.

    What it does not name and did not find broken held, where the scenario was played.
    """
    declared = list(scenario.event.get("requirements", ()))
    heard = of_requirements(scenario.findings)
    aside = {name: verdict for name, verdict in heard.items() if name not in declared and verdict in _BROKEN}
    ended = _ended(scenario)
    told = {name: heard.get(name, ended) for name in declared}
    return {name: (verdict, _message(scenario, name)) for name, verdict in {**told, **aside}.items()}


def _ended(scenario: ScenarioRun) -> Verdict:
    if scenario.problems:
        return Verdict.ERROR
    return Verdict(scenario.skipped["verdict"]) if scenario.skipped else Verdict.UNTESTED


def _message(scenario: ScenarioRun, requirement: str) -> str:
    mine = (finding for finding in scenario.findings if finding["requirement"] == requirement)
    broken = next((finding for finding in mine if finding["result"] == Result.FAILED), None)
    if broken is not None:
        return str(broken["message"])
    if scenario.problems:
        return str(scenario.problems[0]["message"])
    return str(scenario.skipped["lacks"]) if scenario.skipped else ""
