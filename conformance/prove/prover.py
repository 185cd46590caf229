"""The proof by faults: scenarios against the honest server and against every fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.catalogue.automatic import AUTOMATIC
from conformance.model import Result
from conformance.problem import Problem, did_you_mean
from conformance.prove.matrix import Kill, Matrix, Unshown
from conformance.prove.playing import STRICT, USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from conformance.events import Run
    from conformance.model import Requirement
    from conformance.prove.playing import Table, Terms
    from conformance.prove.rounds import Rounds
    from conformance.run.session import Case
    from conformance.server.faults import Fault

# A fault whose requirement no scenario names is played against this many that met it.
_ENOUGH = 6

# A scenario and a requirement that it names.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One fault against the scenarios that are named (none: all), on one set of terms.

    `widely` says that a fault that these do not notice is played against all.
    """

    fault: Fault
    names: tuple[str, ...] = ()
    terms: Terms = USUAL
    widely: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """What every round of the proof by faults goes by."""

    table: Table
    rounds: Rounds
    full: bool = False

    def prove(self, faults: Sequence[Fault], tell: Callable[[Kill], None], *, all_: bool = True) -> Matrix:
        """Return the matrix; `tell` hears of each fault as soon as it was tried.

        `all_` says that these are all the faults there are: then those that break a rule of the scenarios are
        played, and a check that none of them turns red is told, as is a rule that none of them breaks.
        Raises Problem for a fault that breaks what is no requirement.
        """
        for fault in faults:
            _require(fault, self.table.catalogue)
        cases, part = self.table.cases, all_ and not self.table.choice.whole
        told, honest = self.table.play("", cases)
        seen = _seen(honest)
        chosen = [f for f in faults if not part or self.full or _naming(f.breaks, cases)]
        kills = []
        for kill in self.rounds(tried, [self._attempt(fault, seen) for fault in chosen]):
            kills.append(kill)
            tell(kill)
        if not all_:
            return Matrix(honest=str(told["verdict"]), kills=tuple(kills))
        failing = _failing(honest)
        kills = self._followed(faults, kills, failing)
        return Matrix(
            honest=str(told["verdict"]),
            kills=tuple(kills),
            unproven=() if part else _unproven(cases, kills),
            unshown=tuple(unshown(cases, kills, failing)),
            part=part,
        )

    def _attempt(self, fault: Fault, seen: Mapping[str, Sequence[str]]) -> Attempt:
        names = () if self.full else _chosen(fault.breaks, self.table.cases, seen)
        return Attempt(fault=fault, names=names, widely=self.table.choice.whole)

    def _followed(self, faults: Sequence[Fault], kills: Sequence[Kill], failing: set[Pair]) -> list[Kill]:
        """Return the kills with what follows for checks that no fault of their rule turned red.

        They are held to what only some targets are, and then they meet the faults of every other rule, too.
        """
        for terms in STRICT:
            left = list(unshown(self.table.cases, kills, failing))
            attempts = _attempts(left, faults, terms, of_the_rule=True)
            if attempts:
                _, honest = self.table.play("", _named(self.table, left), terms=terms)
                kills = _merged(kills, self.rounds(tried, attempts), _failing(honest))
        left = list(unshown(self.table.cases, kills, failing))
        return _merged(kills, self.rounds(tried, _attempts(left, faults, USUAL, of_the_rule=False)), failing)


def tried(table: Table, attempt: Attempt) -> Kill:
    """Return what a fault does to the scenarios that are named, or to all of them."""
    chosen = [case for case in table.cases if case.name in attempt.names] or table.cases
    kill = _against(table, attempt, chosen)
    # What few scenarios did not notice, another may: a rule that is always judged is met everywhere.
    last = kill.killed or not attempt.names or not attempt.widely
    return kill if last else _against(table, attempt, table.cases)


