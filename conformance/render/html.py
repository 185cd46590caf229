"""The run as one self-contained page: no network, no foreign script, every text of a server escaped."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.render import block
from conformance.render.page import link, page, slug
from conformance.render.text import duration, visible_lines
from conformance.render.words import plural, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.events import Run
    from conformance.render.story import Story

_BRIEF = ("at", "sent", "returned", "expected", "actual", "outcome")
_VALUES = ("sent", "returned", "expected", "actual")
_WRONG = frozenset({"fail", "warn", "error"})
_LABELS: Mapping[str, str] = {
    "at": "where",
    "outcome": "it said",
    "read": "seen in",
    "unlock": "to unlock",
    "hint": "to mend",
    "spec": "rule",
    "again": "ask again",
}
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
        facts_of=facts_of,
        script=_script(),
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
    made.filters["text"] = _text
    return made


def facts_of(story: Story) -> list[tuple[str, str, bool]]:
    """Return what a story says, each with its name and whether it is one of the values that differ."""
    return [(_label(name, story), text, name in _VALUES) for name, text in block.rows(story)]


def _label(name: str, story: Story) -> str:
    # Where nothing is known to be wrong, a rule's hint is no order.
    kept = name == "hint" and story.verdict not in _WRONG
    return name if kept else _LABELS.get(name, name)


def _script() -> Mapping[str, Markup]:
    """Return our one script and its hash: by the page's policy no other may run, whatever a server sent."""
    text = "\n" + (TEMPLATES / "script.js").read_text(encoding="utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return {"text": Markup(text), "hash": Markup(f"'sha256-{digest}'")}  # noqa: S704 - our own file


def _text(text: str) -> Markup:
    """Escape what stands between tags: there quotes may stay, which halves what JSON needs."""
    plain = visible_lines(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(plain)  # noqa: S704 - escaped in the line above


def _safe(text: Any) -> Any:
    """Spell out controls and direction marks; markup of our own templates is no plain string and stays."""
    return visible_lines(text) if type(text) is str else text


def _brief(story: Story) -> list[tuple[str, str]]:
    """Return only location and values: the rule's hint and link stand in the lists above the scenarios."""
    return [(_label(name, story), text) for name, text in block.rows(story) if name in _BRIEF]
