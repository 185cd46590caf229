"""`dermconf keys`: a key pair for SMART Backend Services."""

from __future__ import annotations

import os
import secrets
import shlex
from pathlib import Path
from typing import Any

import click

_ALGORITHMS = ("ES384", "RS384")


@click.command()
@click.argument("private", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--algorithm", type=click.Choice(_ALGORITHMS), default="ES384", help="What it signs with.")
def command(private: Path, algorithm: str) -> int:
    """Write a new private key (JWK) into the file PRIVATE, and print the public keys (JWKS) to register."""
    from conformance.jsontext import dumps  # noqa: PLC0415 - kept out of the start
    from conformance.problem import Problem  # noqa: PLC0415 - kept out of the start

    made = _made(algorithm) | {"kid": secrets.token_hex(8), "alg": algorithm, "use": "sig"}
    try:
        # Nobody else may read it, and no key that is there is lost.
        with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(dumps(made))
    except FileExistsError:
        raise Problem(
            "usage",
            f"{private} is there already: a key that is registered would be lost",
            hint=f"name another file; or, if nobody needs that key any more: rm {shlex.quote(str(private))}",
        ) from None
    except OSError as error:
        raise Problem("usage", f"{private} cannot be written: {error.strerror}") from None
    click.echo(dumps({"keys": [_without_private(made)]}))
    return 0


def _made(algorithm: str) -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - as above
    from jwt.algorithms import ECAlgorithm, RSAAlgorithm  # noqa: PLC0415 - as above

    if algorithm == "ES384":
        return ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()), as_dict=True)
    return RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 3072), as_dict=True)


def _without_private(jwk: dict[str, Any]) -> dict[str, Any]:
    """Return the public part of a key (RFC 7518, section 6)."""
    private = {"d", "p", "q", "dp", "dq", "qi", "key_ops"}
    return {name: value for name, value in jwk.items() if name not in private}
