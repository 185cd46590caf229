"""The register of all faults: a class that says what it breaks is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.server.registry import enter, name_of, sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.server.behaviour import Behaviour
    from conformance.server.registry import Overriding
    from conformance.server.search import Searcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: its name, the requirement that it breaks, what it does, and the class that does it."""

    name: str
    breaks: str
    sentence: str
    overriding: type[Behaviour | Searcher]

    @property
    def classes(self) -> tuple[type[Behaviour | Searcher], ...]:
        """Return what overrides the honest server."""
        return (self.overriding,)


FAULTS: dict[str, Fault] = {}


def breaks(requirement: str) -> Callable[[Overriding], Overriding]:
    """Register a class as the fault that breaks a requirement; its name is the class's, with hyphens."""

    def register(overriding: Overriding) -> Overriding:
        name = name_of(overriding)
        fault = Fault(name=name, breaks=requirement, sentence=sentence_of(overriding), overriding=overriding)
        enter(FAULTS, name, fault)
        return overriding

    return register
