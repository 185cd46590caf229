"""Faults: each a small class that overrides one behaviour of the honest server, and names what it breaks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from conformance.problem import Problem, did_you_mean
from conformance.server.behaviour import overridden
from conformance.server.faults.registry import FAULTS, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.server.behaviour import Overridden

__all__ = ["FAULTS", "Fault", "faulty", "unknown"]

_MODULES = (
    *("http", "negotiation", "metadata", "reading", "writing", "deleting", "bundles"),
    *("searching", "combining", "results", "linkage", "annotations", "predictions", "finding", "lacking"),
    *("labelling", "origins", "models", "series", "values"),
    *("imaging_discovery", "imaging_doors", "imaging_studies", "imaging_pixels"),
    *("selections", "manifests"),
    *("isic", "neighbours", "casting"),
)
for _module in _MODULES:
    import_module(f"{__name__}.{_module}")


def faulty(names: Iterable[str]) -> Overridden:
    """Return the behaviours and the search of a server that has all these faults at once."""
    return overridden(_fault(name).overriding for name in names)


def _fault(name: str) -> Fault:
    if name not in FAULTS:
        raise unknown(name)
    return FAULTS[name]


def unknown(name: str) -> Problem:
    """Return what to say where there is no such fault."""
    module = "a module of its own is named in conformance/server/faults/__init__.py"
    return Problem("unknown-fault", f"there is no fault '{name}'", hint=did_you_mean(name, FAULTS) or module)
