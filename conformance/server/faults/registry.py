"""The register of all faults: a class that says what it breaks is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.server.registry import enter, name_of, sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.server.behaviour import Behaviour
    from conformance.server.hub.behaviour import Casting
    from conformance.server.imaging.behaviour import Imaging
    from conformance.server.registry import Overriding
    from conformance.server.search import Searcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: its name, the requirement that it breaks, what it does, and the class that does it.

    `seen` is a thread of a public tracker that tells of a server with this bug, empty where none is known.
    `generation` is that of SMART Imaging Access which the server has, where the newest has no such rule.
    """

    name: str
    breaks: str
    sentence: str
    overriding: type[Behaviour | Searcher | Imaging | Casting]
    seen: str = ""
    generation: str = ""

    @property
    def classes(self) -> tuple[type[Behaviour | Searcher | Imaging | Casting], ...]:
        """Return what overrides the honest server."""
        return (self.overriding,)


FAULTS: dict[str, Fault] = {}
_THREAD = re.compile(r"https://[^\s<>]+")


def breaks(requirement: str, *, seen: str = "", generation: str = "") -> Callable[[Overriding], Overriding]:
    """Register a class as the fault that breaks a requirement; its name is the class's, with hyphens.

    `seen` is the thread where a real server was found with it; raises ValueError where it is no https URL.
    """
    if seen and not _THREAD.fullmatch(seen):
        raise ValueError(f"{seen} is no https URL")

    def register(overriding: Overriding) -> Overriding:
        fault = Fault(
            name=name_of(overriding),
            breaks=requirement,
            sentence=sentence_of(overriding),
            overriding=overriding,
            seen=seen,
            generation=generation,
        )
        enter(FAULTS, fault.name, fault)
        return overriding

    return register
