"""The run in numbers and findings, for programs; `schemas/summary.schema.json` says what stands in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.jsontext import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.events import Run


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the summary as indented JSON; all of it is ASCII, so that no foreign text can break a reader."""
    del run
    return json.dumps(json.loads(line(dict(summary))), indent=2) + "\n"
