"""Lawful variations: what R4 leaves to a server. A suite that fails one of them is wrong, not the server."""

from __future__ import annotations

from importlib import import_module

from conformance.server.variations.registry import VARIATIONS, Variation
from conformance.server.variations.rules import RULES

__all__ = ["RULES", "VARIATIONS", "Variation"]

for _module in (
    *("refusing", "lacking", "holding", "spelling", "writing", "labelling"),
    *("asking", "paging", "finding", "hiding", "deleting", "answering", "imaging"),
    *("denying", "casting", "archive"),
):
    import_module(f"{__name__}.{_module}")
