"""`dermconf run`: the suite against a target, and its reports."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from conformance.model import Target
    from conformance.read.settings import Settings as Named
    from conformance.run.suite import Done, Settings

_ROLES = ("repository", "producer", "image-source", "authorisation")
_EVIDENCE = ("explicit", "descriptive", "inferred", "assumed")
_FORMATS = "html,json,junit,markdown"
# The editions of a guide that its scenarios tell apart; a misspelt one would leave them all out.
_EDITIONS = {"ai-transparency": ("ballot", "current"), "smart-imaging": ("G0", "G1", "G2", "G3")}
_POLICIES = ("label", "provenance")
_MOST = 32
# A server that is only read from is asked by GET alone, unless its settings allow more.
_WITHOUT_WRITING = ("delete", "validate", "search-by-post")


def _editions(_context: click.Context, _option: click.Parameter, gates: tuple[str, ...]) -> tuple[str, ...]:
    for gate in gates:
        spec, at, edition = gate.partition("@")
        known = _EDITIONS.get(spec, ())
        if at and known and edition not in known:
            raise click.BadParameter(f"the editions of {spec} are {' and '.join(known)}")
    return gates


class _Span(click.FloatRange):
    """A range of numbers: click takes NaN for one that is within, since it is not without."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if number != number:  # noqa: PLR0124 - what NaN is known by
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--target",
    metavar="URL|NAME",
    help="Base URL, or a name in dermconf.yaml; without it, the embedded server.",
)
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Instead of dermconf.yaml.")
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
@click.option("--evidence", type=click.Choice(_EVIDENCE), help="Weakest to fail (default: descriptive).")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Findings that somebody answers for: they do not count for the exit code.",
)
@click.option("-k", "expression", default="", metavar="EXPR", help="Only scenarios whose name matches.")
@click.option("-n", "threads", type=click.IntRange(1, 32), help="Scenarios at a time (default: 1).")
@click.option("--timeout", type=_Span(0.1, 600), help="Seconds for one answer (default: 30).")
@click.option("--rate", type=_Span(0.01, 10_000), help="Requests a second, at most.")
@click.option("--total", type=click.IntRange(1), help="Requests of the whole run, at most.")
@click.option("--report-dir", type=click.Path(path_type=Path), default=Path("reports"))
@click.option("--formats", default=_FORMATS, metavar="LIST", help="Which reports to write, by comma.")
def command(**options: Any) -> int:
    """Run the suite (or PATHS of your own) against a server and say what did not hold."""
    from conformance.commands.reports import chosen, write  # noqa: PLC0415 - kept out of the start
    from conformance.commands.target import (  # noqa: PLC0415 - kept out of the start
        authorities,
        refuse_to_guess,
        token,
    )
    from conformance.run.stopping import stoppable  # noqa: PLC0415 - kept out of the start

    formats = chosen(options["formats"])
    authorities(options["ca"])
    options["token"] = token(options["token_env"])
    # An empty target is a variable that was not set: nobody means the embedded server by it.
    if options["target"] is None:
        refuse_to_guess(options["config"], options["token_env"], options["ca"])
    with stoppable() as stop:
        with _target(options) as target:
            done = _run(_settings(options, target, stop))
        write(done.run, done.summary, options["report_dir"], formats, sys.stdout)
    return int(done.summary["gate"]["exit"])


@contextmanager
def _target(options: dict[str, Any]) -> Iterator[Named]:
    """Give the target and how it is reached; without one, start the embedded server."""
    from conformance.commands.target import settings  # noqa: PLC0415 - kept out of the start

    if options["target"] is not None:
        yield settings(options["target"], options["config"], options["ca"])
        return
    from conformance.run.embedded import embedded, versions  # noqa: PLC0415 - kept out of the start
    from conformance.server.imaging import people  # noqa: PLC0415 - kept out of the start

    with embedded(seed=True, meanwhile=_prepared) as base:
        found = settings(base)
        # The embedded server is never late; any other may be.
        options["tokens"] = people.tokens()
        yield replace(
            found,
            target=_claimed(replace(found.target, name="embedded", settle=0.0, versions=versions(base))),
        )


def _claimed(target: Target) -> Target:
    """Return the embedded server with what it claims of its images."""
    from conformance.catalogue import requirements  # noqa: PLC0415 - loaded while the server starts
    from conformance.server.imaging.claimed import claimed  # noqa: PLC0415 - as above

    return claimed(target, specs={rule.spec for rule in requirements().values()})


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
    from conformance.server.imaging import claimed  # noqa: F401, PLC0415 - kept out of the start

    requirements()


def _settings(options: dict[str, Any], named: Named, stop: Event) -> Settings:
    from conformance.baseline import recorded  # noqa: PLC0415 - kept out of the start
    from conformance.commands.access import access  # noqa: PLC0415 - kept out of the start
    from conformance.commands.known import baseline  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import Settings  # noqa: PLC0415 - kept out of the start

    target = _judged(named.target, options)
    named = replace(named, target=target)
    return Settings(
        target=target,
        access=access(named, options["token"], options["token_env"] or "", options.get("tokens", {})),
        paths=options["paths"],
        expression=options["expression"],
        threads=min(options["threads"] or named.threads or 1, named.threads or _MOST),
        packages=(*named.packages, *options["packages"]),
        accepted=recorded(baseline(options["baseline"], options["paths"])),
        reports=options["report_dir"],
        argv=tuple(sys.argv[1:]),
        stop=stop,
    )


def _judged(target: Target, options: dict[str, Any]) -> Target:
    """Return a target with what the options say of it; they add gates, and never permissions.

    They choose its roles, but for what the settings name: who has images answers for them.
    """
    from conformance.model import Evidence, Party  # noqa: PLC0415 - kept out of the start

    stated: dict[str, Any] = {
        "evidence": Evidence(options["evidence"]) if options["evidence"] else None,
        "timeout": options["timeout"],
        "rate": options["rate"],
        "total": options["total"],
    }
    roles = map(Party, options["roles"] or target.roles)
    policies = (name for name in _POLICIES if options[f"require_{name}"])
    return replace(
        target.as_(*roles),
        read_only=target.read_only or options["read_only"],
        leave_data=target.leave_data or options["leave_data"],
        denied=target.denied or (_WITHOUT_WRITING if options["read_only"] else ()),
        gates=(*target.gates, *_gates(options)),
        policies=tuple(dict.fromkeys((*target.policies, *policies))),
        **{name: value for name, value in stated.items() if value},
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
