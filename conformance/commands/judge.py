"""`dermconf judge`: a recorded run judged again, offline."""

from __future__ import annotations

from pathlib import Path

import click


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
    """Judge RECORD (a run.jsonl) again and say where it comes out otherwise."""
    from conformance.run.replaying import differences, retold  # noqa: PLC0415 - kept out of the start

    found = list(differences(record, packages=packages))
    for difference in found:
        click.echo(difference)
    _, told = retold(record)
    click.echo(f"{told['verdict']}: {len(told['scenarios'])} scenarios, {len(found)} judged otherwise")
    return 1 if found else 0
