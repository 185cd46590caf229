"""Two runs beside each other as one self-contained page: only what changed, what got worse first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.render.html import environment
from conformance.render.page import link, slug
from conformance.render.story import requirement
from conformance.render.text import shown
from conformance.render.words import plural, run_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LETTERS = "AB"
# What a head may hold, in the order in which it is shown.
_FACTS: Mapping[str, str] = {
    "file": "Record",
    "target": "Server",
    "server": "Software",
    "fhir": "FHIR",
    "started": "Started",
    "dermconf": "dermconf",
    "requirements": "Requirements",
    "tested": "Rules tested",
    "exit": "Exit code",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of change is spoken of, and the verdict whose colour it has."""

    name: str
    symbol: str
    colour: str
    meaning: str

    @property
    def anchor(self) -> str:
        """Return where its changes stand on the page."""
        return slug("kind", self.name)


_KINDS = (
    Kind(name="regression", symbol="✗", colour="fail", meaning="It was better in A than it is in B."),
    Kind(
        name="flaky", symbol="~", colour="warn", meaning="It came out otherwise without a change behind it."
    ),
    Kind(
        name="changed", symbol="→", colour="untested", meaning="Neither better nor worse, but not the same."
    ),
    Kind(name="new", symbol="+", colour="data", meaning="Only B has it."),
    Kind(name="removed", symbol="-", colour="skip", meaning="Only A has it."),
    Kind(name="fixed", symbol="✓", colour="pass", meaning="It is better in B than it was in A."),
)
_NAMED: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row: what came to another verdict, and why."""

    anchor: str
    scenario: str
    requirement: str
    statement: str
    source: str
    before: str
    after: str
    message: str
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The changes of one kind."""

    kind: Kind
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the page says first: in the colour of a run's verdict, with a symbol, and in words."""

    verdict: str
    symbol: str
    headline: str


_CUT = State(verdict="error", symbol="!", headline="A run was cut off: nobody can say that nothing got worse")
_SAME = State(verdict="conformant", symbol="✓", headline="Nothing changed")
_BETTER = State(verdict="conformant", symbol="✓", headline="Nothing got worse")
# The first kind of change that there is decides.
_STATES: Mapping[str, State] = {
    "regression": State(verdict="nonconformant", symbol="✗", headline="Something got worse"),
    "flaky": State(verdict="nonconformant", symbol="✗", headline="Something goes back and forth"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    state: State
    headline: str
    lead: str
    letters: str
    verdicts: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[Part, ...]


def page(
    heads: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]], *, cut: bool = False
) -> str:
    """Return the page of what changed from the first run to the second, both told in plain JSON values.

    `cut`: one of the runs did not come to its end.
    """
    return environment().get_template("diff.html").render(page=_page(heads, changes, cut=cut))


def _page(heads: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]], *, cut: bool) -> Page:
    parts = _parts(changes)
    state = _state(parts, cut=cut)
    return Page(
        state=state,
        headline=state.headline,
        lead=_lead(parts),
        letters=_LETTERS[: len(heads)],
        verdicts=tuple((str(head.get("verdict", "")), _verdict(head)) for head in heads),
        facts=tuple(_facts(heads)),
        parts=parts,
    )


def _parts(changes: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Return the changes by kind; a kind that is not known here is shown under its own name."""
    by_kind: dict[str, list[Change]] = {}
    for number, change in enumerate(changes, 1):
        by_kind.setdefault(str(change.get("kind", "")), []).append(_change(change, number))
    unknown = [_unknown(name) for name in by_kind if name not in _NAMED]
    return tuple(
        Part(kind=kind, changes=tuple(by_kind[kind.name]))
        for kind in (*_KINDS, *unknown)
        if kind.name in by_kind
    )


def _unknown(name: str) -> Kind:
    return Kind(name=shown(name), symbol="·", colour="skip", meaning="")


def _change(change: Mapping[str, Any], number: int) -> Change:
    rule = requirement(str(change.get("requirement") or ""))
    return Change(
        anchor=f"change-{number}",
        scenario=shown(change.get("scenario") or ""),
        requirement=shown(change.get("requirement") or ""),
        statement=rule.statement if rule else "",
        source=link(rule.source) if rule else "",
        before=str(change.get("before") or ""),
        after=str(change.get("after") or ""),
        message=shown(change.get("message") or ""),
        accepted=bool(change.get("accepted")),
    )


def _state(parts: Sequence[Part], *, cut: bool) -> State:
    kinds = {part.kind.name for part in parts}
    told = next((state for kind, state in _STATES.items() if kind in kinds), None)
    if told is not None or cut:
        return told or _CUT
    return _BETTER if parts else _SAME


def _lead(parts: Sequence[Part]) -> str:
    numbers = Counter({part.kind.name: len(part.changes) for part in parts})
    words = [f"{count} {name}" for name, count in numbers.items() if name != "regression"]
    first = [plural(numbers["regression"], "regression")] if numbers["regression"] else []
    told = ", ".join(first + words)
    return f"{told}." if told else "Every rule came to the same verdict in every scenario."


def _verdict(head: Mapping[str, Any]) -> str:
    verdict = str(head.get("verdict") or "")
    return run_word(verdict).word.lower() if verdict else "no verdict"


def _facts(heads: Sequence[Mapping[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    rows = ((title, tuple(_fact(head.get(key)) for head in heads)) for key, title in _FACTS.items())
    return [(title, texts) for title, texts in rows if any(texts)]


def _fact(value: Any) -> str:
    return "" if value is None else shown(value)
