"""`dermconf prove`: every fault is noticed, and no lawful server is failed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from conformance.commands import proof

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Json
    from conformance.prove.fairness import Trial
    from conformance.prove.matrix import Matrix
    from conformance.prove.rounds import Rounds
    from conformance.server.faults import Fault
    from conformance.server.variations import Variation

_Entry = TypeVar("_Entry")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "expression", default="", metavar="EXPR", help="Only scenarios whose name matches.")
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
def command(**options: Any) -> int:
    """Show that every fault of the reference server is noticed, and that no lawful variation is failed.

    With PATHS (your own scenarios) or -k: that each check of these can fail, and fails no lawful server.
    """
    from conformance.prove.choosing import Choice, cases  # noqa: PLC0415 - kept out of the start
    from conformance.prove.playing import Table  # noqa: PLC0415 - kept out of the start
    from conformance.prove.prover import Prover  # noqa: PLC0415 - kept out of the start
    from conformance.prove.rounds import rounds  # noqa: PLC0415 - kept out of the start
    from conformance.read.tested import requirements  # noqa: PLC0415 - kept out of the start
    from conformance.run.embedded import embedded  # noqa: PLC0415 - kept out of the start

    paths, faults, full = options["paths"], options["faults"], options["full"]
    broken, lawful = _asked(faults, options["variations"])
    choice = Choice(paths=paths, expression=options["expression"])
    cases(choice)
    with embedded(seed=True) as base:
        table = Table(base=base, reports=options["report_dir"], catalogue=requirements(paths), choice=choice)
        with rounds(table, options["jobs"]) as played:
            prover = Prover(table=table, rounds=played, full=full)
            tell = partial(proof.tell_kill, part=not faults and not choice.whole)
            matrix = prover.prove(broken, tell, all_=not faults) if broken else None
            trials = _judged_fairly(played, lawful, full=full) if lawful else []
    _write(matrix, trials, options["report_dir"])
    if matrix is not None:
        proof.tell_matrix(matrix)
    if lawful:
        proof.tell_trials(trials)
    return 0 if (matrix is None or matrix.holds) and all(trial.fair for trial in trials) else 1


def _asked(faults: Sequence[str], variations: Sequence[str]) -> tuple[list[Fault], list[Variation]]:
    """Return what is played: all there is, or what is named."""
    from conformance.problem import Problem, did_you_mean  # noqa: PLC0415 - kept out of the start
    from conformance.server.faults import FAULTS, unknown  # noqa: PLC0415 - kept out of the start
    from conformance.server.variations import VARIATIONS  # noqa: PLC0415 - kept out of the start

    def no_variation(name: str) -> Problem:
        hint = did_you_mean(name, VARIATIONS)
        return Problem("usage", f"there is no lawful variation '{name}'", hint=hint)

    named = bool(faults or variations)
    return (
        _named(faults, FAULTS, unknown) if named else list(FAULTS.values()),
        _named(variations, VARIATIONS, no_variation) if named else list(VARIATIONS.values()),
    )


def _named(
    names: Sequence[str], known: Mapping[str, _Entry], refused: Callable[[str], Exception]
) -> list[_Entry]:
    for name in names:
        if name not in known:
            raise refused(name)
    return [known[name] for name in names]


def _judged_fairly(played: Rounds, variations: Sequence[Variation], *, full: bool) -> list[Trial]:
    from conformance.prove import fairness  # noqa: PLC0415 - kept out of the start

    lawful = [(one,) for one in variations] if full else fairness.servers(variations)
    return fairness.prove_all(played, lawful, proof.tell_trial)


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
