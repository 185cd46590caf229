"""`dermconf list`: what there is, as lines for people or as a JSON array of `{id, …}`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Json
    from conformance.read.loading import Loaded

Row = dict[str, "Json"]


@click.command(name="list")
@click.argument("what", type=click.Choice(["scenarios", "requirements", "faults", "variations", "checks"]))
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--ig",
    "packages",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="A guide's package: what it says of the requirements, and what it demands besides.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to list.")
@click.pass_context
def command(
    context: click.Context, what: str, paths: tuple[Path, ...], packages: tuple[Path, ...], form: str
) -> None:
    """List what there is; PATHS name scenarios other than the shipped ones."""
    from conformance.problem import Problem, Problems  # noqa: PLC0415 - start-up stays fast

    if packages and what != "requirements":
        raise click.UsageError("--ig goes with `dermconf list requirements`", context)
    try:
        rows = _compared(paths, packages) if packages else _LISTS[what](paths)
    except (Problem, Problems) as problem:
        click.echo(str(problem), err=True)
        context.exit(2)
    click.echo(_json(rows) if form == "json" else _text(rows))


def _json(rows: Sequence[Row]) -> str:
    import json  # noqa: PLC0415 - start-up stays fast

    return json.dumps(rows, indent=2, ensure_ascii=False)


def _text(rows: Sequence[Row]) -> str:
    width = max((len(row["id"]) for row in rows), default=0)
    return "\n".join(f"{row['id']:{width}}  {_summary(row)}".rstrip() for row in rows)


def _summary(row: Row) -> str:
    shown = _COMPARED if "standing" in row else _SHOWN
    return "  ".join(str(row[key]) for key in shown if row.get(key))


# What a line shows of a row, in this order.
_COMPARED = ("standing", "level", "evidence", "says")
_SHOWN = ("level", "state", "excluded", "breaks", "allowed", "sentence", "statement", "reason", "problems")


def _scenarios(paths: Sequence[Path]) -> list[Row]:
    from conformance import read  # noqa: PLC0415 - start-up stays fast

    return [_scenario(loaded) for loaded in read.scenarios(paths)]


def _scenario(loaded: Loaded) -> Row:
    rows = loaded.scenarios
    named = dict.fromkeys(name for scenario in rows for name in scenario.requirements)
    return {
        "id": loaded.id,
        "sentence": rows[0].sentence if rows else "",
        "requirements": list(named),
        "rows": [scenario.row for scenario in rows if scenario.row],
        "file": loaded.file,
        "problems": [str(problem) for problem in loaded.problems],
    }


def _requirements(paths: Sequence[Path]) -> list[Row]:
    from conformance.read.tested import naming, requirements  # noqa: PLC0415 - start-up stays fast

    by = naming(paths)
    return [
        {
            "id": found.id,
            "spec": found.spec,
            "level": found.level,
            "evidence": found.evidence,
            "gate": found.gate,
            "binds": found.binds,
            "state": found.state,
            "excluded": found.excluded or "",
            "reason": found.reason,
            "statement": found.statement,
            "source": found.source,
            "scenarios": by.get(found.id, []),
        }
        for found in requirements(paths).values()
    ]


def _compared(paths: Sequence[Path], packages: Sequence[Path]) -> list[Row]:
    """Return what packages say of the requirements that rules of our own packages carry."""
    from conformance.confirming import given, rows  # noqa: PLC0415 - start-up stays fast
    from conformance.read.tested import requirements  # noqa: PLC0415

    catalogue = requirements(paths)
    found = given.read(packages, catalogue)
    known = {row["id"]: row for row in _requirements(paths)}
    click.echo(rows.total(found), err=True)
    return [{**known.get(row["id"], {}), **row} for row in rows.rows(found)]


def _faults(_paths: Sequence[Path]) -> list[Row]:
    from conformance.server.faults import FAULTS  # noqa: PLC0415 - start-up stays fast

    return [
        {"id": fault.name, "breaks": fault.breaks, "sentence": fault.sentence, "seen": fault.seen}
        for fault in FAULTS.values()
    ]


def _variations(_paths: Sequence[Path]) -> list[Row]:
    from conformance.server.variations import VARIATIONS  # noqa: PLC0415 - start-up stays fast

    return [
        {
            "id": one.name,
            "allowed": " ".join(one.rules),
            "sentence": one.sentence,
            "incomplete": one.incomplete,
        }
        for one in VARIATIONS.values()
    ]


def _checks(_paths: Sequence[Path]) -> list[Row]:
    from conformance.checks import KINDS  # noqa: PLC0415 - start-up stays fast
    from conformance.read.meaning import MEANING  # noqa: PLC0415

    return [
        {"id": name, "sentence": MEANING.get(name, ""), "beside": list(kind.beside)}
        for name, kind in KINDS.items()
    ]


_LISTS: Mapping[str, Callable[[Sequence[Path]], list[Row]]] = {
    "scenarios": _scenarios,
    "requirements": _requirements,
    "faults": _faults,
    "variations": _variations,
    "checks": _checks,
}
