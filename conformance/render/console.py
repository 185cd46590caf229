"""The run as text for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.render import block, tally
from conformance.render.story import Story, grouped, stories
from conformance.render.words import RUN_VERDICTS, WORDS, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

    from conformance.events import Run

_TOLD = ("fail", "error", "untested", "warn")
_RULE = "─" * 72


def render(run: Run, summary: Mapping[str, Any], *, reports: str = "reports") -> str:
    """Return failures, errors, what is untested, warnings, and at the end what it all comes to."""
    told = [story for story in grouped(stories(run, summary)) if worth_telling(story, summary)]
    blocks = ["\n".join(block.lines(story)) for story in told]
    return "\n\n".join([*blocks, "\n".join(_end(run, summary, reports))]) + "\n"


def show(run: Run, summary: Mapping[str, Any], stream: TextIO, *, reports: str = "reports") -> None:
    """Write the same to a stream, in colour where it is a terminal."""
    text = render(run, summary, reports=reports)
    if not stream.isatty():
        stream.write(text)
        return
    from rich.console import Console  # noqa: PLC0415 - costs 50 ms that a log does not need

    console = Console(file=stream, highlight=False)
    for line in text.splitlines():
        console.print(line, style=_style(line), markup=False, emoji=False, soft_wrap=True)


def worth_telling(story: Story, summary: Mapping[str, Any]) -> bool:
    """Say whether a story belongs here: one untested check does not, if its rule was tested elsewhere."""
    if story.verdict != "untested" or not story.id:
        return story.verdict in _TOLD
    rows = summary.get("requirements", ())
    return any(row.get("id") == story.id and row.get("verdict") == "untested" for row in rows)


def _end(run: Run, summary: Mapping[str, Any], reports: str) -> Iterator[str]:
    yield _RULE
    yield tally.headline(run, summary)
    yield from (f"  {name:<10} {text}" for name, text in _facts(run, summary, reports) if text)
    yield from (f"  past       {text}" for text in tally.past(summary))


def _facts(run: Run, summary: Mapping[str, Any], reports: str) -> Iterable[tuple[str, str]]:
    return (
        ("target", tally.target(run)),
        ("rules", _rules(run, summary)),
        ("scenarios", tally.scenario_counts(run)),
        ("parties", _parties(run, summary)),
        ("data", tally.data(summary)),
        ("judged by", tally.judged_by(run)),
        ("baseline", tally.baseline(summary)),
        ("cost", tally.cost(run, summary)),
        ("report", f"{reports}/report.html"),
    )


def _rules(run: Run, summary: Mapping[str, Any]) -> str:
    should, other = tally.warnings(run)
    parts = (("of a SHOULD", should), ("of a rule that does not gate", other))
    aside = " and ".join(f"{count} {text}" for text, count in parts if count)
    planned = tally.planned(summary)
    return (
        tally.counts(summary)
        + (f"; warnings: {aside}" if aside else "")
        + (f"; {plural(planned, 'rule')} planned, not tested yet" if planned else "")
    )


def _parties(run: Run, summary: Mapping[str, Any]) -> str:
    table = tally.parties(run, summary)
    return ", ".join(f"{party} {tally.party_verdict(rows)}" for party, rows in table.items())


def _style(line: str) -> str:
    first = line.split(" ", 1)[0]
    styles = {word.word: word.colour for word in (*WORDS.values(), *RUN_VERDICTS.values())}
    if first in styles:
        return f"bold {styles[first]}"
    return "dim" if line.startswith("      ") else ""
