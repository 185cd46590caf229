"""What the registers of faults and of lawful variations have in common: a class is entered by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from conformance.server.behaviour import Behaviour
    from conformance.server.hub.behaviour import Casting
    from conformance.server.imaging.behaviour import Imaging
    from conformance.server.search import Searcher

Overriding = TypeVar("Overriding", bound="type[Behaviour | Searcher | Imaging | Casting]")
Entry = TypeVar("Entry")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def name_of(overriding: type[Behaviour | Searcher | Imaging | Casting]) -> str:
    """Return the name that a class is entered by: its own, with hyphens."""
    return _WORD.sub("-", overriding.__name__).lower()


def sentence_of(overriding: type[Behaviour | Searcher | Imaging | Casting]) -> str:
    """Return what a class does: its docstring."""
    return (overriding.__doc__ or "").strip()


def enter(register: dict[str, Entry], name: str, entry: Entry) -> None:
    """Put an entry into a register; raises ValueError where two have one name."""
    if name in register:
        raise ValueError(f"two entries have the name {name}")
    register[name] = entry
