"""`dermconf run`: the suite against a target, and its reports."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from conformance.model import Target
    from conformance.run.suite import Done

_ROLES = ("repository", "producer", "image-source", "authorisation")
_EVIDENCE = ("explicit", "descriptive", "inferred", "assumed")
_FORMATS = "html,json,junit,markdown"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--target", metavar="URL", help="Base URL of the server; without it, the embedded one.")
@click.option("--role", "roles", multiple=True, type=click.Choice(_ROLES), help="What the target is.")
@click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token.")
@click.option("--read-only", is_flag=True, help="Never write; only what can be discovered is tested.")
@click.option("--leave-data", is_flag=True, help="Do not delete what the run created.")
@click.option("--gate", "gates", multiple=True, metavar="SPEC", help="Also let SPEC's rules fail the run.")
@click.option("--evidence", type=click.Choice(_EVIDENCE), default="descriptive", help="Weakest to fail.")
@click.option("-k", "expression", default="", metavar="EXPR", help="Only scenarios whose name matches.")
@click.option("-n", "threads", type=click.IntRange(1, 32), default=1, help="Scenarios at a time.")
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=30.0, help="Seconds for one answer.")
@click.option("--report-dir", type=click.Path(path_type=Path), default=Path("reports"))
@click.option("--formats", default=_FORMATS, metavar="LIST", help="Which reports to write, by comma.")
def command(**options: Any) -> int:
    """Run the suite (or PATHS of your own) against a server and say what did not hold."""
    formats = _formats(options["formats"])
    token = _token(options["token_env"])
    with _target(options) as base:
        done = _run(_settings(options, base, token))
    _reports(done, options["report_dir"], formats)
    return int(done.summary["gate"]["exit"])


def _formats(text: str) -> list[str]:
    from conformance.problem import Problem, did_you_mean  # noqa: PLC0415 - kept out of the start
    from conformance.render import FORMATS  # noqa: PLC0415 - kept out of the start

    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in FORMATS:
            hint = did_you_mean(name, FORMATS) or f"known: {', '.join(FORMATS)}"
            raise Problem("usage", f"--formats: there is no format '{name}'", hint=hint)
    return names


def _token(name: str | None) -> str:
    from conformance.problem import Problem  # noqa: PLC0415 - kept out of the start

    if name is None:
        return ""
    value = os.environ.get(name, "").strip()
    if not value:
        raise Problem(
            "usage", f"--token-env: the environment variable '{name}' is not set", hint=f"export {name}=…"
        )
    if any(ord(character) < 33 or ord(character) > 126 for character in value):  # noqa: PLR2004 - visible ASCII
        raise Problem("usage", f"--token-env: '{name}' holds characters that no token has")
    return value


def _target(options: dict[str, Any]) -> AbstractContextManager[str]:
    """Give the base URL to test; without one, start the embedded server."""
    from conformance.run.embedded import embedded  # noqa: PLC0415 - kept out of the start

    given = options["target"]
    return nullcontext(_base(given)) if given else embedded(seed=True)


def _base(url: str) -> str:
    from urllib.parse import urlsplit  # noqa: PLC0415 - kept out of the start

    from conformance.problem import Problem  # noqa: PLC0415 - kept out of the start
    from conformance.talk.redact import bare  # noqa: PLC0415 - kept out of the start

    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Problem(
            "usage", f"--target: '{url}' is no http or https address", hint="such as https://host/fhir"
        )
    if parts.username or parts.password:
        raise Problem("usage", "--target: the address holds a user name or password", hint="use --token-env")
    if parts.query or parts.fragment:
        raise Problem("usage", "--target: a base URL has no query and no fragment")
    return bare(parts.geturl())


def _settings(options: dict[str, Any], base: str, token: str) -> Any:
    from conformance.model import Evidence, Party  # noqa: PLC0415 - kept out of the start
    from conformance.model import Target as Model  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import Settings  # noqa: PLC0415 - kept out of the start

    target: Target = Model(
        base=base,
        name="" if options["target"] else "embedded",
        roles=tuple(Party(role) for role in options["roles"]) or (Party.REPOSITORY,),
        read_only=options["read_only"],
        leave_data=options["leave_data"],
        gates=("dermatology", "r4", *options["gates"]),
        evidence=Evidence(options["evidence"]),
        settle=None if options["target"] else 0.0,
        timeout=options["timeout"],
    )
    return Settings(
        target=target,
        token=token,
        paths=options["paths"],
        expression=options["expression"],
        threads=options["threads"],
        reports=options["report_dir"],
        argv=tuple(sys.argv[1:]),
    )


def _run(settings: Any) -> Done:
    from conformance.render.progress import Progress  # noqa: PLC0415 - kept out of the start
    from conformance.run.suite import run  # noqa: PLC0415 - kept out of the start

    progress: list[Progress] = []

    def tell(total: int) -> Callable[[str, str, float], None]:
        progress.append(Progress(sys.stdout, total))
        return progress[0].finished

    done = run(settings, tell)
    for one in progress:
        one.done()
    return done


def _reports(done: Done, folder: Path, formats: Sequence[str]) -> None:
    from conformance.render import FORMATS  # noqa: PLC0415 - kept out of the start
    from conformance.render.console import show  # noqa: PLC0415 - kept out of the start

    for name in formats:
        filename, draw = FORMATS[name]
        (folder / filename).write_text(draw(done.run, done.summary), encoding="utf-8")
    show(done.run, done.summary, sys.stdout, reports=str(folder))
