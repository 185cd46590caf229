"""Faults: each a small class that overrides one behaviour of the honest server, and names what it breaks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from conformance.problem import Problem, did_you_mean
from conformance.server.behaviour import Behaviour
from conformance.server.faults.registry import FAULTS, Fault
from conformance.server.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FAULTS", "Fault", "faulty"]

_MODULES = (
    *("http", "negotiation", "metadata", "reading", "writing", "deleting", "bundles"),
    *("searching", "results", "linkage", "annotations", "predictions", "finding"),
)
for _module in _MODULES:
    import_module(f"{__name__}.{_module}")


def faulty(names: Iterable[str]) -> tuple[Behaviour, type[Searcher]]:
    """Return the behaviour and the search of a server that has all these faults at once."""
    chosen = [_fault(name).overriding for name in names]
    behaviours = (*(one for one in chosen if issubclass(one, Behaviour)), Behaviour)
    searchers = (*(one for one in chosen if issubclass(one, Searcher)), Searcher)
    behaviour: type[Behaviour] = type("Faulty", behaviours, {})
    searcher: type[Searcher] = type("FaultySearcher", searchers, {})
    return behaviour(), searcher


def _fault(name: str) -> Fault:
    if name not in FAULTS:
        raise Problem("unknown-fault", f"there is no fault '{name}'", hint=did_you_mean(name, FAULTS))
    return FAULTS[name]
