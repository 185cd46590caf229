"""The register of all faults by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from conformance.server.behaviour import Behaviour
    from conformance.server.search import Searcher

FAULTS: dict[str, type] = {}
