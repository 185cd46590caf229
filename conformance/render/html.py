"""The run as one self-contained page: no network, no foreign script, every text of a server escaped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conformance.render import block
from conformance.render.page import link, page, slug
from conformance.render.text import duration, visible_lines
from conformance.render.words import plural, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.events import Run
    from conformance.render.story import Story

_BRIEF = ("at", "sent", "returned", "expected", "actual", "outcome")
TEMPLATES = Path(__file__).parent / "templates"


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the page."""
    return environment().get_template("report.html").render(page=page(run, summary))


def environment() -> Environment:
    """Return what renders the templates: all that they are given is escaped, and made visible."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        rows=block.rows,
        answer=block.answer,
        message_of=block.message,
        brief=_brief,
        place=block.place,
        word=word,
        plural=plural,
        duration=duration,
        link=link,
        slug=slug,
    )
    return made


def _safe(text: Any) -> Any:
    """Spell out controls and direction marks; markup of our own templates is no plain string and stays."""
    return visible_lines(text) if type(text) is str else text


def _brief(story: Story) -> list[tuple[str, str]]:
    """Return only location and values: the rule's hint and link stand in the lists above the scenarios."""
    return [(name, text) for name, text in block.rows(story) if name in _BRIEF]
