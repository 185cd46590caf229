"""What the HTML page shows, as plain values; the template only lays them out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from conformance.render import tally
from conformance.render.cards import Pile, piles
from conformance.render.detail import detail, spots
from conformance.render.evidence import limits
from conformance.render.story import Story, statement, stories
from conformance.render.subjects import Subject, columns, subjects
from conformance.render.text import shown
from conformance.render.words import VERDICTS, WORDS, rank, run_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.events import Run
    from conformance.render.words import Word

_MEANING: Mapping[str, str] = {
    "repository": "the FHIR base under test: what it stores, returns and finds",
    "producer": "whoever authored the annotations",
    "image-source": "the server that gives the images",
    "authorisation": "discovery and token endpoints",
    "consumer": "readers of the data, and dermconf as a client",
    "report": "this report itself",
}
# What the verdict of the run says to whoever is to act on it.
_MEANS: Mapping[str, str] = {
    "conformant": "Nothing has to be mended. What held is what was tested, and no more.",
    "nonconformant": "What stands under Must fix has to be mended on this server; then run again. "
    "Each entry says what was asked, what came back, and how to mend it.",
    "incomplete": "Nothing that gates is broken, but not all that gates could be tested, so this is no pass. "
    "Untested says what would unlock it.",
    "partial": "This is no verdict on the whole: only a part of the suite was selected.",
    "error": "This says nothing of the server, neither good nor bad. "
    "Mend what stands under No verdict, then run again.",
}
_LEFT_OUT = (
    "Nothing was tested, so this is no pass. Left out says what the server does not claim in its "
    "CapabilityStatement, and what the settings deny."
)
# Only a SHALL gates at all; what is usual is not said.
_GATES: Mapping[str, str] = {"claimed": "gates where it is claimed", "never": "never gates"}
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table of rules."""

    id: str
    anchor: str
    statement: str
    grade: str
    gate: str
    verdict: str
    scenarios: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One party with its rules, its numbers and its one verdict."""

    name: str
    meaning: str
    verdict: str
    counts: Mapping[str, int]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    title: str
    word: Word
    verdict: str
    headline: str
    means: str
    role: str
    server: str
    about: tuple[str, ...]
    anchors: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    bar: tuple[tuple[str, int, float], ...]
    columns: tuple[str, ...]
    data: str
    parties: tuple[Party, ...]
    piles: tuple[Pile, ...]
    spots: Mapping[tuple[str, int], str]
    rules: frozenset[str]
    subjects: tuple[Subject, ...]
    subject_columns: tuple[str, ...]
    verdicts: tuple[tuple[str, int], ...]
    footnote: str


def page(run: Run, summary: Mapping[str, Any]) -> Page:
    """Return everything that the page shows."""
    told = stories(run, summary)
    anchors = _anchors("scenario", [each.name for each in run.scenarios])
    found = {each.name: spots(anchors[each.name], each) for each in run.scenarios}
    parties = _parties(run, summary, anchors)
    verdict = str(summary.get("verdict", "error"))
    bodies = limits(run)
    by_scenario = _by_scenario(told)
    scenarios = [
        detail(each, anchors[each.name], bodies, by_scenario.get(each.name, ()), found[each.name])
        for each in run.scenarios
    ]
    every = subjects(scenarios)
    return Page(
        title=f"{run_word(verdict).word.capitalize()}: {_name(run)}",
        word=run_word(verdict),
        verdict=verdict,
        headline=_sentence(tally.headline(run, summary).partition(": ")[2]),
        means=_LEFT_OUT
        if verdict == "incomplete" and tally.asked_nothing(summary)
        else _MEANS.get(verdict, ""),
        role="" if verdict == "error" else tally.roles(summary),
        server=_name(run),
        about=_about(run),
        anchors=anchors,
        facts=_facts(run, summary),
        bar=_bar(summary),
        columns=tuple(name for name in VERDICTS if any(party.counts.get(name) for party in parties)),
        data=tally.data(summary),
        parties=parties,
        piles=piles(told, verdict, bodies.showing),
        spots={(name, number): spot for name, each in found.items() for number, spot in each.items()},
        rules=frozenset(rule.id for party in parties for rule in party.rules),
        subjects=every,
        subject_columns=columns(every),
        verdicts=_present(each.verdict for each in run.scenarios),
        footnote=f"dermconf {summary.get('dermconf', '')}, run {run.header.get('run', '')}",
    )


def slug(prefix: str, text: str) -> str:
    """Return an anchor such as `req-DERM-AIP-03` or `scenario-search-spelling-media`."""
    return f"{prefix}-{_UNSAFE.sub('-', text).strip('-')}"


def link(url: str) -> str:
    """Return the address if a reader may follow it, nothing for `javascript:` and its like."""
    return url if re.match(r"https?://[^\s]+\Z", url) else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _anchors(prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Return an anchor for each name; names that look alike are numbered."""
    anchors: dict[str, str] = {}
    for name in names:
        anchor = slug(prefix, name)
        numbered = (f"{anchor}--{number}" for number in count(2))
        taken = set(anchors.values())
        anchors[name] = next(one for one in chain([anchor], numbered) if one not in taken)
    return anchors


