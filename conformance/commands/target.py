"""What several commands read from their options: the target, by its address or its name, and the token."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from conformance.problem import NOWHERE, Place, Problem, Problems
from conformance.talk.authorities import authorities
from conformance.talk.redact import bare

if TYPE_CHECKING:
    from conformance.model import Target
    from conformance.read.settings import Settings

__all__ = ["authorities", "base", "recorded", "refuse_to_guess", "settings", "token"]

_CONFIG = Path("dermconf.yaml")

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


def settings(target: str, config: Path | None = None, ca: Path | None = None) -> Settings:
    """Return the settings of a target, which is an address or a name in dermconf.yaml.

    An address is allowed everything: who names it on the command line says so. A named target is allowed what
    its settings allow. Raises Problem where there is no such target.
    """
    from conformance.model import Target as Plain  # noqa: PLC0415 - kept out of the start
    from conformance.read import settings as file  # noqa: PLC0415 - kept out of the start

    if not target.strip():
        hint = "is the variable set that it comes from? without --target, run tests its own embedded server"
        raise Problem("usage", "--target is empty", hint=hint)
    path = config or _CONFIG
    if config is None and _may_be_name(target) and not path.exists():
        message = f"--target: '{target}' is no address, and there is no {_CONFIG} here"
        raise Problem(
            "usage", message, hint=f"http://{target}/… if it is a host, --config FILE if it is a name"
        )
    if config is not None or _may_be_name(target):
        known = file.read(path)
        if target in known or _may_be_name(target):
            found = file.chosen(target, known, path)
            return _trusting(found, ca)
    return file.Settings(target=Plain(base=base(target)), ca=ca, place=NOWHERE)


def recorded(target: Target, config: Path | None = None, ca: Path | None = None) -> Settings:
    """Return how the target of an earlier run is reached: by its name, where that has the same address."""
    from conformance.read import settings as file  # noqa: PLC0415 - kept out of the start

    path = config or _CONFIG
    known = file.read(path) if config is not None or (target.name and path.exists()) else {}
    found = known.get(target.name)
    if found is not None and found.target.base == target.base:
        allowed = replace(target, read_only=found.target.read_only, denied=found.target.denied)
        return _trusting(replace(found, target=allowed), ca)
    return file.Settings(target=target, ca=ca, place=NOWHERE)


def refuse_to_guess(config: Path | None, token_env: str | None, ca: Path | None) -> None:
    """Raise Problem where options say how a target is reached and none is named: not the embedded server.

    A dermconf.yaml that lies in the folder says nothing by itself.
    """
    given = {"--config": config, "--token-env": token_env, "--ca": ca}
    option = next((name for name, value in given.items() if value is not None), "")
    if not option:
        return
    from conformance.read import settings as file  # noqa: PLC0415 - kept out of the start

    path = config or _CONFIG
    names = ", ".join(file.read(path)) if config else _names(path)
    message = f"{option} says how a target is reached, and none is named"
    hint = f"--target NAME; {path} has {names}" if names else f"--target URL, or --target NAME of {path}"
    hint = f"{hint}. Without {option}, run tests its own embedded server"
    raise Problem("usage", message, place=Place(str(config)) if config else NOWHERE, hint=hint)


def _names(path: Path) -> str:
    """Return the targets of the file in the folder, if it has any: what is amiss with it is not asked."""
    from conformance.read import settings as file  # noqa: PLC0415 - kept out of the start

    try:
        return ", ".join(file.read(path)) if path.exists() else ""
    except (Problem, Problems):
        return ""


def _trusting(found: Settings, ca: Path | None) -> Settings:
    """Return the settings with the authorities that an option names, which goes before their own."""
    return replace(found, ca=ca, ca_place=NOWHERE) if ca else found


def _may_be_name(target: str) -> bool:
    return not any(character in target for character in ":/.") and target != "localhost"


def base(url: str, option: str = "--target") -> str:
    """Return the base URL that a person wrote; raises Problem where it is none."""
    parts = _parts(url if "://" in url else f"http://{url}")
    if parts is None:
        raise Problem(
            "usage",
            f"{option}: '{_shown(url)}' is no http or https address",
            hint="such as https://host/fhir",
        )
    if parts.username or parts.password:
        hint = "use --token-env" if option == "--target" else "credentials do not stand in an address"
        raise Problem("usage", f"{option}: the address holds a user name or password", hint=hint)
    if parts.query or parts.fragment:
        raise Problem("usage", f"{option}: a base URL has no query and no fragment")
    return bare(parts.geturl())


def _shown(url: str) -> str:
    """Return what a person wrote without what may be a password or a token."""
    before, at, host = url.partition("?")[0].rpartition("@")
    return f"{before.partition('//')[0]}//{host}" if at and "//" in before else host


def _parts(url: str) -> SplitResult | None:
    """Return the parts of an http or https address, or None where it is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None
