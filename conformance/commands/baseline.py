"""`dermconf baseline`: writes what would have to be accepted of a run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from conformance.events import Run

_DAYS = 90


def _date(_context: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a date, such as 2027-03-01") from None
    if day < datetime.now(UTC).date():
        raise click.BadParameter("a day that is still to come")
    return day.isoformat()


def _said(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if not text.strip():
        raise click.BadParameter("somebody has to say it")
    return text


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option("--owner", required=True, callback=_said, help="Who answers for the entries that are new.")
@click.option("--reason", required=True, callback=_said, help="Why they are accepted.")
@click.option(
    "--expires",
    default=(datetime.now(UTC).date() + timedelta(days=_DAYS)).isoformat,
    show_default=f"in {_DAYS} days",
    callback=_date,
    help="Until when.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file; entries that it has and that are still needed stay as they are. Otherwise printed.",
)
def command(record: Path, owner: str, reason: str, expires: str, output: Path | None) -> int:
    """Write the baseline of the run in RECORD: every gating failure, and what gates and is untested."""
    from conformance.baseline import Entry  # noqa: PLC0415 - kept out of the start
    from conformance.baselinefile import proposed, read, written  # noqa: PLC0415 - kept out of the start
    from conformance.problem import Place, Problem  # noqa: PLC0415 - kept out of the start

    run, untested = _recorded(record)
    # What is there is kept by what the run says of it; whether each name still exists, a run asks.
    before = read(output) if output is not None and output.exists() else ()
    blank = Entry(scenario="", requirement="", verdict="", owner=owner, reason=reason, expires=expires)
    entries = proposed(run, blank, untested, before)
    if output is None:
        click.echo(written(entries), nl=False)
        return 0
    try:
        output.write_text(written(entries), encoding="utf-8")
    except OSError as error:
        raise Problem("baseline", f"cannot be written: {error.strerror}", place=Place(str(output))) from None
    kept = sum(entry in before for entry in entries)
    click.echo(f"{output}: {len(entries)} accepted, {kept} of them as before, {len(before) - kept} dropped")
    return 0


def _recorded(record: Path) -> tuple[Run, list[str]]:
    """Return a recorded run, and the requirements that leave it incomplete."""
    from conformance import events  # noqa: PLC0415 - kept out of the start
    from conformance.problem import Place, Problem  # noqa: PLC0415 - kept out of the start
    from conformance.run.replaying import target_of  # noqa: PLC0415 - kept out of the start
    from conformance.run.standings import regraded  # noqa: PLC0415 - kept out of the start
    from conformance.summary import unfinished  # noqa: PLC0415 - kept out of the start

    run = events.read(record)
    if run.footer is None or run.footer["ended"] != "done" or run.footer.get("verdict") == "error":
        message = "the run came to no verdict, so that nothing can be said of what it would have found"
        raise Problem("baseline", message, place=Place(str(record)), hint="run it again first")
    return run, unfinished(run, regraded(run), target_of(run))
