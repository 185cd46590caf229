"""`dermconf serve`: the embedded reference server in the foreground."""

from __future__ import annotations

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port; 0 takes any free one.")
@click.option("--seed", is_flag=True, help="Sample data, ids that are the same every time.")
@click.option("--database", default=":memory:", help="SQLite file to keep the data in.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME", help="Break one behaviour (see list faults)."
)
def command(host: str, port: int, seed: bool, database: str, faults: tuple[str, ...]) -> None:  # noqa: FBT001 - click's way
    """Start the embedded reference server; every fault is also at /faults/NAME/fhir."""
    from conformance.server.app import create  # noqa: PLC0415 - heavy, and only needed here
    from conformance.server.serving import serve  # noqa: PLC0415 - heavy, and only needed here

    app = create(seed=seed, database=database, faults=faults)
    serve(app, host=host, port=port, started=click.echo)
