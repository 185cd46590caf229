"""What several commands read from their options: the target's address and the token."""

from __future__ import annotations

import os
import re
from urllib.parse import SplitResult, urlsplit

from conformance.problem import Problem
from conformance.talk.authorities import authorities
from conformance.talk.redact import bare

__all__ = ["authorities", "base", "token"]

# IEEE Std 1003.1, 8.1: what a shell can export.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def token(name: str | None) -> str:
    """Return the bearer token of an environment variable; raises Problem where there is none."""
    if name is None:
        return ""
    if not _NAME.fullmatch(name):
        # It may be the secret itself, and stays unsaid.
        message = "--token-env: that is no name of a variable (did you paste the token itself?)"
        raise Problem("usage", message, hint="export TOKEN=…, then --token-env TOKEN")
    value = os.environ.get(name, "").strip()
    if not value:
        state = "empty" if name in os.environ else "not set"
        message = f"--token-env: the environment variable '{name}' is {state}"
        raise Problem("usage", message, hint=f"export {name}=…")
    if any(not "!" <= character <= "~" for character in value):
        raise Problem("usage", f"--token-env: '{name}' holds characters that no token has")
    return value


def base(url: str, option: str = "--target") -> str:
    """Return the base URL that a person wrote; raises Problem where it is none."""
    parts = _parts(url if "://" in url else f"http://{url}")
    if parts is None:
        raise Problem(
            "usage", f"{option}: '{url}' is no http or https address", hint="such as https://host/fhir"
        )
    if parts.username or parts.password:
        raise Problem("usage", f"{option}: the address holds a user name or password", hint="use --token-env")
    if parts.query or parts.fragment:
        raise Problem("usage", f"{option}: a base URL has no query and no fragment")
    return bare(parts.geturl())


def _parts(url: str) -> SplitResult | None:
    """Return the parts of an http or https address, or None where it is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None