def _name(run: Run) -> str:
    return shown(run.target.get("name") or run.target.get("base") or "no target")


def _about(run: Run) -> tuple[str, ...]:
    """Return base, software, version and day, those that are known."""
    version = run.target.get("fhir")
    base = run.target.get("base") if run.target.get("name") else ""
    day = str(run.header.get("started", ""))[:10]
    texts = (base, run.target.get("server"), f"FHIR {version}" if version else "", day)
    return tuple(shown(text) for text in texts if text)


def _facts(run: Run, summary: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = (
        ("Server", tally.target(run)),
        ("Judged as", tally.roles(summary)),
        ("Judged by", tally.judged_by(run)),
        ("Started", str(run.header.get("started", ""))),
        ("Scenarios", tally.scenario_counts(run)),
        ("Data", tally.data(summary)),
        ("Baseline", tally.baseline(summary)),
        *(("Past", text) for text in tally.past(summary)),
        ("Cost", tally.cost(run, summary)),
    )
    return tuple((name, text) for name, text in rows if text)


def _bar(summary: Mapping[str, Any]) -> tuple[tuple[str, int, float], ...]:
    numbers = summary.get("counts") or {}
    whole = sum(int(numbers.get(name) or 0) for name in VERDICTS) or 1
    counted = ((name, int(numbers.get(name) or 0)) for name in WORDS if name in VERDICTS)
    return tuple((name, count, round(100 * count / whole, 2)) for name, count in counted if count)


def _parties(run: Run, summary: Mapping[str, Any], anchors: Mapping[str, str]) -> tuple[Party, ...]:
    return tuple(
        Party(
            name=name,
            meaning=_MEANING.get(name, ""),
            verdict=tally.party_verdict(rows),
            counts=Counter(str(row.get("verdict", "")) for row in rows),
            rules=tuple(_rule(row, anchors) for row in sorted(rows, key=_rank)),
        )
        for name, rows in tally.parties(run, summary).items()
    )


def _rank(row: Mapping[str, Any]) -> int:
    return rank(str(row.get("verdict", "")))


def _rule(row: Mapping[str, Any], anchors: Mapping[str, str]) -> Rule:
    id_ = str(row.get("id", ""))
    level = str(row.get("level", ""))
    scenarios = [str(name) for name in row.get("scenarios") or ()]
    return Rule(
        id=id_,
        anchor=slug("req", id_),
        statement=statement(id_),
        grade=f"{level}, {row.get('evidence', '')}",
        gate=_GATES.get(str(row.get("gate", "")), "") if level.startswith("SHALL") else "",
        verdict=str(row.get("verdict", "")),
        scenarios=tuple((name, anchors.get(name, "")) for name in scenarios),
    )


def _by_scenario(told: Iterable[Story]) -> dict[str, list[Story]]:
    found: dict[str, list[Story]] = {}
    for story in told:
        found.setdefault(story.scenario, []).append(story)
    return found


def _present(verdicts: Iterable[str]) -> tuple[tuple[str, int], ...]:
    numbers = Counter(verdicts)
    return tuple((name, numbers[name]) for name in WORDS if numbers[name])
