"""What `dermconf prove` says on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.prove.fairness import Trial
    from conformance.prove.matrix import Kill, Matrix, Unshown

_SHOWN = 3


def tell_kill(kill: Kill, *, part: bool = False) -> None:
    """Say whether a fault was noticed, by which scenarios, and what else failed.

    `part` says that only a part of the suite is played: what it does not notice, the rest may.
    """
    missed = "elsewhere" if part else "SURVIVES"
    by = f"  by {_some(kill.noticed_by)}" if kill.killed else ""
    aside = f"  also fails {', '.join(kill.collateral)}" if kill.collateral else ""
    click.echo(
        f"{'noticed' if kill.killed else missed:9} {kill.fault.name:36} {kill.fault.breaks}{by}{aside}"
    )


def tell_trial(trial: Trial) -> None:
    """Say how a lawful server was judged."""
    why = f": {trial.incomplete}" if trial.incomplete else ""
    click.echo(f"{'fair    ' if trial.fair else 'UNFAIR  '}  {' + '.join(trial.names)}  {trial.verdict}{why}")


def tell_matrix(matrix: Matrix) -> None:
    """Say whether the proof by faults holds, and what does not."""
    click.echo(f"honest server: {matrix.honest}")
    click.echo(
        f"{len(matrix.kills) - len(matrix.survivors)} of {len(matrix.kills)} faults noticed{_rest(matrix)}"
    )
    for kill in () if matrix.part else matrix.survivors:
        click.echo(_survivor(kill))
    click.echo(_collateral(matrix))
    for requirement in matrix.unproven:
        click.echo(f"UNPROVEN  {requirement}  is tested, but no fault breaks it")
    for unshown in matrix.unshown:
        click.echo(f"UNSHOWN   {unshown.scenario}  {unshown.requirement}: {_why(unshown)}")


def _rest(matrix: Matrix) -> str:
    """Return whose matter the faults are that a part of the suite did not notice."""
    return "; the others are for other scenarios to notice" if matrix.part and matrix.survivors else ""


def _survivor(kill: Kill) -> str:
    told = f"SURVIVES  {kill.fault.name}  breaks {kill.fault.breaks}; played: {_some(kill.scenarios)}"
    if not kill.collateral:
        return told
    return f"{told}; it fails {_some(kill.collateral)}: is that what it breaks?"


def _why(unshown: Unshown) -> str:
    """Return why nothing shows that a check can fail, and what to do."""
    if unshown.failing:
        return "it fails on the honest server, so that no fault can show anything"
    if not unshown.faults:
        return "no fault fails it, and none breaks this requirement; see docs/writing-a-fault.md"
    return f"no fault fails it, not even {_some(unshown.faults)}; does the check look at the right thing?"


def _collateral(matrix: Matrix) -> str:
    from conformance.prove.collateral import UMBRELLA  # noqa: PLC0415 - kept out of the start

    text = (
        f"the median fault turns {_number_of(matrix.beside(), 'rule')} red besides its own, "
        f"{matrix.beside(UMBRELLA):g} beyond those that notice any alteration"
    )
    pairs = [f"{rule} by {fault}" for fault, rule in matrix.unexplained]
    return f"{text}; not explained: {_some(tuple(pairs))}" if pairs else text


def tell_trials(trials: Sequence[Trial]) -> None:
    """Say how many lawful servers were judged fairly, and what was held against the others."""
    rules = {rule for trial in trials for rule in trial.rules}
    names = [name for trial in trials for name in trial.names]
    unfair = [trial for trial in trials if not trial.fair]
    told = f"{sum(len(trial.names) for trial in unfair)} not judged fairly" if unfair else "none failed"
    click.echo(
        f"{_number(rules, 'rule')} of fairness: {_number(names, 'lawful variation')} "
        f"on {_number(trials, 'server')}, {told}"
    )
    for trial in unfair:
        click.echo(f"UNFAIR  {' + '.join(trial.names)}  ({', '.join(trial.rules)}) is {trial.verdict}")
        for wrong in trial.wrong[:_SHOWN]:
            click.echo(f"  {wrong.requirement or 'problem'}  {wrong.scenario}: {wrong.message}")
        if len(trial.wrong) > _SHOWN:
            click.echo(f"  and {len(trial.wrong) - _SHOWN} more")


def _number(things: Sequence[object] | set[str], noun: str) -> str:
    return _number_of(len(things), noun)


def _number_of(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
