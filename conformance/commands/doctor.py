"""`dermconf doctor`: what keeps a target from being tested, before any test."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from conformance.run.doctor import Line
    from conformance.run.suite import Settings

_MARKS = {"ok": "ok   ", "note": "note ", "amiss": "AMISS"}
# It creates a patient, an image and annotations, and deletes them again.
_TRIAL = "rest/delete.yaml"


@click.command()
@click.option("--target", required=True, metavar="URL|NAME", help="Base URL, or a name in dermconf.yaml.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Instead of dermconf.yaml.")
@click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token.")
@click.option("--ca", type=click.Path(path_type=Path), metavar="FILE", help="Authorities to trust (PEM).")
@click.option("--read-only", is_flag=True, help="Try out nothing that writes.")
@click.option("-n", "threads", type=click.IntRange(1, 32), help="Scenarios at a time, for the time it takes.")
@click.option("--report-dir", type=click.Path(path_type=Path), default=Path("reports"))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(**options: Any) -> int:
    """Look at a target before any test, and say what to do. Exit 1 where something is amiss."""
    from conformance.jsontext import dumps  # noqa: PLC0415 - kept out of the start
    from conformance.run.stopping import stoppable  # noqa: PLC0415 - kept out of the start

    told: list[Line] = []
    with stoppable() as stop:
        for line in _doctor(replace(_settings(options), stop=stop)).lines():
            told.append(line)
            if options["form"] == "text":
                _show(line)
    if options["form"] == "json":
        click.echo(dumps([_plain(line) for line in told]))
    return 1 if any(line.state == "amiss" for line in told) else 0


def _settings(options: dict[str, Any]) -> Settings:
    from conformance.commands.access import access  # noqa: PLC0415 - kept out of the start
    from conformance.commands.target import settings, token  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import Settings  # noqa: PLC0415 - kept out of the start

    named = settings(options["target"], options["config"], options["ca"])
    target = replace(named.target, read_only=named.target.read_only or options["read_only"])
    return Settings(
        target=target,
        access=access(replace(named, target=target), token(options["token_env"]), options["token_env"] or ""),
        threads=options["threads"] or named.threads or 1,
        reports=options["report_dir"] / "doctor",
        argv=tuple(sys.argv[1:]),
    )


def _doctor(settings: Settings) -> Any:
    from conformance.read.loading import scenarios  # noqa: PLC0415 - kept out of the start
    from conformance.run.doctor import Doctor  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import cases_of  # noqa: PLC0415 - kept out of the start
    from conformance.talk.client import Client  # noqa: PLC0415 - kept out of the start

    return Doctor(
        client=Client(settings.target, settings.access, settings.stop),
        cases=[case for one in scenarios() for case in cases_of(one)],
        threads=settings.threads,
        write=lambda: _written(settings),
    )


def _written(settings: Settings) -> Line:
    """Return what came of creating and deleting a few resources, recorded as any run is."""
    from conformance import shipped  # noqa: PLC0415 - kept out of the start
    from conformance.run.doctor import Line, State  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import run  # noqa: PLC0415 - kept out of the start

    trial = replace(settings, paths=(shipped.testcases() / _TRIAL,), threads=1)
    done = run(trial, lambda _total: lambda _name, _verdict, _seconds: None)
    (scenario,) = done.run.scenarios
    if scenario.leftover:
        todo = f"dermconf cleanup {settings.reports / 'run.jsonl'}"
        return Line(state=State.AMISS, what="write", said="what was created could not be deleted", todo=todo)
    made = sum(event["ours"] is True for event in scenario.created)
    if made:
        said = f"{made} resources were created and deleted again, for trial"
        return Line(state=State.OK, what="write", said=said)
    problem = next(iter(scenario.problems), None)
    lacks = problem["message"] if problem else (scenario.skipped or {}).get("lacks", "")
    finding = next((f["message"] for f in scenario.findings if f["result"] in {"failed", "untested"}), "")
    said = f"nothing could be created: {lacks or finding or scenario.verdict}"
    todo = "a credential that may write, or --read-only for what can be tested without"
    return Line(state=State.AMISS, what="write", said=said, todo=todo)


def _show(line: Line) -> None:
    from conformance.render.text import visible  # noqa: PLC0415 - kept out of the start

    click.echo(f"{_MARKS[line.state]}  {line.what:<10} {visible(line.said)}")
    if line.todo:
        click.echo(f"                  {visible(line.todo)}")


def _plain(line: Line) -> dict[str, str]:
    return {"state": line.state.value, "what": line.what, "said": line.said, "todo": line.todo}
