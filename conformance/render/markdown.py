"""The run as Markdown for a pull request: what must be fixed first, short, folded, and safe to post.

What a server or a package says stands in code, where GitHub and GitLab read no Markdown, no HTML, no mention
and no reference: in ticks within a line, in `<code>` within a block of HTML, in a fence below a title.
"""

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
# How many of each list are told; who mends reads the page.
# Not a verdict: what a baseline accepts, whatever its verdict.
_ACCEPTED = "accepted"
_LISTS = (
    ("Must fix", "fail", 25),
    ("No verdict", "error", 10),
    ("Untested", "untested", 10),
    ("Should fix", "warn", 10),
    ("Accepted in the baseline", _ACCEPTED, 5),
)
_TICKS = re.compile("`+")
_MORE = "The whole run is in `report.html`; `dermconf explain RULE` tells what a rule asks for."


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the text."""
    head, tail = [_head(run, summary)], [_table(run, summary), _facts(run, summary), _MORE]
    told = [story for story in grouped(stories(run, summary)) if worth_telling(story, summary)]
    room = _LONGEST - sum(map(len, (*head, *tail)))
    lists = []
    for heading, verdict, most in _LISTS:
        chosen = [story for story in told if (_ACCEPTED if story.accepted else story.verdict) == verdict]
        if chosen:
            text = _list(heading, chosen, most, room)
            lists.append(text)
            room -= len(text)
    return "\n\n".join([*head, *lists, *tail]) + "\n"


def _head(run: Run, summary: Mapping[str, Any]) -> str:
    symbol = run_word(str(summary.get("verdict", "error"))).symbol
    because = _ticked(tally.because(summary))
    return f"### {symbol} {tally.sentence(run, summary)}" + (f"\n\n{because}" if because else "")


def _table(run: Run, summary: Mapping[str, Any]) -> str:
    rules = summary.get("counts") or {}
    scenarios = Counter(scenario.verdict for scenario in run.scenarios)
    names = [name for name in VERDICTS if rules.get(name) or scenarios[name]]
    if not names:
        return "Nothing was tested."
    rows = [
        ["", *(f"{word(name).symbol} {name}" for name in names)],
        ["---", *("---:" for _ in names)],
        ["rules", *(str(rules.get(name, 0)) for name in names)],
        ["scenarios", *(str(scenarios[name]) for name in names)],
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _facts(run: Run, summary: Mapping[str, Any]) -> str:
    facts = (
        ("Server", _ticked(tally.target(run))),
        ("Judged by", _ticked(tally.judged_by(run))),
        ("Data", tally.data(summary)),
        ("Baseline", _ticked(tally.baseline(summary))),
        ("Cost", tally.cost(run, summary)),
    )
    past = (("Past", _ticked(text)) for text in tally.past(summary))
    return "\n".join(f"- **{name}** {text}" for name, text in (*facts, *past) if text)


def _list(heading: str, told: Sequence[Story], most: int, room: int) -> str:
    blocks: list[str] = []
    for text in _blocks(told[:most]):
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
        fence = _fence(lines, 3)
        yield (f"<details><summary>{_title(story)}</summary>\n\n{fence}text\n{lines}\n{fence}\n\n</details>")


def _title(story: Story) -> str:
    """Return rule and sentence; what is not the catalogue's stands as code, so that it mentions nobody."""
    own = requirement(story.id) if story.id else None
    headline = escape(story.headline) if own else _code(story.headline)
    times = f", {story.count} times" if story.count > 1 else ""
    return f"{_rule(story)}{headline} ({escape(story.party)}, {_code(story.scenario)}{times})"


def _rule(story: Story) -> str:
    """Return the rule, and where it stands as a link."""
    if not story.id:
        return ""
    if not story.source.startswith(("https://", "http://")):
        return f"<b>{escape(story.id)}</b> "
    return f'<b><a href="{escape(story.source)}">{escape(story.id)}</a></b> '


def _code(text: str) -> str:
    """Return foreign text within a block of HTML, where ticks are only ticks."""
    return f"<code>{escape(shown(text))}</code>"


def _ticked(text: str) -> str:
    """Return foreign text within Markdown, where a tag of HTML would not keep it from being read as such."""
    line = shown(text, 1_000)
    ticks = _fence(line, 1)
    # A space on both sides belongs to the ticks (CommonMark 6.1), and keeps those of the text apart.
    return f"{ticks} {line} {ticks}" if line.strip() else ""


def _fence(text: str, least: int) -> str:
    """Return ticks that the text has nowhere in a row."""
    return "`" * max(least, *(len(ticks) + 1 for ticks in [*_TICKS.findall(text), ""]))
