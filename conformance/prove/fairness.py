"""The proof of fairness: the suite against servers that do what R4 leaves to them, and none is failed.

Variations of different topics do not touch each other and are put together on one server, as they are
outside. Where such a server is not judged fairly, its variations are played one by one, to name the one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from conformance.model import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.events import Run
    from conformance.model import Json, Requirement
    from conformance.prove.playing import Table
    from conformance.prove.rounds import Rounds
    from conformance.run.session import Case
    from conformance.server.variations import Variation

_THREADS = 4
# What is late is waited for; a lawful server is asked again for nothing else.
_SETTLE = 2.0
_LATE = frozenset({"F22", "F23"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing that the suite holds against a lawful server."""

    requirement: str
    scenario: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the suite said of one lawful server: its variations, the run's verdict, and what was wrong."""

    names: tuple[str, ...]
    rules: tuple[str, ...]
    verdict: str
    wrong: tuple[Wrong, ...] = ()
    incomplete: str = ""
    part: bool = False

    @property
    def fair(self) -> bool:
        """Tell whether the server conforms, or is left incomplete for a reason that is known.

        Of a part of the suite a server may lack all that it asks for, and then nothing is said of it.
        """
        known = self.part or bool(self.incomplete)
        return not self.wrong and (self.verdict == "conformant" or (self.verdict == "incomplete" and known))

    def as_json(self) -> dict[str, Json]:
        """Return the trial as it stands in kill-matrix.json."""
        return {
            "variations": list(self.names),
            "rules": list(self.rules),
            "verdict": self.verdict,
            "fair": self.fair,
            **({"incomplete": self.incomplete} if self.incomplete else {}),
            "wrong": [
                {"requirement": w.requirement, "scenario": w.scenario, "message": w.message}
                for w in self.wrong
            ],
        }


def servers(variations: Iterable[Variation]) -> list[tuple[Variation, ...]]:
    """Return variations as servers: one of each topic together, those that stand alone by themselves."""
    topics: dict[str, list[Variation]] = {}
    alone: list[tuple[Variation, ...]] = []
    for one in variations:
        if one.alone:
            alone.append((one,))
        else:
            topics.setdefault(one.topic, []).append(one)
    mixed = [tuple(one for one in several if one is not None) for several in zip_longest(*topics.values())]
    return [*mixed, *alone]


def prove(
    table: Table,
    cases: Sequence[Case],
    lawful: Iterable[tuple[Variation, ...]],
    tell: Callable[[Trial], None],
) -> list[Trial]:
    """Play scenarios against each lawful server; `tell` hears of each as soon as it was tried."""
    return _told((_tried(table, cases, server) for server in lawful), tell)


def prove_all(
    rounds: Rounds, lawful: Iterable[tuple[Variation, ...]], tell: Callable[[Trial], None]
) -> list[Trial]:
    """Play what is proven against each lawful server, in as many processes as there are."""
    return _told(rounds(tried, lawful), tell)


def tried(table: Table, server: tuple[Variation, ...]) -> list[Trial]:
    """Return what the scenarios say of a lawful server, or of each of its variations alone."""
    return _tried(table, table.cases, server)


def _tried(table: Table, cases: Sequence[Case], server: tuple[Variation, ...]) -> list[Trial]:
    together = _against(table, cases, server)
    if together.fair or len(server) == 1:
        return [together]
    single = [_against(table, cases, (one,)) for one in server]
    # Where each alone is judged fairly, it is their meeting that is not.
    return [together] if all(trial.fair for trial in single) else single


def _told(found: Iterable[Iterable[Trial]], tell: Callable[[Trial], None]) -> list[Trial]:
    trials = []
    for trial in chain.from_iterable(found):
        tell(trial)
        trials.append(trial)
    return trials


def _against(table: Table, cases: Sequence[Case], server: Sequence[Variation]) -> Trial:
    rules = sorted({rule for one in server for rule in one.rules}, key=lambda rule: int(rule[1:]))
    mount = f"variations/{'+'.join(one.name for one in server)}"
    settle = _SETTLE if _LATE & {*rules} else 0.0
    told, run = table.play(mount, cases, settle=settle, threads=_THREADS, clean=False)
    return Trial(
        names=tuple(one.name for one in server),
        rules=tuple(rules),
        verdict=str(told["verdict"]),
        wrong=tuple(_wrong(run, table.catalogue, incomplete=any(one.incomplete for one in server))),
        incomplete="; ".join(one.incomplete for one in server if one.incomplete),
        part=not table.choice.whole,
    )


def _wrong(run: Run, catalogue: Mapping[str, Requirement], *, incomplete: bool) -> Iterable[Wrong]:
    """Yield what gates and failed, what broke off, and what stayed untested without a known reason."""
    counted = {Result.FAILED} if incomplete else {Result.FAILED, Result.UNTESTED}
    for scenario in run.scenarios:
        for found in scenario.findings:
            gating = found["gating"] and found["requirement"] in catalogue
            if gating and found["result"] in counted:
                yield Wrong(
                    requirement=found["requirement"],
                    scenario=scenario.name,
                    message=f"{found['result']}: {found['message']}",
                )
        for problem in scenario.problems:
            yield Wrong(requirement="", scenario=scenario.name, message=str(problem["message"]))
    for event in run.outside:
        if event["event"] == "problem":
            yield Wrong(requirement="", scenario="", message=str(event["message"]))
