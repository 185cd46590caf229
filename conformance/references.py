"""The identity of a reference, whatever its spelling (R4 references.html#literal)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# R4-LNK-17's shape without the list of types: [base/]Type/id[/_history/version][#fragment]
_RESTFUL = re.compile(
    r"(?P<base>https?://[^?#]*/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})"
    r"(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?(?:#.*)?"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a reference names: `Type/id` on the server itself, or a foreign text as it is."""

    reference: str
    version: str = ""
    local: bool = True

    @property
    def type(self) -> str:
        """Return the resource type, or nothing where the spelling does not tell."""
        found = _RESTFUL.fullmatch(self.reference)
        return found["type"] if found else ""

    @property
    def id(self) -> str:
        """Return the logical id, or nothing where the spelling does not tell."""
        found = _RESTFUL.fullmatch(self.reference)
        return found["id"] if found else ""


def same_base(left: str | None, right: str) -> bool:
    """Tell whether two base URLs address the same server; R4-HTTP-04: the scheme is no difference."""
    return left is not None and _bare(left) == _bare(right)


def _bare(base: str) -> str:
    return base.split("://", 1)[-1].rstrip("/")


def identity(text: str, base: str) -> Identity:
    """Return what a literal reference names, seen from the server at `base`."""
    found = _RESTFUL.fullmatch(text)
    if found is None:
        return Identity(text, local=False)
    own = found["base"] is None or same_base(found["base"], base)
    short = f"{found['type']}/{found['id']}"
    if own:
        return Identity(short, found["version"] or "")
    return Identity(f"{found['base']}{short}", found["version"] or "", local=False)
