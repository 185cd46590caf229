"""`dermconf validate --also`: who is asked for a second opinion."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Which server is asked, if any, and how it is reached."""

    target: str | None
    token_env: str | None
    ca: Path | None

    @property
    def option(self) -> str:
        """Return the first option that speaks of a server, or nothing."""
        given = {"--target": self.target, "--token-env": self.token_env, "--ca": self.ca}
        return next((name for name, value in given.items() if value), "")


def validators(
    asked: Iterable[str], court: Court, server: Asked, *, terminology: str | None
) -> tuple[Validator, ...]:
    """Return those who are named, each once; raises Problem for what cannot be asked, before anything is."""
    names = tuple(dict.fromkeys(asked))
    _refuse(names, server)
    return tuple(
        _server(server) if name == _SERVER else _jar(name.removeprefix(_JAR), court, terminology)
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


def _refuse(names: tuple[str, ...], server: Asked) -> None:
    for name in names:
        if name != _SERVER and not name.startswith(_JAR):
            hint = f"'{_SERVER}' (in quotes, with --target), or {_JAR}PATH of HL7's validator_cli.jar"
            raise Problem("usage", f"--also: '{name}' is nobody to ask", hint=hint)
    if _SERVER in names and not server.target:
        raise Problem("usage", f"--also '{_SERVER}' asks a server: name it with --target")
    if _SERVER not in names and server.option:
        raise Problem(
            "usage",
            f"{server.option}: files are judged without a server",
            hint=f"--also '{_SERVER}' asks one",
        )


def _server(server: Asked) -> Validator:
    from conformance.commands.target import authorities, base, token  # noqa: PLC0415 - requests, which one file does not need
    from conformance.validating.also.server import Server  # noqa: PLC0415

    return Server(
        base=base(server.target or ""), token=token(server.token_env), trusted=authorities(server.ca)
    )


def _jar(path: str, court: Court, terminology: str | None) -> Validator:
    from conformance.validating.also.hl7 import hl7  # noqa: PLC0415 - only where it is asked for

    given = court.guides.definitions.packages
    # The last package is laid over the others, so that it goes first.
    definitions = [resource for package in reversed(given) for resource in package.resources]
    return hl7(path, definitions, terminology)
