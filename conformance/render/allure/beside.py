"""What lies beside the results: the environment that was tested, and the kinds of defects to sort by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.render import tally
from conformance.render.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.events import Run

# Allure 2 matches the whole message and Allure 3 any part of it, one in Java's and one in JavaScript's words.
_REST = r"[\s\S]*"
CATEGORIES: Sequence[Mapping[str, Any]] = (
    {"name": "The server broke a gating rule", "matchedStatuses": ["failed"]},
    {
        "name": "No verdict: network",
        "matchedStatuses": ["broken"],
        "messageRegex": f"^ERROR  network{_REST}",
    },
    {
        "name": "No verdict: credentials",
        "matchedStatuses": ["broken"],
        "messageRegex": f"^ERROR  credentials{_REST}",
    },
    {
        "name": "No verdict: a scenario, a fixture or dermconf",
        "matchedStatuses": ["broken"],
        "messageRegex": f"^ERROR  (scenario|dermconf){_REST}",
    },
    {"name": "No verdict: anything else", "matchedStatuses": ["broken"]},
    {
        "name": "Untested: something lacked",
        "matchedStatuses": ["skipped"],
        "messageRegex": f"^UNTESTED{_REST}",
    },
    {
        "name": "Out of reach of this target's settings",
        "matchedStatuses": ["skipped"],
        "messageRegex": f"^OUT-OF-REACH{_REST}",
    },
    {"name": "Optional, and not claimed", "matchedStatuses": ["skipped"], "messageRegex": f"^SKIP{_REST}"},
)
"""Each test is put under the first that fits."""


def environment(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the facts of the run as Java's properties."""
    facts = {
        "verdict": tally.headline(run, summary),
        "target": shown(run.target.get("name") or ""),
        "base": shown(run.target.get("base") or ""),
        "server": shown(run.target.get("server") or ""),
        "fhir": shown(run.target.get("fhir") or ""),
        "roles": tally.roles(summary),
        "judged-by": tally.judged_by(run),
        "dermconf": str(summary.get("dermconf", "")),
    }
    return "".join(f"{name}={_escaped(text)}\n" for name, text in facts.items() if text)


def _escaped(text: str) -> str:
    """Return a value as java.util.Properties reads it: Latin-1, and the backslash escapes."""
    return "".join(_character(char) for char in text)


def _character(char: str) -> str:
    if char == "\\":
        return r"\\"
    if " " <= char <= "~":
        return char
    units = char.encode("utf-16-be", "replace")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
