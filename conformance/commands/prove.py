"""`dermconf prove`: every fault is noticed, and no lawful server is failed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Json
    from conformance.prove.fairness import Trial
    from conformance.prove.matrix import Kill, Matrix
    from conformance.prove.rounds import Rounds
    from conformance.server.faults import Fault
    from conformance.server.variations import Variation


_SHOWN = 3
_Entry = TypeVar("_Entry")


@click.command()
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Only this fault; may be repeated.")
@click.option(
    "--variation", "variations", multiple=True, metavar="NAME", help="Only this lawful variation; the same."
)
@click.option(
    "--full",
    is_flag=True,
    help="Every fault against every scenario, to see what else fails, and every lawful variation by itself.",
)
@click.option(
    "-j",
    "jobs",
    type=click.IntRange(1, 64),
    default=1,
    help="Rounds at a time, each in a process with a server of its own.",
)
@click.option("--report-dir", type=click.Path(path_type=Path), default=Path("reports"))
def command(
    faults: tuple[str, ...],
    variations: tuple[str, ...],
    full: bool,  # noqa: FBT001 - click's way
    jobs: int,
    report_dir: Path,
) -> int:
    """Show that every fault of the reference server is noticed, and that no lawful variation is failed."""
    from conformance.catalogue import requirements  # noqa: PLC0415 - kept out of the start
    from conformance.prove.matrix import Prover  # noqa: PLC0415 - kept out of the start
    from conformance.prove.playing import Table  # noqa: PLC0415 - kept out of the start
    from conformance.prove.rounds import rounds  # noqa: PLC0415 - kept out of the start
    from conformance.run.embedded import embedded  # noqa: PLC0415 - kept out of the start

    broken, lawful = _asked(faults, variations)
    with embedded(seed=True) as base:
        table = Table(base=base, reports=report_dir, catalogue=requirements())
        with rounds(table, jobs) as played:
            prover = Prover(table=table, rounds=played, full=full)
            matrix = prover.prove(broken, _tell_kill, all_=not faults) if broken else None
            trials = _judged_fairly(played, lawful, full=full) if lawful else []
    _write(matrix, trials, report_dir)
    if matrix is not None:
        _tell_matrix(matrix)
    if lawful:
        _tell_trials(trials)
    return 0 if (matrix is None or matrix.holds) and all(trial.fair for trial in trials) else 1


def _asked(faults: Sequence[str], variations: Sequence[str]) -> tuple[list[Fault], list[Variation]]:
    """Return what is played: all there is, or what is named."""
    from conformance.server.faults import FAULTS  # noqa: PLC0415 - kept out of the start
    from conformance.server.variations import VARIATIONS  # noqa: PLC0415 - kept out of the start

    named = bool(faults or variations)
    return (
        _named(faults, FAULTS, "fault") if named else list(FAULTS.values()),
        _named(variations, VARIATIONS, "lawful variation") if named else list(VARIATIONS.values()),
    )


def _named(names: Sequence[str], known: Mapping[str, _Entry], what: str) -> list[_Entry]:
    from conformance.problem import Problem, did_you_mean  # noqa: PLC0415 - kept out of the start

    for name in names:
        if name not in known:
            raise Problem("usage", f"there is no {what} '{name}'", hint=did_you_mean(name, known))
    return [known[name] for name in names]


def _judged_fairly(played: Rounds, variations: Sequence[Variation], *, full: bool) -> list[Trial]:
    from conformance.prove import fairness  # noqa: PLC0415 - kept out of the start

    lawful = [(one,) for one in variations] if full else fairness.servers(variations)
    return fairness.prove_all(played, lawful, _tell_trial)


def _tell_kill(kill: Kill) -> None:
    aside = f"  also fails {', '.join(kill.collateral)}" if kill.collateral else ""
    click.echo(
        f"{'noticed ' if kill.killed else 'SURVIVES'}  {kill.fault.name:36} {kill.fault.breaks}{aside}"
    )


def _tell_trial(trial: Trial) -> None:
    why = f": {trial.incomplete}" if trial.incomplete else ""
    click.echo(f"{'fair    ' if trial.fair else 'UNFAIR  '}  {' + '.join(trial.names)}  {trial.verdict}{why}")


def _tell_matrix(matrix: Matrix) -> None:
    click.echo(f"honest server: {matrix.honest}")
    click.echo(f"{len(matrix.kills) - len(matrix.survivors)} of {len(matrix.kills)} faults noticed")
    for kill in matrix.survivors:
        click.echo(
            f"SURVIVES  {kill.fault.name}  breaks {kill.fault.breaks}; played: {_some(kill.scenarios)}"
        )
    click.echo(_collateral(matrix))
    for requirement in matrix.unproven:
        click.echo(f"UNPROVEN  {requirement}  is tested, but no fault breaks it")


def _collateral(matrix: Matrix) -> str:
    from conformance.prove.collateral import UMBRELLA  # noqa: PLC0415 - kept out of the start

    text = (
        f"the median fault turns {_number_of(matrix.beside(), 'rule')} red besides its own, "
        f"{matrix.beside(UMBRELLA):g} beyond those that notice any alteration"
    )
    pairs = [f"{rule} by {fault}" for fault, rule in matrix.unexplained]
    return f"{text}; not explained: {_some(tuple(pairs))}" if pairs else text


def _tell_trials(trials: Sequence[Trial]) -> None:
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


def _write(matrix: Matrix | None, trials: Sequence[Trial], folder: Path) -> None:
    """Write the matrix for programs and for people; what is played is told in the words of its register."""
    import json  # noqa: PLC0415 - kept out of the start

    from conformance.render.matrix import render  # noqa: PLC0415 - kept out of the start
    from conformance.server.variations import RULES, VARIATIONS  # noqa: PLC0415 - kept out of the start

    content: dict[str, Json] = matrix.as_json() if matrix is not None else {}
    content["fairness"] = [trial.as_json() for trial in trials]
    content["variations"] = {name: VARIATIONS[name].sentence for trial in trials for name in trial.names}
    content["rules"] = {rule: RULES[rule] for trial in trials for rule in trial.rules}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kill-matrix.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    (folder / "kill-matrix.html").write_text(render(content), encoding="utf-8")
    click.echo(f"report        {folder / 'kill-matrix.html'}")
