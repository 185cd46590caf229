"""`dermconf report`: the reports of a recorded run, drawn again."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option("--formats", default="html,json,junit,markdown", metavar="LIST", help="Which, by comma.")
@click.option("--report-dir", type=click.Path(path_type=Path), help="Where; beside the record if not given.")
def command(record: Path, formats: str, report_dir: Path | None) -> None:
    """Draw the reports of RECORD (a run.jsonl) again."""
    from conformance.commands.reports import chosen, write  # noqa: PLC0415 - kept out of the start
    from conformance.run.replaying import retold  # noqa: PLC0415 - kept out of the start

    names = chosen(formats)
    run, told = retold(record)
    write(run, told, report_dir or record.parent, names, sys.stdout)
