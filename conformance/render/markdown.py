"""The run as Markdown for a pull request: short, folded, and safe to post."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from conformance.render import block, tally
from conformance.render.console import worth_telling
from conformance.render.story import Story, grouped, requirement, stories
from conformance.render.text import shown
from conformance.render.words import VERDICTS, run_word, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.events import Run

# GitHub refuses a comment of more than 65 536 characters; a block has at most some 3 000.
_LONGEST = 55_000
_LISTS = (
    ("Must fix", ("fail",)),
    ("No verdict", ("error",)),
    ("Untested", ("untested",)),
    ("Should fix", ("warn",)),
)
_TICKS = re.compile("`+")


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the text."""
    parts = [_head(run, summary), _table(run, summary), _facts(run, summary)]
    told = [story for story in grouped(stories(run, summary)) if worth_telling(story, summary)]
    room = _LONGEST - sum(map(len, parts))
    for heading, verdicts in _LISTS:
        chosen = [story for story in told if story.verdict in verdicts]
        if chosen:
            text = _list(heading, chosen, room)
            parts.append(text)
            room -= len(text)
    return "\n\n".join(parts) + "\n"


def _head(run: Run, summary: Mapping[str, Any]) -> str:
    symbol = run_word(str(summary.get("verdict", "error"))).symbol
    return f"### {symbol} {tally.headline(run, summary)}"


def _table(run: Run, summary: Mapping[str, Any]) -> str:
    rules = summary.get("counts") or {}
    scenarios = Counter(scenario.verdict for scenario in run.scenarios)
    names = [name for name in VERDICTS if rules.get(name) or scenarios[name]]
    rows = [
        ["", *(f"{word(name).symbol} {name}" for name in names)],
        ["---", *("---:" for _ in names)],
        ["rules", *(str(rules.get(name, 0)) for name in names)],
        ["scenarios", *(str(scenarios[name]) for name in names)],
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _facts(run: Run, summary: Mapping[str, Any]) -> str:
    facts = (
        ("Server", _code(tally.target(run))),
        ("Judged by", escape(tally.judged_by(run))),
        ("Data", tally.data(summary)),
        ("Baseline", tally.baseline(summary)),
        ("Cost", escape(tally.cost(run, summary))),
    )
    return "\n".join(f"- **{name}** {text}" for name, text in facts if text)


def _list(heading: str, told: Sequence[Story], room: int) -> str:
    blocks = []
    for text in _blocks(told):
        room -= len(text)
        if room < 0:
            break
        blocks.append(text)
    rest = len(told) - len(blocks)
    more = [f"… and {rest} more, all of them in `report.html`."] if rest else []
    return "\n\n".join([f"#### {heading} ({len(told)})", *blocks, *more])


def _blocks(told: Sequence[Story]) -> Iterator[str]:
    for story in told:
        lines = "\n".join(block.lines(story))
        fence = "`" * max(3, *(len(ticks) + 1 for ticks in [*_TICKS.findall(lines), ""]))
        yield (f"<details><summary>{_title(story)}</summary>\n\n{fence}text\n{lines}\n{fence}\n\n</details>")


def _title(story: Story) -> str:
    """Return rule and sentence; what is not the catalogue's stands as code, so that it mentions nobody."""
    own = requirement(story.id) if story.id else None
    headline = escape(story.headline) if own else _code(story.headline)
    rule = f"<b>{escape(story.id)}</b> " if story.id else ""
    times = f", {story.count} times" if story.count > 1 else ""
    return f"{rule}{headline} ({escape(story.party)}, {_code(story.scenario)}{times})"


def _code(text: str) -> str:
    return f"<code>{escape(shown(text)).replace('|', '&#124;')}</code>"
