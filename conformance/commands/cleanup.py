"""`dermconf cleanup`: deletes what a broken run left on the server, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token.")
@click.option("--ca", type=click.Path(path_type=Path), metavar="FILE", help="Authorities to trust (PEM).")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Instead of dermconf.yaml.")
def command(record: Path, token_env: str | None, ca: Path | None, config: Path | None) -> int:
    """Delete what the run in RECORD (a run.jsonl) created and did not delete."""
    from conformance import events  # noqa: PLC0415 - kept out of the start
    from conformance.commands.access import access  # noqa: PLC0415 - kept out of the start
    from conformance.commands.target import recorded, token  # noqa: PLC0415 - kept out of the start
    from conformance.problem import Problem  # noqa: PLC0415 - kept out of the start
    from conformance.read.fixtures import TAG_SYSTEM  # noqa: PLC0415 - kept out of the start
    from conformance.run.recorder import Recorder  # noqa: PLC0415 - kept out of the start
    from conformance.run.remains import clean, refuse_a_live_run, remains  # noqa: PLC0415 - kept out of the start
    from conformance.run.replaying import target_of  # noqa: PLC0415 - kept out of the start
    from conformance.talk.client import Client  # noqa: PLC0415 - kept out of the start

    refuse_a_live_run(record)
    run = events.read(record)
    many = sum(len(made) + len(lost) for _, made, lost in remains(run))
    if not many:
        click.echo("nothing was left")
        return 0
    target = target_of(run)
    reached = recorded(target, config, ca)
    if "delete" in reached.target.denied:
        hint = "permissions: [delete] of the target in dermconf.yaml, or its owner deletes by hand"
        raise Problem("usage", f"deleting is not permitted on {target.base}: {many} stay", hint=hint)
    client = Client(target, access(reached, token(token_env), token_env or ""))
    with Recorder(record.parent / "cleanup") as recorder:
        rest = clean(run, client, recorder)
    kept = len(rest.stay) + len(rest.doubtful)
    many -= len(rest.lost)
    click.echo(f"{many - kept} of {many} deleted on {target.base}")
    for reference in rest.doubtful:
        click.echo(f"left alone: {target.base}/{reference}, which could not be told to be ours")
    for reference in rest.stay:
        click.echo(f"still there: {target.base}/{reference}")
    for one in rest.lost:
        mark = f"{TAG_SYSTEM}|{one.tag}"
        click.echo(f"perhaps still there: {one.type} with the tag {mark}, which was sent and is not found")
    return 1 if kept else 0
