"""What a given profile demands beyond R4 and beyond what our own profile of the same name states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.confirming.view import value_of
from conformance.definitions.shape import objects, text, texts
from conformance.jsontext import dumps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conformance.confirming.view import Row, View

_LIMITS = ("minValue", "maxValue", "maxLength")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One thing that a profile demands of an element."""

    at: str
    aspect: str
    says: str


def demands(view: View) -> Iterator[Demand]:
    """Yield what a profile demands that R4 does not."""
    for id_, row in view.rows.items():
        core = view.core(id_)
        for aspect, says in _of_row(row, core):
            yield Demand(at=id_, aspect=aspect, says=says)
        strength, value_set = view.binding(id_)
        if strength in {"required", "extensible"}:
            yield Demand(at=id_, aspect="binding", says=f"{strength} {value_set}")
    for id_, each in view.constraints():
        says = f"{text(each, 'severity')}: {text(each, 'human')} ({text(each, 'expression')})"
        yield Demand(at=id_, aspect=f"constraint:{text(each, 'key')}", says=says)


def unknown(view: View, ours: View | None, used: Collection[tuple[str, str]]) -> list[Demand]:
    """Return the demands that no rule of ours was compared with, and that our own profile does not state."""
    mine = {(each.at, each.aspect, each.says) for each in demands(ours)} if ours else set()
    slices = {at for at, aspect in used if aspect == "slice"}
    return [
        each
        for each in demands(view)
        if (each.at, each.aspect) not in used
        and (each.at, each.aspect, each.says) not in mine
        and not any(each.at == at or each.at.startswith(f"{at}.") for at in slices)
    ]


def _of_row(row: Row, core: Row) -> Iterator[tuple[str, str]]:
    # A slice begins with none of its own, whatever R4 asks of the element that it slices.
    before = 0 if row.get("sliceName") else core.get("min", 0)
    if isinstance(row.get("min"), int) and row["min"] > before:
        yield "min", f"at least {row['min']}"
    if text(row, "max") and text(row, "max") != text(core, "max"):
        yield "max", f"at most {text(row, 'max')}"
    if _types(row) and _types(row) != _types(core) and not row.get("contentReference"):
        yield "type", f"nothing but {', '.join(sorted(_types(row)))}"
    value = value_of(row)
    if value is not None and value != value_of(core):
        yield "value", dumps(value)
    for name in _LIMITS:
        yield from ((name, f"{key} {dumps(row[key])}") for key in row if key.startswith(name))


def _types(row: Row) -> frozenset[str]:
    return frozenset(
        f"{text(each, 'code')}({', '.join(texts(each, 'targetProfile') or texts(each, 'profile'))})"
        for each in objects(row, "type")
    )
