"""`dermconf sample`: annotations to store or to show, made of a table of ISIC metadata."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.isic.rows import Row
    from conformance.model import Json

_STANDARD = "-"


@click.command()
@click.option(
    "--isic", "table", required=True, metavar="CSV", help="A table of ISIC metadata, or - for standard input."
)
@click.option("--to", default=_STANDARD, metavar="FOLDER|-", help="Where the resources go.")
@click.option("--bundle", is_flag=True, help="One transaction Bundle in place of a resource a line.")
def command(*, table: str, to: str, bundle: bool) -> None:
    """Turn rows of ISIC metadata into annotations with their patients and images.

    Each keeps ISIC's own label, and has a code of SNOMED CT where dermconf's table has one that is sure;
    what has none is told. The resources are valid by `dermconf validate`.
    """
    from conformance.isic import resources, rows  # noqa: PLC0415 - kept out of the start

    told: Counter[str] = Counter()
    with ExitStack() as stack:
        stream, name = _opened(table, stack)
        made = resources.resources(_counting(rows.read(stream, name), told))
        (_as_bundle if bundle else _as_lines)(made, to)
    click.echo(_summary(told), err=True)


def _opened(table: str, stack: ExitStack) -> tuple[BinaryIO, str]:
    from conformance.problem import Problem  # noqa: PLC0415 - kept out of the start

    if table == _STANDARD:
        return (sys.stdin.buffer if sys.stdin is not None else BytesIO()), _STANDARD
    try:
        return stack.enter_context(Path(table).open("rb")), table
    except OSError as error:
        raise Problem("unreadable", f"'{table}' cannot be read: {error.strerror}") from None


def _counting(rows: Iterable[Row], told: Counter[str]) -> Iterator[Row]:
    from conformance.isic.resources import is_unknown  # noqa: PLC0415 - kept out of the start

    for row in rows:
        told["rows"] += 1
        if row.label is not None and row.label.code:
            told["coded"] += 1
        elif is_unknown(row.label):
            told["unknown"] += 1
        elif row.label is not None:
            told[f"without {row.label.name}"] += 1
        if row.contradicts:
            told["contradicted"] += 1
            message = f"{row.place}: benign_malignant says otherwise than the diagnosis; both are kept"
            click.echo(f"dermconf: {message}", err=True)
        yield row


def _summary(told: Counter[str]) -> str:
    """Return what became of the rows, and which labels have no code."""
    lacking = {name.removeprefix("without "): n for name, n in told.items() if name.startswith("without ")}
    rows = f"{told['rows']} row{'s' if told['rows'] > 1 else ''}"
    counts = f"{rows}: {told['coded']} with a code of SNOMED CT, {told['unknown']} unknown, "
    listed = [f"  no code, label kept: {name} ({n})" for name, n in sorted(lacking.items())]
    return "\n".join([f"{counts}{sum(lacking.values())} without a code", *listed])


def _as_lines(resources: Iterable[Json], to: str) -> None:
    from conformance import jsontext  # noqa: PLC0415 - kept out of the start

    lines = ((f"{one['resourceType']}.ndjson", f"{jsontext.dumps(one)}\n") for one in resources)
    _write(lines, to)


def _as_bundle(resources: Iterable[Json], to: str) -> None:
    from conformance import jsontext  # noqa: PLC0415 - kept out of the start
    from conformance.isic.bundles import transaction  # noqa: PLC0415 - kept out of the start

    text = f"{jsontext.dumps(transaction(resources))}\n"
    _write([("bundle.json", text)], to)


def _write(pieces: Iterable[tuple[str, str]], to: str) -> None:
    """Write texts to the files that they are for, or one after the other to standard output."""
    if to == _STANDARD:
        _say(text for _, text in pieces)
        return
    from conformance.problem import Problem  # noqa: PLC0415 - kept out of the start

    try:
        _store(pieces, Path(to))
    except OSError as error:
        raise Problem("unwritable", f"'{to}' cannot be written to: {error.strerror}") from None


def _say(pieces: Iterable[str]) -> None:
    """Write to standard output; who reads no further, as `head`, has read enough."""
    try:
        for piece in pieces:
            click.echo(piece, nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _store(pieces: Iterable[tuple[str, str]], folder: Path) -> None:
    """Write the files of a folder, which have their names only once all of them are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, TextIO] = {}
    with ExitStack() as stack:
        for name, text in pieces:
            if name not in files:
                part = folder / f".{name}.part"
                stack.callback(part.unlink, missing_ok=True)
                files[name] = stack.enter_context(part.open("w", encoding="utf-8", newline="\n"))
            files[name].write(text)
        for name, opened in files.items():
            opened.close()
            Path(opened.name).replace(folder / name)
