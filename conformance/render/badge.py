"""The verdict of the run as a small SVG for a readme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from conformance.render import tally
from conformance.render.text import shown
from conformance.render.words import run_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.events import Run

# Dark enough for white letters (WCAG 2.2, 1.4.3).
_COLOURS: Mapping[str, str] = {"red": "#b3261e", "green": "#1f6f43", "blue": "#2b5c9e", "magenta": "#86358f"}
_NAME = "dermconf"
_LETTER = 6.6
_PAD = 8


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the picture."""
    del run
    word = run_word(str(summary.get("verdict", "error")))
    text = shown(f"{word.word.lower()} as {tally.roles(summary)}", 60)
    left, right = _width(_NAME), _width(text)
    colour = _COLOURS.get(word.colour, "#555555")
    label = escape(f"{_NAME}: {text}", {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{label}"><title>{label}</title>'
        f'<rect width="{left + right}" height="20" rx="3" fill="{colour}"/>'
        f'<path d="M3 0h{left - 3}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#3a3f45"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2}" y="14">{_NAME}</text>'
        f'<text x="{left + right / 2}" y="14">{escape(text)}</text></g></svg>\n'
    )


def _width(text: str) -> int:
    return round(len(text) * _LETTER) + 2 * _PAD
