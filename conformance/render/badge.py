"""The verdict of the run as a small SVG for a readme; it asks no other host for anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from conformance.render import tally
from conformance.render.text import shown
from conformance.render.words import run_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.events import Run

NAME = "dermconf"
# Dark enough for white letters (WCAG 2.2, 1.4.3).
_GREEN = "#1f6f43"
_COLOURS: Mapping[str, str] = {
    "conformant": "#2b5c9e",
    "nonconformant": "#b3261e",
    "incomplete": "#2b5c9e",
    "partial": "#2b5c9e",
    "error": "#86358f",
    "nothing-selected": "#86358f",
}
_ELSE = "#555555"
_LONGEST = 60
_PAD = 6
# Tenths of a pixel that a letter of Verdana takes at 11 pixels.
_NARROW: Mapping[str, int] = {
    **dict.fromkeys("iljI|!'", 36),
    **dict.fromkeys(" .,:;ftr()[]/-", 46),
    **dict.fromkeys("mwMW%@", 107),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&#", 80),
}
_OTHERWISE = 69


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a badge says, and in which colour."""

    text: str
    colour: str
    error: bool


def badge(summary: Mapping[str, Any]) -> Badge:
    """Return what the badge of a run says: where something held, how much of the suite that was.

    Green is only a whole suite: what only reads, say, is conformant by the few rules in its reach.
    """
    verdict = str(summary.get("verdict", "error"))
    word = shown(run_word(verdict).word.lower(), _LONGEST // 2)
    some, every = tally.tested(summary)
    tail = f": {some} of {every} rules" if verdict in ("conformant", "partial") else ""
    whole = verdict == "conformant" and not (summary.get("counts") or {}).get("out-of-reach")
    role = "" if verdict in ("error", "nothing-selected") else f" as {tally.roles(summary)}"
    return Badge(
        text=shown(f"{word}{role}{tail}", _LONGEST),
        colour=_GREEN if whole else _COLOURS.get(verdict, _ELSE),
        error=bool((summary.get("gate") or {}).get("exit", verdict == "error")),
    )


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the picture."""
    del run
    told = badge(summary)
    left, right = width(NAME), width(told.text)
    label = escape(f"{NAME}: {told.text}", {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{label}"><title>{label}</title>'
        f'<rect width="{left + right}" height="20" rx="3" fill="{told.colour}"/>'
        f'<path d="M3 0h{left - 3}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#3a3f45"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle" '
        'aria-hidden="true">'
        f"{_letters(NAME, left / 2, left)}{_letters(told.text, left + right / 2, right)}</g></svg>\n"
    )


def width(text: str) -> int:
    """Return how wide a part of the badge is: its letters, and room on both sides."""
    return round(sum(_NARROW.get(letter, _OTHERWISE) for letter in text) / 10) + 2 * _PAD


def _letters(text: str, middle: float, room: int) -> str:
    """Return letters that fill their room in whatever font a reader has."""
    fitted = f'textLength="{room - 2 * _PAD}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{middle:g}" y="14" {fitted}>{escape(text)}</text>'
