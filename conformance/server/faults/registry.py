"""The register of all faults: a class that says what it breaks is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.server.behaviour import Behaviour
    from conformance.server.search import Searcher

Overriding = TypeVar("Overriding", bound="type[Behaviour | Searcher]")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: its name, the requirement that it breaks, what it does, and the class that does it."""

    name: str
    breaks: str
    sentence: str
    overriding: type[Behaviour | Searcher]


FAULTS: dict[str, Fault] = {}


def breaks(requirement: str) -> Callable[[Overriding], Overriding]:
    """Register a class as the fault that breaks a requirement; its name is the class's, with hyphens."""

    def register(overriding: Overriding) -> Overriding:
        name = _WORD.sub("-", overriding.__name__).lower()
        if name in FAULTS:
            raise ValueError(f"two faults have the name {name}")
        sentence = (overriding.__doc__ or "").strip()
        FAULTS[name] = Fault(name=name, breaks=requirement, sentence=sentence, overriding=overriding)
        return overriding

    return register
