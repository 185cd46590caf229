"""`dermconf validate`: files judged by profiles, without any server."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.guides import Guides
    from conformance.validating.also.comparing import Comparisons
    from conformance.validating.judging import Court, Judged
    from conformance.validating.sources import Source

_EVIDENCE = ("explicit", "descriptive", "inferred", "assumed")


@click.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--profile", default="", metavar="NAME|URL", help="Judge by this one, whatever is claimed.")
@click.option(
    "--ig",
    "packages",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="A guide's package (.tgz, folder or file); it goes before what is shipped.",
)
@click.option("--evidence", type=click.Choice(_EVIDENCE), default="descriptive", help="Weakest to fail.")
@click.option("--terminology", metavar="URL", help="Terminology server, asked what cannot be told offline.")
@click.option(
    "--also",
    multiple=True,
    metavar="WHO",
    help="Ask for a second opinion: '$validate' (of --target) or hl7:PATH (HL7's validator_cli.jar).",
)
@click.option(
    "--target", metavar="URL", help="The server that --also '$validate' asks; it is sent the files."
)
@click.option("--token-env", metavar="NAME", help="Environment variable with the bearer token for --target.")
@click.option(
    "--ca", type=click.Path(path_type=Path), metavar="FILE", help="Authorities to trust (PEM), for --target."
)
@click.option(
    "--fhircast", is_flag=True, help="The files hold FHIRcast messages; their resources are judged, too."
)
@click.option("--format", "form", type=click.Choice(["text", "json", "outcome"]), default="text")
def command(  # noqa: PLR0917 - click's way
    files: tuple[str, ...],
    profile: str,
    packages: tuple[Path, ...],
    evidence: str,
    terminology: str | None,
    also: tuple[str, ...],
    target: str | None,
    token_env: str | None,
    ca: Path | None,
    fhircast: bool,  # noqa: FBT001 - click's way
    form: str,
) -> int:
    """Judge files by the profiles that they claim: JSON, NDJSON, XML, Bundles, folders, or `-`.

    Exit code 0: every resource is valid; 1: one is not; 2: usage. A second opinion changes none of these,
    unless there is none to be had (2).
    """
    from conformance.validating.also.comparing import Comparisons  # noqa: PLC0415 - kept out of the start
    from conformance.validating.judging import Court  # noqa: PLC0415 - kept out of the start
    from conformance.validating.sources import refuse_missing, sources  # noqa: PLC0415 - kept out of the start

    refuse_missing(files)
    if fhircast and (also or profile):
        raise click.UsageError("--fhircast goes with neither --also nor --profile.")
    found = _guides(packages, terminology)
    court = _court(found, profile, evidence)
    judge = _messages if fhircast else Court.judge
    judged = (each for read in sources(files, _stdin()) for each in judge(court, read))
    if not (also or target or token_env or ca):
        return 0 if _SHOWN[form](judged, court, Comparisons()) else 1
    from conformance.commands.also import Asked, hearing, refuse_silence, validators  # noqa: PLC0415 - seldom asked for

    others = validators(also, court, Asked(target, token_env, ca), terminology=terminology)
    with hearing(court, others) as heard:
        compared = Comparisons(heard.comparisons())
        valid = _SHOWN[form](heard.listening(judged), court, compared)
    refuse_silence(compared.counts)
    return 0 if valid else 1


def _messages(court: Court, read: list[Source]) -> Iterator[Judged]:
    from conformance.validating import fhircast  # noqa: PLC0415 - seldom asked for

    return fhircast.judge(read, court)


def _stdin() -> BinaryIO:
    """Return standard input, which Python leaves out where it is closed: then there is nothing in it."""
    return sys.stdin.buffer if sys.stdin is not None else BytesIO()


def _guides(packages: tuple[Path, ...], terminology: str | None) -> Guides:
    from conformance import guides  # noqa: PLC0415 - kept out of the start

    if terminology is None:
        return guides.overlaid(packages)
    from conformance.commands.target import base  # noqa: PLC0415 - requests, which one file does not need
    from conformance.validating.remote import Remote  # noqa: PLC0415

    return guides.overlaid(packages, Remote(base(terminology, "--terminology")))


def _court(found: Guides, profile: str, evidence: str) -> Court:
    from conformance import catalogue  # noqa: PLC0415 - kept out of the start
    from conformance.model import Evidence  # noqa: PLC0415 - kept out of the start
    from conformance.validating.judging import Court  # noqa: PLC0415 - kept out of the start

    return Court(
        guides=found,
        look_up=lambda id_: catalogue.requirements().get(id_),
        profile=found.canonical(profile) if profile else "",
        evidence=Evidence(evidence),
    )


def _text(judged: Iterable[Judged], court: Court, compared: Comparisons) -> bool:
    from conformance.validating import showing  # noqa: PLC0415 - kept out of the start
    from conformance.validating.also import telling  # noqa: PLC0415 - kept out of the start

    told = []
    for each in judged:
        told.append((each.valid, showing.counted(each)))
        click.echo(showing.block(each, court.look_up) + ("\n" if each.issues else ""))
    for number, comparison in enumerate(compared):
        between = "\n" if number == 0 and not each.issues else ""
        click.echo(between + telling.block(comparison) + ("\n" if comparison.places else ""))
    click.echo("\n".join([showing.total(told), *telling.totals(compared.counts)]))
    return all(valid for valid, _ in told)


def _json(judged: Iterable[Judged], _court: Court, compared: Comparisons) -> bool:
    from conformance.validating import showing  # noqa: PLC0415 - kept out of the start
    from conformance.validating.also import telling  # noqa: PLC0415 - kept out of the start

    valid = True
    for each in judged:
        valid = valid and each.valid
        click.echo(showing.json_line(each))
    for comparison in compared:
        click.echo(telling.json_line(comparison))
    return valid


def _outcome(judged: Iterable[Judged], _court: Court, compared: Comparisons) -> bool:
    from conformance.validating import showing  # noqa: PLC0415 - kept out of the start
    from conformance.validating.also import telling  # noqa: PLC0415 - kept out of the start

    valid: list[bool] = []
    further = (issue for comparison in compared for issue in telling.issues(comparison))
    for piece in showing.outcome(_noting(judged, valid), further):
        click.echo(piece, nl=False)
    click.echo()
    return all(valid)


def _noting(judged: Iterable[Judged], valid: list[bool]) -> Iterator[Judged]:
    """Yield what is judged, and note whether it is valid."""
    for each in judged:
        valid.append(each.valid)
        yield each


_SHOWN = {"text": _text, "json": _json, "outcome": _outcome}
