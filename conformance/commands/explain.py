"""`dermconf explain`: the page of one requirement."""

from __future__ import annotations

import click


@click.command(name="explain")
@click.argument("id_", metavar="ID")
@click.pass_context
def command(context: click.Context, id_: str) -> None:
    """Show what a requirement says, whom it binds, and what tests it."""
    from conformance import catalogue  # noqa: PLC0415 - start-up stays fast
    from conformance.catalogue.page import page  # noqa: PLC0415
    from conformance.problem import Problem  # noqa: PLC0415
    from conformance.read.tested import naming  # noqa: PLC0415
    from conformance.server.faults import FAULTS  # noqa: PLC0415

    try:
        found = catalogue.requirement(id_)
    except Problem as problem:
        click.echo(str(problem), err=True)
        context.exit(2)
    faults = [fault.name for fault in FAULTS.values() if fault.breaks == id_]
    click.echo(page(found, naming().get(id_, []), faults), nl=False)
