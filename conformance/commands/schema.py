"""`dermconf schema`: where the JSON Schema of the scenario language lies, for editors."""

from __future__ import annotations

import click


@click.command(name="schema")
@click.option("--print", "printed", is_flag=True, help="Print the schema itself.")
def command(*, printed: bool) -> None:
    """Say where the JSON Schema of the scenario language lies."""
    from conformance.read.schema import FILE  # noqa: PLC0415 - start-up stays fast

    click.echo(FILE.read_text(encoding="utf-8") if printed else str(FILE), nl=not printed)
