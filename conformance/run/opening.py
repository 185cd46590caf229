"""What a run says of itself before it begins."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from conformance import __version__, events
from conformance.catalogue import VERSION, own
from conformance.run import standings

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.run.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run is asked to do; what stands here is written into the header."""

    argv: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    expression: str = ""
    whole: bool = True
    threads: int = 1
    # The entries of a baseline, as the header holds them.
    accepted: tuple[Json, ...] = ()


def header(session: Session, expected: int) -> dict[str, Json]:
    """Return the first event of a run: by what, of what, and under which conditions; `expected` scenarios."""
    target, asked = session.target, session.asked
    return {
        "schema": events.SCHEMA,
        "dermconf": __version__,
        "python": platform.python_version(),
        "run": session.id,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "argv": list(asked.argv),
        "selection": {"paths": list(asked.paths), "expression": asked.expression, "whole": asked.whole},
        "mode": {
            "read_only": target.read_only,
            "leave_data": target.leave_data,
            "denied": list(target.denied),
        },
        "budget": {"total": target.total, "rate": target.rate},
        "gates": list(target.gates),
        "policies": list(target.policies),
        "evidence": target.evidence.value,
        "roles": [role.value for role in target.roles],
        "settle": target.settle,
        "pages": target.pages,
        "scenarios": expected,
        "catalogue": len(session.catalogue),
        "requirements": VERSION,
        **({"own": mine} if (mine := own.told(session.catalogue)) else {}),
        **standings.told(session.given),
        "accepted": list(asked.accepted),
    }


def skew(date: str) -> float | None:
    """Return how many seconds the server's clock is ahead of ours, by its Date header."""
    try:
        return round((parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds(), 1)
    except (TypeError, ValueError):
        return None
