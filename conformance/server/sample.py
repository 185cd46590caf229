"""The sample data of a seeded server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.server.store import Store


def fill(store: Store) -> None:
    """Put the sample data into an empty store."""
    _ = store
