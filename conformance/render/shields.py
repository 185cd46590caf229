"""The verdict of the run as shields.io reads it from an endpoint (https://shields.io/badges/endpoint-badge)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.render import badge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.events import Run


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the description of a badge."""
    del run
    told = badge.badge(summary)
    described = {
        "schemaVersion": 1,
        "label": badge.NAME,
        "message": told.text,
        "color": told.colour.removeprefix("#"),
        "isError": told.error,
    }
    return json.dumps(described, indent=1) + "\n"