def unshown(cases: Iterable[Case], kills: Iterable[Kill], failing: set[Pair]) -> Iterator[Unshown]:
    """Yield the checks that no fault turned red, and those that are red without any."""
    kills = list(kills)
    shown = {pair for kill in kills for pair in kill.shown}
    for case in cases:
        for rule in case.scenario.requirements if case.scenario else ():
            pair = (case.name, rule)
            if pair in failing or pair not in shown:
                met = (k.fault.name for k in kills if k.fault.breaks == rule and case.name in k.scenarios)
                yield Unshown(
                    scenario=case.name, requirement=rule, faults=tuple(met), failing=pair in failing
                )


def _require(fault: Fault, catalogue: Mapping[str, Requirement]) -> None:
    if fault.breaks not in catalogue:
        said = f"the fault '{fault.name}' breaks '{fault.breaks}', which is no requirement"
        raise Problem("requirement", said, hint=did_you_mean(fault.breaks, catalogue))


def _against(table: Table, attempt: Attempt, cases: Sequence[Case]) -> Kill:
    # Nothing is judged of cleaning up, and the server is gone when the proof is.
    _, run = table.play(f"faults/{attempt.fault.name}", cases, terms=attempt.terms, clean=False)
    red: dict[str, tuple[str, ...]] = {}
    for scenario, rule in sorted(_failing(run)):
        red[scenario] = (*red.get(scenario, ()), rule)
    shown = frozenset(_failing(run, own=True))
    return Kill(fault=attempt.fault, red=red, scenarios=tuple(case.name for case in cases), shown=shown)


def _failing(run: Run, *, own: bool = False) -> set[Pair]:
    """Return what failed: all, or by the scenarios' own checks, which have a number and no name."""
    return {
        (scenario.name, one["requirement"])
        for scenario in run.scenarios
        for one in scenario.findings
        if one["result"] == Result.FAILED and (not own or isinstance(one["check"], int))
    }


def _pairs(red: Mapping[str, Iterable[str]]) -> Iterator[Pair]:
    return ((scenario, rule) for scenario, rules in red.items() for rule in rules)


def _named(table: Table, left: Iterable[Unshown]) -> list[Case]:
    names = {one.scenario for one in left}
    return [case for case in table.cases if case.name in names]


def _attempts(
    left: Sequence[Unshown], faults: Iterable[Fault], terms: Terms, *, of_the_rule: bool
) -> list[Attempt]:
    """Return faults against the checks that are left: those of their own rules, or all others."""
    attempts = []
    for fault in faults:
        names = tuple(one.scenario for one in left if (one.requirement == fault.breaks) is of_the_rule)
        if names and not all(one.failing for one in left):
            attempts.append(Attempt(fault=fault, names=tuple(dict.fromkeys(names)), terms=terms))
    return attempts


def _merged(kills: Iterable[Kill], more: Iterable[Kill], failing: set[Pair]) -> list[Kill]:
    """Return kills with what more rounds turned red and the honest server has not red in the same round."""
    by = {kill.fault.name: kill for kill in kills}
    for kill in more:
        if not kill.red and kill.fault.name not in by:
            continue
        first = by.get(kill.fault.name, replace(kill, red={}, scenarios=(), shown=frozenset()))
        red = dict(first.red)
        for scenario, rule in _pairs(kill.red):
            if (scenario, rule) not in failing:
                red[scenario] = tuple(sorted({*red.get(scenario, ()), rule}))
        played = tuple(dict.fromkeys((*first.scenarios, *kill.scenarios)))
        shown = first.shown | (kill.shown - failing)
        by[kill.fault.name] = replace(first, red=red, scenarios=played, shown=shown)
    return list(by.values())


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
    others = [c.name for c in cases if c.name in set(seen.get(breaks, ()))]
    return tuple(_naming(breaks, cases) or others[:_ENOUGH])


def _naming(rule: str, cases: Sequence[Case]) -> list[str]:
    return [case.name for case in cases if case.scenario and rule in case.scenario.requirements]
