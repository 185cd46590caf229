"""The scenarios by subject, which is the folder that they lie in: what each came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.render.words import WORDS, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.render.detail import Detail

_ALONE = "scenarios"
_QUIET = ("pass", "skip", "out-of-reach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject with its scenarios; `told` are those that were played and did not pass, the worst first."""

    name: str
    anchor: str
    counts: Mapping[str, int]
    told: tuple[Detail, ...]
    scenarios: tuple[Detail, ...]


def subjects(scenarios: Iterable[Detail]) -> tuple[Subject, ...]:
    """Return the subjects in the order of their names."""
    by_name: dict[str, list[Detail]] = {}
    for each in scenarios:
        folder, slash, _ = each.name.partition("/")
        by_name.setdefault(folder if slash else _ALONE, []).append(each)
    return tuple(_subject(name, number, by_name[name]) for number, name in enumerate(sorted(by_name), 1))


def columns(every: Iterable[Subject]) -> tuple[str, ...]:
    """Return the verdicts that came up, the worst first."""
    came = {verdict for subject in every for verdict in subject.counts}
    return (*(name for name in WORDS if name in came), *sorted(came - WORDS.keys()))


def _subject(name: str, number: int, scenarios: list[Detail]) -> Subject:
    ordered = sorted(scenarios, key=lambda each: rank(each.verdict))
    return Subject(
        name=name,
        anchor=f"subject-{number}",
        counts=Counter(each.verdict for each in scenarios),
        told=tuple(each for each in ordered if each.verdict not in _QUIET),
        scenarios=tuple(scenarios),
    )
