"""Unfolds `cases`: one tree for each combination of its axes, with the axis look-ups already replaced."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from conformance.problem import Problem, Problems, did_you_mean
from conformance.read.lookups import LookUp, fill
from conformance.read.shape import complaints
from conformance.read.topkeys import CASES
from conformance.yamlfile import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNSAFE = re.compile(r"[^A-Za-z0-9._:]+")
# More rows than this from one file is a slip, not a test.
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One combination of `cases`: its label, what its axes stand for, and the tree with that put in."""

    label: str
    axes: Mapping[str, str]
    tree: Tree


@dataclass(frozen=True, slots=True)
class _Choice:
    axis: str
    label: str
    values: Mapping[str, str]


def unfolded(tree: Tree) -> list[Row]:
    """Return the rows of a scenario's tree; raises Problems for `cases` that cannot be unfolded."""
    cases = tree.child("cases")
    if cases is None:
        return [Row(label="", axes={}, tree=tree)]
    if found := list(complaints(cases, CASES, "'cases'")):
        raise Problems(found)
    axes = [_choices(axis, part) for axis, part in cases.value.items()]
    combinations = list(product(*axes))
    labels = ["-".join(choice.label for choice in combination) for combination in combinations]
    _refuse_clash(labels, cases)
    body = Tree({key: part for key, part in tree.value.items() if key != "cases"}, tree.place, tree.key)
    return [_row(label, chosen, body) for label, chosen in zip(labels, combinations, strict=True)]


def _choices(axis: str, part: Tree) -> list[_Choice]:
    if isinstance(part.value, tuple):
        return [_Choice(axis, _safe(text.value), {axis: text.value}) for text in part.value]
    return [
        _Choice(
            axis,
            _safe(label),
            {axis: label} | {f"{axis}.{name}": v.value for name, v in columns.value.items()},
        )
        for label, columns in part.value.items()
    ]


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text.removesuffix(".json")).strip("-") or "-"


def _refuse_clash(labels: list[str], cases: Tree) -> None:
    if len(labels) > MOST:
        message = f"'cases' unfolds to {len(labels)} rows; at most {MOST} are run"
        raise Problems([Problem("cases", message, place=cases.key)])
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        message = f"two rows of 'cases' would both be named [{twice[0]}]"
        raise Problems([Problem("cases", message, place=cases.key, hint="use a map of labels to columns")])


def _row(label: str, chosen: tuple[_Choice, ...], body: Tree) -> Row:
    axes = {name: value for choice in chosen for name, value in choice.values.items()}
    names = {choice.axis for choice in chosen}
    problems: list[Problem] = []
    tree = _replaced(body, axes, names, problems)
    if problems:
        raise Problems(problems)
    return Row(label=label, axes=axes, tree=tree)


def _replaced(tree: Tree, axes: Mapping[str, str], names: set[str], problems: list[Problem]) -> Tree:
    def text(value: str, part: Tree) -> str:
        try:
            return fill(value, lambda look: _axis_value(look, axes, names))
        except Problem as problem:
            problems.append(problem.at(part.place))
            return value

    def changed(part: Tree) -> Tree:
        if isinstance(part.value, str):
            return Tree(text(part.value, part), part.place, part.key) if "{{" in part.value else part
        if isinstance(part.value, dict):
            return Tree({text(k, v): changed(v) for k, v in part.value.items()}, part.place, part.key)
        if isinstance(part.value, tuple):
            return Tree(tuple(map(changed, part.value)), part.place, part.key)
        return part

    return changed(tree)


def _axis_value(look: LookUp, axes: Mapping[str, str], names: set[str]) -> str:
    if look.name not in names:
        return f"{{{{ {look} }}}}"
    if str(look) in axes:
        return axes[str(look)]
    columns = sorted(_columns(axes, look.name))
    hint = did_you_mean(look.attribute, columns) or f"this row has {', '.join(columns) or 'no columns'}"
    raise Problem(
        "look-up", f"'{{{{ {look} }}}}': axis '{look.name}' has no such column in this row", hint=hint
    )


def _columns(axes: Mapping[str, str], axis: str) -> Iterator[str]:
    return (name.partition(".")[2] for name in axes if name.startswith(f"{axis}."))
