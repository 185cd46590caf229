"""The table of functions: each with its number of arguments, how they are passed and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Shapes = frozenset[str] | None  # the shapes that a collection may hold; None where that is unknown
Result = Callable[[Shapes, list[Shapes]], Shapes]

UNKNOWN: Shapes = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """`lazy` arguments are passed as closures and evaluated for each item, the others as collections."""

    run: Callable[..., Any]
    least: int
    most: int
    lazy: bool
    gives: Result


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str, least: int = 0, most: int | None = None, *, gives: Result | str, lazy: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function into the table; `gives` is a type, or makes the shapes from those that come in."""
    if isinstance(gives, str):
        known = frozenset({gives})
        result: Result = lambda _items, _args: known  # noqa: E731 - a table entry
    else:
        result = gives

    def enter(run: Callable[..., Any]) -> Callable[..., Any]:
        upper = least if most is None else most
        FUNCTIONS[name] = Function(run=run, least=least, most=upper, lazy=lazy, gives=result)
        return run

    return enter


def same(items: Shapes, _args: list[Shapes]) -> Shapes:
    """Give what comes in."""
    return items


def anything(_items: Shapes, _args: list[Shapes]) -> Shapes:
    """Give what cannot be told beforehand."""
    return UNKNOWN


def first_argument(_items: Shapes, args: list[Shapes]) -> Shapes:
    """Give what the first argument gives."""
    return args[0]


def together(*all_shapes: Shapes) -> Shapes:
    """Return the shapes of several collections put together."""
    known = [shapes for shapes in all_shapes if shapes is not None]
    return frozenset().union(*known) if len(known) == len(all_shapes) else UNKNOWN


def with_arguments(items: Shapes, args: list[Shapes]) -> Shapes:
    """Give what comes in and what the arguments give."""
    return together(items, *args)


def of_arguments(_items: Shapes, args: list[Shapes]) -> Shapes:
    """Give what the arguments behind the first give."""
    return together(*args[1:])
