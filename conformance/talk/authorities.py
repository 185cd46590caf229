"""Who vouches for certificates: the usual authorities, or those of one file; never nobody."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from conformance.problem import NOWHERE, Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

USUAL: str = DEFAULT_CA_BUNDLE_PATH


def authorities(file: Path | None, place: Place = NOWHERE) -> str:
    """Return the file of those who are trusted in the usual ones' place; raises Problem for none.

    `place` is where the settings name it, nowhere for an option.
    """
    if file is None:
        return ""
    try:
        context = ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError):
        context = None
    if context is None or not context.cert_store_stats()["x509"]:
        raise Problem(
            "usage",
            f"{'tls, ca' if place.file else '--ca'}: '{file}' holds no certificate that can be read",
            place=place,
            hint="a file in PEM format, which begins with -----BEGIN CERTIFICATE-----",
        )
    return str(file)


def own(files: tuple[Path, Path] | None, place: Place = NOWHERE) -> tuple[str, str] | None:
    """Return the files of our own certificate and its key; raises Problem where they are no pair."""
    if files is None:
        return None
    certificate, key = files
    try:
        # A key with a passphrase would be asked for at the terminal.
        ssl.create_default_context().load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ssl.SSLError) as error:
        why = (
            error.strerror
            if not isinstance(error, ssl.SSLError)
            else "they are no pair in PEM without a passphrase"
        )
        raise Problem(
            "usage", f"tls: '{certificate}' with '{key}' cannot be used: {why}", place=place
        ) from None
    return str(certificate), str(key)
