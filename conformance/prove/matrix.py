"""The kill matrix: the suite against the honest server and against every fault."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.automatic import AUTOMATIC
from conformance.model import Result
from conformance.prove.playing import shipped_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.events import Run
    from conformance.model import Json
    from conformance.prove.playing import Table
    from conformance.run.session import Case
    from conformance.server.faults import Fault

# A fault is played against this many scenarios that can see it, the ones that name its requirement first.
_ENOUGH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """What one fault did to the suite; `failed` are the requirements whose findings failed."""

    name: str
    breaks: str
    killed: bool
    failed: tuple[str, ...]
    collateral: tuple[str, ...]
    scenarios: tuple[str, ...]


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
    def holds(self) -> bool:
        """Tell whether the honest server passes, no fault survives and every rule tested has a fault."""
        return self.honest == "conformant" and not self.unproven and not self.survivors

    def as_json(self) -> dict[str, Json]:
        """Return the content of kill-matrix.json."""
        return {
            "faults": [asdict(kill) for kill in self.kills],
            "honest": {"verdict": self.honest},
            "unproven": list(self.unproven),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """What every round of the proof by faults goes by."""

    table: Table
    full: bool = False

    def prove(self, faults: Iterable[Fault], tell: Callable[[Kill], None], *, all_: bool = True) -> Matrix:
        """Return the matrix; `tell` hears of each fault as soon as it was tried.

        `all_` says that these are all the faults there are, so that a rule without one is told.
        """
        cases = shipped_cases()
        told, honest = self.table.play("", cases)
        seen = _seen(honest)
        kills = []
        for fault in faults:
            kills.append(self._try(fault, cases, seen))
            tell(kills[-1])
        unproven = _unproven(cases, kills) if all_ else ()
        return Matrix(honest=str(told["verdict"]), kills=tuple(kills), unproven=unproven)

    def _try(self, fault: Fault, cases: Sequence[Case], seen: Mapping[str, Sequence[str]]) -> Kill:
        chosen = [] if self.full else _chosen(fault.breaks, cases, seen)
        kill = self._against(fault, chosen or cases)
        # What few scenarios did not notice, another may: a rule that is always judged is met everywhere.
        return kill if kill.killed or not chosen else self._against(fault, cases)

    def _against(self, fault: Fault, cases: Sequence[Case]) -> Kill:
        _, run = self.table.play(f"faults/{fault.name}", cases)
        failed = {f["requirement"] for s in run.scenarios for f in s.findings if f["result"] == Result.FAILED}
        return Kill(
            name=fault.name,
            breaks=fault.breaks,
            killed=fault.breaks in failed,
            failed=tuple(sorted(failed)),
            collateral=tuple(sorted(failed - {fault.breaks})),
            scenarios=tuple(case.name for case in cases),
        )


def _unproven(cases: Sequence[Case], kills: Sequence[Kill]) -> tuple[str, ...]:
    """Return the rules that the suite tests, asked for or not, and that no fault breaks."""
    named = {name for case in cases if case.scenario for name in case.scenario.requirements}
    return tuple(sorted({*named, *AUTOMATIC.values()} - {kill.breaks for kill in kills}))


def _seen(run: Run) -> dict[str, list[str]]:
    """Return which scenarios came to a finding for each requirement on the honest server."""
    found: dict[str, dict[str, None]] = {}
    for scenario in run.scenarios:
        for finding in scenario.findings:
            found.setdefault(finding["requirement"], {})[scenario.name] = None
    return {name: list(names) for name, names in found.items()}


def _chosen(breaks: str, cases: Sequence[Case], seen: Mapping[str, Sequence[str]]) -> list[Case]:
    """Return the scenarios that can see a fault: those that name its requirement, else some that met it."""
    naming = [c for c in cases if c.scenario is not None and breaks in c.scenario.requirements]
    others = [c for c in cases if c.name in set(seen.get(breaks, ())) and c not in naming]
    return naming or others[:_ENOUGH]
