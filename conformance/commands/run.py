"""`dermconf run`: the suite against a target, and its reports."""

from __future__ import annotations

import gc
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from threading import Event

    from conformance.run.suite import Done, Settings

_ROLES = ("repository", "producer", "image-source", "authorisation")
_EVIDENCE = ("explicit", "descriptive", "inferred", "assumed")
_FORMATS = "html,json,junit,markdown"
# The editions of a guide that its scenarios tell apart; a misspelt one would leave them all out.
_EDITIONS = {"ai-transparency": ("ballot", "current")}
_POLICIES = ("label", "provenance")


def _editions(_context: click.Context, _option: click.Parameter, gates: tuple[str, ...]) -> tuple[str, ...]:
    for gate in gates:
        spec, at, edition = gate.partition("@")
        known = _EDITIONS.get(spec, ())
        if at and known and edition not in known:
            raise click.BadParameter(f"the editions of {spec} are {' and '.join(known)}")
    return gates


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--target", metavar="URL", help="Base URL of the server; without it, the embedded one.")
@click.option("--role", "roles", multiple=True, type=click.Choice(_ROLES), help="What the target is.")
@click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token.")
@click.option("--ca", type=click.Path(path_type=Path), metavar="FILE", help="Authorities to trust (PEM).")
@click.option("--read-only", is_flag=True, help="Never write; only what can be discovered is tested.")
@click.option("--leave-data", is_flag=True, help="Do not delete what the run created.")
@click.option(
    "--gate",
    "gates",
    multiple=True,
    metavar="SPEC[@EDITION]",
    callback=_editions,
    help="Also let SPEC's rules fail the run.",
)
@click.option(
    "--ait",
    type=click.Choice(_EDITIONS["ai-transparency"]),
    help="Hold it to this edition of AI Transparency, as --gate ai-transparency@EDITION.",
)
@click.option("--require-label", is_flag=True, help="What AI influenced has to carry a label of AI.")
@click.option("--require-provenance", is_flag=True, help="What AI influenced has to have a Provenance.")
@click.option(
    "--ig",
    "packages",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="A guide's package (.tgz, folder or file), which goes before our reading of its pages.",
)
@click.option("--evidence", type=click.Choice(_EVIDENCE), default="descriptive", help="Weakest to fail.")
@click.option("-k", "expression", default="", metavar="EXPR", help="Only scenarios whose name matches.")
@click.option("-n", "threads", type=click.IntRange(1, 32), default=1, help="Scenarios at a time.")
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=30.0, help="Seconds for one answer.")
@click.option("--report-dir", type=click.Path(path_type=Path), default=Path("reports"))
@click.option("--formats", default=_FORMATS, metavar="LIST", help="Which reports to write, by comma.")
def command(**options: Any) -> int:
    """Run the suite (or PATHS of your own) against a server and say what did not hold."""
    from conformance.commands.reports import chosen, write  # noqa: PLC0415 - kept out of the start
    from conformance.commands.target import authorities, token  # noqa: PLC0415 - kept out of the start
    from conformance.run.stopping import stoppable  # noqa: PLC0415 - kept out of the start

    formats = chosen(options["formats"])
    options |= {"token": token(options["token_env"]), "trusted": authorities(options["ca"])}
    with stoppable() as stop:
        with _target(options["target"]) as base:
            done = _run(_settings(options, base, stop))
        write(done.run, done.summary, options["report_dir"], formats, sys.stdout)
    return int(done.summary["gate"]["exit"])


def _target(given: str | None) -> AbstractContextManager[str]:
    """Give the base URL to test; without one, start the embedded server."""
    from conformance.commands.target import base  # noqa: PLC0415 - kept out of the start
    from conformance.run.embedded import embedded  # noqa: PLC0415 - kept out of the start

    return nullcontext(base(given)) if given else embedded(seed=True, meanwhile=_prepared)


def _collect_less() -> None:
    """Let the garbage collector leave alone what was loaded, and look at the rest less often.

    A run makes many small values and few cycles: by default a seventh of its time goes into looking for them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _prepared() -> None:
    """Load what a run needs while the embedded server starts."""
    from conformance.catalogue import requirements  # noqa: PLC0415 - kept out of the start
    from conformance.run import suite  # noqa: F401, PLC0415 - kept out of the start

    requirements()


def _settings(options: dict[str, Any], base: str, stop: Event) -> Settings:
    from conformance.model import GATES, Evidence, Party, Target  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import Settings  # noqa: PLC0415 - kept out of the start

    target = Target(
        base=base,
        name="" if options["target"] else "embedded",
        roles=tuple(Party(role) for role in options["roles"]) or (Party.REPOSITORY,),
        read_only=options["read_only"],
        leave_data=options["leave_data"],
        gates=(*GATES, *_gates(options)),
        policies=tuple(name for name in _POLICIES if options[f"require_{name}"]),
        evidence=Evidence(options["evidence"]),
        # The embedded server is never late; any other may be.
        settle=None if options["target"] else 0.0,
        timeout=options["timeout"],
    )
    return Settings(
        target=target,
        token=options["token"],
        token_env=options["token_env"] or "",
        trusted=options["trusted"],
        paths=options["paths"],
        expression=options["expression"],
        threads=options["threads"],
        packages=options["packages"],
        reports=options["report_dir"],
        argv=tuple(sys.argv[1:]),
        stop=stop,
    )


def _gates(options: dict[str, Any]) -> tuple[str, ...]:
    edition = (f"ai-transparency@{options['ait']}",) if options["ait"] else ()
    return (*options["gates"], *edition)


def _run(settings: Settings) -> Done:
    from conformance.commands.reports import forget  # noqa: PLC0415 - kept out of the start
    from conformance.render.progress import Progress  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import run  # noqa: PLC0415 - kept out of the start

    told: list[Progress] = []
    _collect_less()

    def tell(total: int) -> Callable[[str, str, float], None]:
        forget(settings.reports)
        told.append(Progress(sys.stdout, total))
        return told[0].finished

    done = run(settings, tell)
    for progress in told:
        progress.done()
    if done.kept:
        click.echo(f"an earlier run left data on its server: `dermconf cleanup {done.kept}` deletes it")
    return done
