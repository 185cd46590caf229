"""The requirements under which the rules that are always judged find, asked for or not."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTOMATIC: Mapping[str, str] = MappingProxyType(
    {
        "create": "R4-CRE-01",
        "location": "R4-CRE-02",
        "read": "R4-READ-01",
        "update": "R4-UPD-05",
        "delete": "R4-DEL-01",
        "search": "R4-SRCH-01",
        "batch": "R4-BAT-03",
        "transaction": "R4-TRX-07",
        "content-type": "R4-HTTP-06",
        "encoding": "R4-HTTP-07",
        "outcome": "R4-HTTP-21",
        "self-link": "R4-RES-01",
        "per-page": "R4-RES-02",
        "twice-on-a-page": "R4-RES-05",
        "over-pages": "R4-RES-08",
        "walk": "R4-PAGE-01",
        "recall": "R4-RES-19",
        "precision": "R4-RES-20",
        "declared": "R4-CAP-06",
    }
)
