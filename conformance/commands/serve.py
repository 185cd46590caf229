"""`dermconf serve`: the embedded reference server in the foreground."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread

import click


def _keys(_context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    if file is not None:
        try:
            known = json.loads(file.read_text(encoding="utf-8"))["keys"]
        except (OSError, ValueError, KeyError, TypeError):
            known = None
        if not isinstance(known, list):
            raise click.BadParameter(f"{file} is no JWKS, such as `dermconf keys` prints")
    return file


def _address(_context: click.Context, _option: click.Parameter, url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"{url} is no http or https address")
    from conformance.commands.target import base  # noqa: PLC0415 - kept out of the start

    return base(url, "--wado") if url else url


def _database(_context: click.Context, _option: click.Parameter, file: str) -> str:
    """Open the file once: the server itself opens it when it is first asked."""
    try:
        with closing(sqlite3.connect(file)) as opened:
            opened.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise click.BadParameter(f"{file} cannot be used: {error}") from None
    return file


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port; 0 takes any free one.",
)
@click.option("--seed", is_flag=True, help="Sample data, ids that are the same every time.")
@click.option("--database", default=":memory:", callback=_database, help="SQLite file to keep the data in.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME", help="Break one behaviour (see list faults)."
)
@click.option("--enforce", is_flag=True, help="Refuse what breaks FHIR's rules or a profile that it claims.")
@click.option(
    "--token-seconds",
    type=click.IntRange(1),
    default=300,
    show_default=True,
    help="How long its tokens live.",
)
@click.option(
    "--client-keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    callback=_keys,
    help="Public keys (JWKS) of the client of /auth/backend/fhir.",
)
@click.option(
    "--imaging",
    type=click.Choice(["G0", "G1", "G2", "G3"]),
    default="G3",
    show_default=True,
    help="Generation of SMART Imaging Access by which it gives images.",
)
@click.option(
    "--wado",
    default="",
    metavar="URL",
    callback=_address,
    help="An archive whose WADO-RS its studies lead to, instead of its own.",
)
@click.option("--with-stdin", is_flag=True, hidden=True, help="End when standard input does.")
def command(  # noqa: PLR0917 - click's way
    host: str,
    port: int,
    seed: bool,  # noqa: FBT001 - click's way
    database: str,
    faults: tuple[str, ...],
    enforce: bool,  # noqa: FBT001 - click's way
    token_seconds: int,
    client_keys: Path | None,
    imaging: str,
    wado: str,
    with_stdin: bool,  # noqa: FBT001 - click's way
) -> None:
    """Start the embedded reference server; every fault is also at /faults/NAME/fhir.

    /auth/basic/fhir, /auth/bearer/fhir, /auth/client-credentials/fhir and /auth/backend/fhir want a
    credential: demo-user with demo-password, demo-token, demo-client with demo-secret or with its key.

    Images are at /imaging/fhir and /wado, for the tokens demo-patient-a, demo-patient-b and demo-system;
    demo-no-scope, demo-expired and demo-revoked are refused.
    """
    from conformance.server.app import create  # noqa: PLC0415 - heavy, and only needed here
    from conformance.server.doors import Doors  # noqa: PLC0415 - as above
    from conformance.server.granting import Granting  # noqa: PLC0415 - as above
    from conformance.server.serving import serve  # noqa: PLC0415 - heavy, and only needed here

    if with_stdin:
        Thread(target=_end_with_stdin, daemon=True).start()
    doors = Doors(granting=Granting(seconds=token_seconds, keys=client_keys))
    app = create(
        seed=seed,
        database=database,
        faults=faults,
        enforce=enforce,
        doors=doors,
        imaging=imaging,
        wado=wado,
    )
    serve(app, host=host, port=port, started=click.echo)


def _end_with_stdin() -> None:
    """Wait for the end of standard input, which is the end of whoever started this server."""
    # Not by sys.stdin, whose lock would still be held when the interpreter ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
