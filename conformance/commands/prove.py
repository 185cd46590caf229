"""`dermconf prove`: the kill matrix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from conformance.prove.matrix import Kill, Matrix
    from conformance.server.faults import Fault


_SHOWN = 3


@click.command()
@click.option("--fault", "names", multiple=True, metavar="NAME", help="Only this fault; may be repeated.")
@click.option("--full", is_flag=True, help="Every fault against every scenario, to see what else fails.")
@click.option("--report-dir", type=click.Path(path_type=Path), default=Path("reports"))
def command(names: tuple[str, ...], full: bool, report_dir: Path) -> int:  # noqa: FBT001 - click's way
    """Run the suite against every fault of the reference server and show that each is noticed."""
    from conformance.catalogue import requirements  # noqa: PLC0415 - kept out of the start
    from conformance.prove.matrix import Prover  # noqa: PLC0415 - kept out of the start
    from conformance.run.embedded import embedded  # noqa: PLC0415 - kept out of the start

    faults = _faults(names)
    with embedded(seed=True) as base:
        prover = Prover(base=base, reports=report_dir, catalogue=requirements(), full=full)
        matrix = prover.prove(faults, _tell, all_=not names)
    _write(matrix, report_dir / "kill-matrix.json")
    survivors = [kill for kill in matrix.kills if not kill.killed]
    click.echo(f"honest server: {matrix.honest}")
    click.echo(f"{len(matrix.kills) - len(survivors)} of {len(matrix.kills)} faults noticed")
    for kill in survivors:
        click.echo(f"SURVIVES  {kill.name}  breaks {kill.breaks}; played: {_some(kill.scenarios)}")
    for requirement in matrix.unproven:
        click.echo(f"UNPROVEN  {requirement}  is tested, but no fault breaks it")
    return 0 if matrix.holds else 1


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _faults(names: tuple[str, ...]) -> list[Fault]:
    from conformance.problem import Problem, did_you_mean  # noqa: PLC0415 - kept out of the start
    from conformance.server.faults import FAULTS  # noqa: PLC0415 - kept out of the start

    for name in names:
        if name not in FAULTS:
            raise Problem("usage", f"there is no fault '{name}'", hint=did_you_mean(name, FAULTS))
    return [FAULTS[name] for name in names] or list(FAULTS.values())


def _tell(kill: Kill) -> None:
    aside = f"  also fails {', '.join(kill.collateral)}" if kill.collateral else ""
    click.echo(f"{'noticed ' if kill.killed else 'SURVIVES'}  {kill.name:36} {kill.breaks}{aside}")


def _write(matrix: Matrix, path: Path) -> None:
    import json  # noqa: PLC0415 - kept out of the start

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(matrix.as_json(), indent=1) + "\n", encoding="utf-8")
