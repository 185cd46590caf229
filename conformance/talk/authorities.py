"""Who vouches for certificates: the usual authorities, or those of one file; never nobody."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from conformance.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

USUAL: str = DEFAULT_CA_BUNDLE_PATH


def authorities(file: Path | None) -> str:
    """Return the file of those who are trusted in the usual ones' place; raises Problem for none."""
    if file is None:
        return ""
    try:
        context = ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError):
        context = None
    if context is None or not context.cert_store_stats()["x509"]:
        raise Problem(
            "usage",
            f"--ca: '{file}' holds no certificate that can be read",
            hint="a file in PEM format, which begins with -----BEGIN CERTIFICATE-----",
        )
    return str(file)
