"""The kill matrix as one self-contained page, drawn from the content of kill-matrix.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.render.html import environment
from conformance.render.page import link, slug
from conformance.render.story import statement
from conformance.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Sizes of the picture, in its own units.
CELL = 9
ROW = 14
LABELS = 270
HEADS = 250
# Letters of a scenario's name for which there is room above its column.
LONGEST = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One rule that a fault turned red besides its own, and why that is right."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault: what it breaks, where that was seen, and what else it turned red."""

    name: str
    anchor: str
    breaks: str
    sentence: str
    seen: str
    killed: bool
    scenarios: tuple[str, ...]
    played: int
    asides: tuple[Aside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One square of the picture: a scenario that a fault turned red."""

    x: int
    y: int
    own: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Faults beside scenarios, as squares; what was not played is hatched."""

    width: int
    height: int
    rows: tuple[tuple[int, str, str], ...]
    columns: tuple[tuple[int, str], ...]
    bands: tuple[tuple[int, int, int], ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    holds: bool
    # Only a part of the suite was played: what it does not notice, the rest may.
    part: bool
    headline: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    survivors: tuple[Row, ...]
    unproven: tuple[tuple[str, str], ...]
    unshown: tuple[Mapping[str, Any], ...]
    asides: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    picture: Picture | None
    trials: tuple[Mapping[str, Any], ...]
    sentences: Mapping[str, str]
    rules: Mapping[str, str]
    # The style that this page shares with the report hides by verdict; there is none here.
    verdicts: tuple[()] = ()

    @property
    def missed(self) -> str:
        """Return what the faults are called that were not noticed."""
        return "Not noticed here" if self.part else "Survivors"

    @property
    def missed_means(self) -> str:
        """Return what it means that they were not noticed."""
        return (
            "Faults that these scenarios do not notice; others may."
            if self.part
            else "Faults that no check noticed."
        )


def render(told: Mapping[str, Any]) -> str:
    """Return the page."""
    return environment().get_template("matrix.html").render(page=page(told))


def page(told: Mapping[str, Any]) -> Page:
    """Return everything that the page shows."""
    faults = told.get("faults") or []
    rows = tuple(_row(fault, told.get("reasons") or {}) for fault in faults)
    trials = tuple(told.get("fairness") or ())
    survivors = tuple(row for row in rows if not row.killed)
    unproven = tuple((rule, statement(rule)) for rule in told.get("unproven") or ())
    part = bool(told.get("part"))
    # The verdict of the proof by faults is the prover's own; a page of lawful servers alone has none.
    holds = told.get("holds", True) and all(one["fair"] for one in trials)
    return Page(
        holds=holds,
        part=part,
        headline=_headline(part=part) if holds else "The proof does not hold",
        lead=_lead(rows, trials),
        facts=tuple(_facts(told, rows, trials)),
        rows=rows,
        survivors=survivors,
        unproven=unproven,
        unshown=tuple(told.get("unshown") or ()),
        asides=_asides(rows),
        picture=_picture(faults) if faults else None,
        trials=trials,
        sentences=told.get("variations") or {},
        rules=told.get("rules") or {},
    )


def _headline(*, part: bool) -> str:
    return "Every check can fail" if part else "Every fault is noticed, and every check can fail"


def _row(fault: Mapping[str, Any], reasons: Mapping[str, str]) -> Row:
    breaks = fault["breaks"]
    return Row(
        name=fault["name"],
        anchor=slug("fault", fault["name"]),
        breaks=breaks,
        sentence=fault["sentence"],
        seen=link(fault.get("seen", "")),
        killed=fault["killed"],
        scenarios=tuple(name for name, rules in fault["red"].items() if breaks in rules),
        played=len(fault["scenarios"]),
        asides=tuple(Aside(rule=rule, why=reasons.get(rule, "")) for rule in fault["collateral"]),
    )


def _lead(rows: Sequence[Row], trials: Sequence[Mapping[str, Any]]) -> str:
    noticed = sum(row.killed for row in rows)
    faults = f"{noticed} of {plural(len(rows), 'fault')} noticed" if rows else ""
    fair = sum(len(one["variations"]) for one in trials if one["fair"])
    whole = sum(len(one["variations"]) for one in trials)
    lawful = f"{fair} of {plural(whole, 'lawful variation')} judged fairly" if trials else ""
    return "; ".join(part for part in (faults, lawful) if part) + "."


def _facts(
    told: Mapping[str, Any], rows: Sequence[Row], trials: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    if rows:
        yield "Honest server", told["honest"]["verdict"]
        yield "Besides its own", f"the median fault turns {_rules(told['median']['beside'])} red"
        umbrella = f"which notice any alteration of a resource ({', '.join(told['umbrella'])})"
        yield "Beyond those", f"{_rules(told['median']['beyond'])}, where those are left out {umbrella}"
        seen = sum(bool(row.seen) for row in rows)
        yield "On record", f"{seen} of {plural(len(rows), 'fault')} were found in real servers"
    if trials:
        rules = {rule for one in trials for rule in one["rules"]}
        yield "Fairness", f"{plural(len(rules), 'rule')} on {plural(len(trials), 'lawful server')}"


def _rules(number: float) -> str:
    return f"{number:g} rule{'' if number == 1 else 's'}"


def _asides(rows: Sequence[Row]) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """Return the rules that were red besides others: id, statement, why, and by which faults."""
    by: dict[str, list[str]] = {}
    why: dict[str, str] = {}
    for row in rows:
        for aside in row.asides:
            by.setdefault(aside.rule, []).append(row.name)
            why[aside.rule] = aside.why
    # What nothing explains comes first: it may be a check that looks at more than its rule.
    order = sorted(by, key=lambda rule: (bool(why[rule]), -len(by[rule]), rule))
    return tuple((rule, statement(rule), why[rule], tuple(by[rule])) for rule in order)


def _picture(faults: Sequence[Mapping[str, Any]]) -> Picture:
    names = sorted({name for fault in faults for name in fault["scenarios"]})
    at = {name: LABELS + CELL * place for place, name in enumerate(names)}
    cells = [cell for place, fault in enumerate(faults) for cell in _cells(fault, HEADS + ROW * place, at)]
    bands = [band for place, fault in enumerate(faults) for band in _bands(fault, HEADS + ROW * place, names)]
    return Picture(
        width=LABELS + CELL * len(names) + CELL,
        height=HEADS + ROW * len(faults) + ROW,
        rows=tuple(
            (HEADS + ROW * place, fault["name"], slug("fault", fault["name"]))
            for place, fault in enumerate(faults)
        ),
        columns=tuple((x, _short(name)) for name, x in at.items()),
        bands=tuple(bands),
        cells=tuple(cells),
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _cells(fault: Mapping[str, Any], y: int, at: Mapping[str, int]) -> list[Cell]:
    return [
        Cell(
            x=at[name],
            y=y,
            own=fault["breaks"] in rules,
            title=f"{fault['name']} in {name}: {', '.join(rules)}",
        )
        for name, rules in fault["red"].items()
    ]


def _bands(fault: Mapping[str, Any], y: int, names: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return where a fault was played, as (x, y, width) of neighbouring scenarios."""
    played = set(fault["scenarios"])
    bands: list[tuple[int, int, int]] = []
    for place, name in enumerate(names):
        x = LABELS + CELL * place
        if name not in played:
            continue
        if bands and bands[-1][0] + bands[-1][2] == x:
            bands[-1] = (bands[-1][0], y, bands[-1][2] + CELL)
        else:
            bands.append((x, y, CELL))
    return bands
