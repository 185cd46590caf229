"""Names share one space: none is defined twice, none is one that the language keeps for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.problem import Problem
from conformance.read.language import RESERVED
from conformance.read.lint.ground import Name, What, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.read.lint.ground import Ground


def defined(ground: Ground) -> Iterator[Problem]:
    """Return the clashes among a row's names."""
    first: dict[str, Name] = {}
    for name in named(ground.row):
        if name.name in RESERVED:
            message = f"'{name.name}' is a word of the language and cannot name {name.what.value}"
            yield Problem("name", message, place=name.place)
        elif name.name in ground.scenario.axes:
            message = f"'{name.name}' is an axis of `cases` and cannot name {name.what.value} as well"
            yield Problem("name-clash", message, place=name.place)
        elif name.name in first and not _same_in_other_mode(first[name.name], name):
            before = first[name.name]
            message = f"'{name.name}' already names {before.what.value} (line {before.place.line})"
            yield Problem(
                "name-clash",
                message,
                place=name.place,
                hint="resources, steps and kept values share one space",
            )
        first.setdefault(name.name, name)


def _same_in_other_mode(first: Name, second: Name) -> bool:
    """Tell whether the name is given where writing is allowed, and discovered where it is not."""
    return first.what is What.RESOURCE and first.since == 0 and second.what is What.FOUND
