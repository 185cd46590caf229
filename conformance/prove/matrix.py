"""The kill matrix: what each fault did to the suite, and which checks nothing turned red."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from conformance.prove.collateral import UMBRELLA, WHY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json
    from conformance.server.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """What one fault did to the suite: which requirements failed, in which of the scenarios played.

    `shown` are the scenarios and requirements of which a check that the scenario itself makes failed; others
    failed by what is judged in every scenario.
    """

    fault: Fault
    red: Mapping[str, tuple[str, ...]]
    scenarios: tuple[str, ...]
    shown: frozenset[tuple[str, str]] = frozenset()

    @property
    def failed(self) -> tuple[str, ...]:
        """Return the requirements whose findings failed."""
        return tuple(sorted({rule for rules in self.red.values() for rule in rules}))

    @property
    def killed(self) -> bool:
        """Tell whether the requirement that the fault breaks is among them."""
        return self.fault.breaks in self.failed

    @property
    def noticed_by(self) -> tuple[str, ...]:
        """Return the scenarios in which that requirement failed."""
        return tuple(name for name, rules in self.red.items() if self.fault.breaks in rules)

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
class Unshown:
    """A requirement that a scenario names and that no fault turned red in it; which faults were tried.

    `failing` says that it is red on the honest server, so that no fault can show anything.
    """

    scenario: str
    requirement: str
    faults: tuple[str, ...] = ()
    failing: bool = False

    def as_json(self) -> dict[str, Json]:
        """Return it as it stands in kill-matrix.json."""
        return {
            "scenario": self.scenario,
            "requirement": self.requirement,
            "faults": list(self.faults),
            "failing": self.failing,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The proof by faults.

    `part` says that the scenarios are a part of the suite: what they do not notice, others may.
    """

    honest: str
    kills: tuple[Kill, ...]
    unproven: tuple[str, ...] = ()
    unshown: tuple[Unshown, ...] = ()
    part: bool = False

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
        """Tell whether the honest server passes, each fault is noticed, and each check can fail."""
        honest = self.honest in ({"conformant", "incomplete"} if self.part else {"conformant"})
        noticed = self.part or not self.survivors
        return honest and noticed and not self.unproven and not self.unshown

    def as_json(self) -> dict[str, Json]:
        """Return the content of kill-matrix.json."""
        return {
            "faults": [kill.as_json() for kill in self.kills],
            "honest": {"verdict": self.honest},
            "part": self.part,
            "holds": self.holds,
            "unproven": list(self.unproven),
            "unshown": [one.as_json() for one in self.unshown],
            "median": {"beside": self.beside(), "beyond": self.beside(UMBRELLA)},
            "umbrella": list(UMBRELLA),
            "reasons": {rule: WHY.get(rule, "") for kill in self.kills for rule in kill.collateral},
        }
