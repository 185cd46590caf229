"""Rounds of the proof, in this process or in several, each of which has a server of its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Protocol, TypeVar

from conformance.prove.playing import Table
from conformance.read.tested import requirements
from conformance.run.embedded import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from conformance.prove.choosing import Choice

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Rounds(Protocol):
    """Plays a round for each item and gives the outcomes in the order of the items.

    Where there are several processes, the function is one of a module, and items and outcomes can be pickled.
    """

    def __call__(self, play: Callable[[Table, Item], Outcome], items: Iterable[Item], /) -> Iterator[Outcome]:
        """Yield each outcome as soon as it and those before it are there."""


@contextmanager
def rounds(table: Table, jobs: int) -> Iterator[Rounds]:
    """Give rounds at one table, or in so many processes with a table each; reports go to the same folder."""
    if jobs == 1:
        yield partial(_here, table)
        return
    # Spawned, since this process has threads; what a fork would copy of them could be in any state.
    context = get_context("spawn")
    pool = ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_begin, initargs=(table.reports, table.choice)
    )
    try:
        yield partial(_there, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _here(table: Table, play: Callable[[Table, Item], Outcome], items: Iterable[Item]) -> Iterator[Outcome]:
    return map(partial(play, table), items)


def _there(
    pool: ProcessPoolExecutor, play: Callable[[Table, Item], Outcome], items: Iterable[Item]
) -> Iterator[Outcome]:
    return pool.map(partial(_at_own_table, play), items)


# One of each process, for as long as it lives: its server ends with it.
_OPEN = ExitStack()
_TABLES: list[Table] = []


def _begin(reports: Path, choice: Choice) -> None:
    base = _OPEN.enter_context(embedded(seed=True))
    catalogue = requirements(choice.paths)
    _TABLES.append(Table(base=base, reports=reports, catalogue=catalogue, choice=choice))


def _at_own_table(play: Callable[[Table, Item], Outcome], item: Item) -> Outcome:
    return play(_TABLES[0], item)
