"""The imaging side of one mount: its behaviour, its generation, and what it remembers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.server.imaging.behaviour import Imaging
from conformance.server.imaging.capability import Mint
from conformance.server.imaging.generations import GENERATIONS, NEWEST
from conformance.server.imaging.grants import Grants

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.server.imaging.generations import Generation

_MOST_WAITING = 1000


@dataclass(slots=True, kw_only=True)
class Side:
    """The imaging side of one mount."""

    behaviour: Imaging = field(default_factory=Imaging)
    generation: Generation = GENERATIONS[NEWEST]
    grants: Grants = field(default_factory=Grants)
    mint: Mint = field(default_factory=Mint)
    clock: Callable[[], float] = time.time
    _waiting: set[tuple[str, ...]] = field(default_factory=set)

    def late(self, *request: str) -> bool:
        """Tell whether a request is put off; of two that are the same, the second is answered."""
        before = request in self._waiting
        if before:
            self._waiting.discard(request)
        elif len(self._waiting) < _MOST_WAITING:
            self._waiting.add(request)
        return self.behaviour.late(asked_before=before)
