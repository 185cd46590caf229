"""`dermconf validate --also`: who is asked for a second opinion."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.validating.also.asking import Hearing, Validator
    from conformance.validating.also.comparing import Count
    from conformance.validating.judging import Court

_SERVER = "$validate"
_JAR = "hl7:"


def validators(
    asked: Iterable[str], court: Court, *, target: str | None, token_env: str | None, terminology: str | None
) -> tuple[Validator, ...]:
    """Return those who are named, each once; raises Problem for what cannot be asked, before anything is."""
    names = tuple(dict.fromkeys(asked))
    _refuse(names, target, token_env)
    return tuple(
        _server(target or "", token_env)
        if name == _SERVER
        else _jar(name.removeprefix(_JAR), court, terminology)
        for name in names
    )


@contextmanager
def hearing(court: Court, asked: tuple[Validator, ...]) -> Iterator[Hearing]:
    """Give what keeps the resources until the others are asked."""
    from conformance.validating.also.asking import Hearing  # noqa: PLC0415 - only where it is asked for

    with TemporaryDirectory(prefix="dermconf-also-") as folder:
        yield Hearing(Path(folder), court, asked)


def refuse_silence(counts: Mapping[str, Count]) -> None:
    """Raise Problem for a validator that gave no opinion at all, though it was asked."""
    for name, count in counts.items():
        if count.why_not and not count.agree + count.differ:
            raise Problem("no-opinion", f"--also: {name} gave no opinion: {count.why_not}")


def _refuse(names: tuple[str, ...], target: str | None, token_env: str | None) -> None:
    for name in names:
        if name != _SERVER and not name.startswith(_JAR):
            hint = f"'{_SERVER}' (in quotes, with --target), or {_JAR}PATH of HL7's validator_cli.jar"
            raise Problem("usage", f"--also: '{name}' is nobody to ask", hint=hint)
    if _SERVER in names and not target:
        raise Problem("usage", f"--also '{_SERVER}' asks a server: name it with --target")
    if _SERVER not in names and (target or token_env):
        option = "--target" if target else "--token-env"
        raise Problem(
            "usage", f"{option}: files are judged without a server", hint=f"--also '{_SERVER}' asks one"
        )


def _server(target: str, token_env: str | None) -> Validator:
    from conformance.commands.target import base, token  # noqa: PLC0415 - requests, which one file does not need
    from conformance.validating.also.server import Server  # noqa: PLC0415

    return Server(base=base(target), token=token(token_env))


def _jar(path: str, court: Court, terminology: str | None) -> Validator:
    from conformance.validating.also.hl7 import hl7  # noqa: PLC0415 - only where it is asked for

    given = court.guides.definitions.packages
    # The last package is laid over the others, so that it goes first.
    definitions = [resource for package in reversed(given) for resource in package.resources]
    return hl7(path, definitions, terminology)
