"""`dermconf judge`: a recorded run judged again, offline."""

from __future__ import annotations

from pathlib import Path

import click

_NO_RUN = 4


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--ig",
    "packages",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="The package that the run was judged by.",
)
def command(record: Path, packages: tuple[Path, ...]) -> int:
    """Judge RECORD (a run.jsonl) again and say where it comes out otherwise.

    Exit 1 where anything does, 4 where the record is no whole run.
    """
    from conformance.events import MISCOUNTED  # noqa: PLC0415 - kept out of the start
    from conformance.problem import Problem  # noqa: PLC0415 - kept out of the start
    from conformance.run.replaying import differences, retold  # noqa: PLC0415 - kept out of the start

    try:
        found = list(differences(record, packages=packages))
    except Problem as problem:
        if problem.code != MISCOUNTED:
            raise
        click.echo(f"error: {problem}")
        return _NO_RUN
    for difference in found:
        click.echo(difference)
    run, told = retold(record)
    click.echo(f"{told['verdict']}: {len(told['scenarios'])} scenarios, {len(found)} judged otherwise")
    if run.footer is None:
        click.echo(
            f"{record}: the record has no footer: the run was cut off, and what is missing is not judged"
        )
    return 1 if found else 0 if run.footer else _NO_RUN
