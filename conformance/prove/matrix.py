"""The kill matrix: the suite against the honest server and against every fault."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from conformance.catalogue.automatic import AUTOMATIC
from conformance.model import Result
from conformance.prove.collateral import UMBRELLA, WHY
from conformance.prove.playing import shipped_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.events import Run
    from conformance.model import Json
    from conformance.prove.playing import Table
    from conformance.prove.rounds import Rounds
    from conformance.run.session import Case
    from conformance.server.faults import Fault

# A fault is played against this many scenarios that can see it, the ones that name its requirement first.
_ENOUGH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """What one fault did to the suite: which requirements failed, in which of the scenarios played."""

    fault: Fault
    red: Mapping[str, tuple[str, ...]]
    scenarios: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Return the requirements whose findings failed."""
        return tuple(sorted({rule for rules in self.red.values() for rule in rules}))

    @property
    def killed(self) -> bool:
        """Tell whether the requirement that the fault breaks is among them."""
        return self.fault.breaks in self.failed

    @property
    def collateral(self) -> tuple[str, ...]:
        """Return what failed besides."""
        return tuple(rule for rule in self.failed if rule != self.fault.breaks)

    def as_json(self) -> dict[str, Json]:
        """Return the fault as it stands in kill-matrix.json."""
        return {
            "name": self.fault.name,
            "breaks": self.fault.breaks,
            "sentence": self.fault.sentence,
            **({"seen": self.fault.seen} if self.fault.seen else {}),
            "killed": self.killed,
            "failed": list(self.failed),
            "collateral": list(self.collateral),
            "scenarios": list(self.scenarios),
            "red": {scenario: list(rules) for scenario, rules in self.red.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The proof by faults."""

    honest: str
    kills: tuple[Kill, ...]
    unproven: tuple[str, ...] = ()

    @property
    def survivors(self) -> tuple[Kill, ...]:
        """Return what was not noticed."""
        return tuple(kill for kill in self.kills if not kill.killed)

    @property
    def unexplained(self) -> tuple[tuple[str, str], ...]:
        """Return the faults and rules that they turned red besides their own, where nothing says why."""
        return tuple((k.fault.name, rule) for k in self.kills for rule in k.collateral if rule not in WHY)

    def beside(self, without: Iterable[str] = ()) -> float:
        """Return how many rules the median fault turned red besides its own, some of them left out."""
        return median([len({*kill.collateral} - {*without}) for kill in self.kills] or [0])

    @property
    def holds(self) -> bool:
        """Tell whether the honest server passes, no fault survives and every rule tested has a fault."""
        return self.honest == "conformant" and not self.unproven and not self.survivors

    def as_json(self) -> dict[str, Json]:
        """Return the content of kill-matrix.json."""
        return {
            "faults": [kill.as_json() for kill in self.kills],
            "honest": {"verdict": self.honest},
            "unproven": list(self.unproven),
            "median": {"beside": self.beside(), "beyond": self.beside(UMBRELLA)},
            "umbrella": list(UMBRELLA),
            "reasons": {rule: WHY.get(rule, "") for kill in self.kills for rule in kill.collateral},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """What every round of the proof by faults goes by."""

    table: Table
    rounds: Rounds
    full: bool = False

    def prove(self, faults: Iterable[Fault], tell: Callable[[Kill], None], *, all_: bool = True) -> Matrix:
        """Return the matrix; `tell` hears of each fault as soon as it was tried.

        `all_` says that these are all the faults there are, so that a rule without one is told.
        """
        cases = _cases()
        told, honest = self.table.play("", cases)
        seen = _seen(honest)
        chosen = [(fault, () if self.full else _chosen(fault.breaks, cases, seen)) for fault in faults]
        kills = []
        for kill in self.rounds(tried, chosen):
            kills.append(kill)
            tell(kill)
        unproven = _unproven(cases, kills) if all_ else ()
        return Matrix(honest=str(told["verdict"]), kills=tuple(kills), unproven=unproven)


def tried(table: Table, attempt: tuple[Fault, tuple[str, ...]]) -> Kill:
    """Return what a fault does to the scenarios that are named, or to all of them."""
    fault, names = attempt
    kill = _against(table, fault, [case for case in _cases() if case.name in names] or _cases())
    # What few scenarios did not notice, another may: a rule that is always judged is met everywhere.
    return kill if kill.killed or not names else _against(table, fault, _cases())


@cache
def _cases() -> tuple[Case, ...]:
    return tuple(shipped_cases())


def _against(table: Table, fault: Fault, cases: Sequence[Case]) -> Kill:
    _, run = table.play(f"faults/{fault.name}", cases)
    failed = {
        scenario.name: {one["requirement"] for one in scenario.findings if one["result"] == Result.FAILED}
        for scenario in run.scenarios
    }
    red = {name: tuple(sorted(rules)) for name, rules in failed.items() if rules}
    return Kill(fault=fault, red=red, scenarios=tuple(case.name for case in cases))


def _unproven(cases: Sequence[Case], kills: Sequence[Kill]) -> tuple[str, ...]:
    """Return the rules that the suite tests, asked for or not, and that no fault breaks."""
    named = {name for case in cases if case.scenario for name in case.scenario.requirements}
    return tuple(sorted({*named, *AUTOMATIC.values()} - {kill.fault.breaks for kill in kills}))


def _seen(run: Run) -> dict[str, list[str]]:
    """Return which scenarios came to a finding for each requirement on the honest server."""
    found: dict[str, dict[str, None]] = {}
    for scenario in run.scenarios:
        for finding in scenario.findings:
            found.setdefault(finding["requirement"], {})[scenario.name] = None
    return {name: list(names) for name, names in found.items()}


def _chosen(breaks: str, cases: Sequence[Case], seen: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the scenarios that can see a fault: those that name its requirement, else some that met it."""
    naming = [c.name for c in cases if c.scenario is not None and breaks in c.scenario.requirements]
    others = [c.name for c in cases if c.name in set(seen.get(breaks, ()))]
    return tuple(naming or others[:_ENOUGH])
