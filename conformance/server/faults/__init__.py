"""Faults: each a small class that overrides one behaviour of the honest server, and names what it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults.registry import FAULTS
from conformance.server.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FAULTS", "faulty"]


def faulty(names: Iterable[str]) -> tuple[Behaviour, type[Searcher]]:
    """Return the behaviour and the search of a server that has all these faults at once."""
    chosen = [FAULTS[name] for name in names]
    behaviour = type("Faulty", (*(f for f in chosen if issubclass(f, Behaviour)), Behaviour), {})
    searcher = type("FaultySearcher", (*(f for f in chosen if issubclass(f, Searcher)), Searcher), {})
    return behaviour(), searcher
