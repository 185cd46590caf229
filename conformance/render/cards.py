"""What is to be told, a card for each rule: how it showed first, and in which other ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.render.evidence import talk
from conformance.render.story import Story, grouped
from conformance.render.words import RUN_VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.render.evidence import Talk

# The same exchange stands in its scenario, too, and there it is whole.
_LONGEST = 6_000
# As many ways tell what is amiss; the others stand in their scenarios.
_WAYS = 13
_SHOWN = frozenset({"fail", "error", "warn", "untested"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One rule, or one thing that broke or lacked, with the ways in which it showed; `more` are not told."""

    stories: tuple[Story, ...]
    more: int
    times: int
    scenarios: int
    parties: tuple[str, ...]
    evidence: Talk | None

    @property
    def first(self) -> Story:
        """Return the way that is told whole."""
        return self.stories[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Cards of one kind under one heading.

    `urgent` is what the verdict of the run rests on: open, and printed. `late` is where nothing is to do.
    """

    anchor: str
    heading: str
    meaning: str
    cards: tuple[Card, ...]
    urgent: bool
    late: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    anchor: str
    heading: str
    meaning: str
    holds: Callable[[Story], bool]
    urgent: tuple[str, ...] = ()
    late: bool = False


def _open(*verdicts: str) -> Callable[[Story], bool]:
    return lambda story: story.verdict in verdicts and not story.accepted


_EVERY = tuple(RUN_VERDICTS)

# The first is what a vendor must mend.
_KINDS = (
    _Kind("must-fix", "Must fix", "Gating rules that this server broke.", _open("fail"), _EVERY),
    _Kind(
        "errors",
        "No verdict",
        "Something other than the server's conformance broke.",
        _open("error"),
        _EVERY,
    ),
    _Kind("should-fix", "Should fix", "Rules that do not gate and did not hold.", _open("warn")),
    _Kind(
        "untested",
        "Untested",
        "Not tested, and what would unlock it.",
        _open("untested"),
        ("incomplete",),
    ),
    _Kind(
        "accepted",
        "Accepted",
        "Known, and accepted in the baseline: they stay what they are, and do not count for the exit code.",
        lambda story: story.accepted,
    ),
    _Kind(
        "left-out",
        "Left out",
        "Optional and not claimed, or denied by the settings.",
        _open("skip", "out-of-reach"),
        late=True,
    ),
    _Kind(
        "data",
        "Data and observations",
        "Seen in passing; never a verdict.",
        _open("data", "observed"),
        late=True,
    ),
)


def piles(told: Iterable[Story], verdict: str, limit: int) -> tuple[Pile, ...]:
    """Return what is to be told, by kind, the most urgent first."""
    cards = _cards(grouped(told), limit)
    found = (
        Pile(
            anchor=kind.anchor,
            heading=kind.heading,
            meaning=kind.meaning,
            cards=tuple(card for card in cards if kind.holds(card.first)),
            urgent=verdict in kind.urgent,
            late=kind.late,
        )
        for kind in _KINDS
    )
    return tuple(sorted(found, key=lambda pile: not pile.urgent))


def _cards(stories: Iterable[Story], limit: int) -> list[Card]:
    by_rule: dict[object, list[Story]] = {}
    for story in stories:
        key = (story.verdict, story.id or story.party, story.headline, story.accepted)
        by_rule.setdefault(key, []).append(story)
    return [_card(told, limit) for told in by_rule.values()]


def _card(told: list[Story], limit: int) -> Card:
    names = {name for story in told for name in (story.scenario, *story.also)}
    return Card(
        stories=tuple(told[:_WAYS]),
        more=max(0, len(told) - _WAYS),
        times=sum(story.count for story in told),
        scenarios=len(names),
        parties=tuple(dict.fromkeys(story.party for story in told if story.party)),
        evidence=_evidence(told[0], limit),
    )


def _evidence(story: Story, limit: int) -> Talk | None:
    """Return the exchange that shows it, with bodies that stand nowhere else on the card."""
    if story.exchange is None or story.verdict not in _SHOWN:
        return None
    return talk(story.exchange, min(limit, _LONGEST), {})
