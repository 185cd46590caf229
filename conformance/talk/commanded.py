"""A token that a command prints, as `gcloud auth print-access-token` does."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

from conformance.talk.credentials import NoToken, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = 60.0


def token(command: Sequence[str]) -> Token:
    """Return the token that a command prints, which is never told; raises NoToken where it prints none."""
    name = shlex.quote(command[0])
    try:
        done = subprocess.run(  # noqa: S603 - the command that the target's settings name
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoToken(f"the token command {name} did not end within {_SECONDS:g} s") from None
    except OSError as error:
        raise NoToken(f"the token command {name} cannot be started: {error.strerror}") from None
    if done.returncode:
        raise NoToken(
            f"the token command {name} failed (exit {done.returncode})", "run it by hand to see why"
        )
    value = done.stdout.decode("ascii", "replace").strip()
    if not value or any(not "!" <= character <= "~" for character in value):
        raise NoToken(f"the token command {name} did not print a token alone", "it has to print nothing else")
    return Token(value=value)
