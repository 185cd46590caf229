"""`dermconf explain`: the page of one requirement."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="explain")
@click.argument("id_", metavar="ID")
@click.option(
    "--ig",
    "packages",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="A guide's package: what it says of the requirement.",
)
@click.pass_context
def command(context: click.Context, id_: str, packages: tuple[Path, ...]) -> None:
    """Show what a requirement says, whom it binds, and what tests it."""
    from conformance import catalogue  # noqa: PLC0415 - start-up stays fast
    from conformance.catalogue.page import page  # noqa: PLC0415
    from conformance.problem import Problem  # noqa: PLC0415
    from conformance.read.tested import naming  # noqa: PLC0415
    from conformance.server.faults import FAULTS  # noqa: PLC0415

    try:
        found = catalogue.requirement(id_)
        stands = _standing(id_, packages) if packages else ""
    except Problem as problem:
        click.echo(str(problem), err=True)
        context.exit(2)
    faults = [fault.name for fault in FAULTS.values() if fault.breaks == id_]
    click.echo(page(found, naming().get(id_, []), faults), nl=False)
    if stands:
        click.echo(f"\nIn the given package: {stands}")


def _standing(id_: str, packages: tuple[Path, ...]) -> str:
    from conformance import catalogue  # noqa: PLC0415 - start-up stays fast
    from conformance.confirming import given, rows  # noqa: PLC0415

    return rows.about(given.read(packages, catalogue.requirements()), id_)
