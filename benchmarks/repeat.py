"""The same verdicts every time: whole runs in random order, two scenarios at a time, all compared.

Each run is against the honest server, which keeps what the runs before it have left in its history.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.catalogue import requirements
from conformance.prove.choosing import cases
from conformance.prove.playing import Table
from conformance.run.embedded import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.run.session import Case

    Verdicts = Mapping[str, str]

THREADS = 2
SHOWN = 20


def main() -> int:
    """Play, compare and tell; return 1 where two runs differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="of the random orders")
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {THREADS} scenarios at a time")
    with tempfile.TemporaryDirectory() as folder, embedded(seed=True) as base:
        table = Table(base=base, reports=Path(folder), catalogue=requirements())
        runs = list(played(table, cases(), asked.runs, asked.seed))
    different = compared(runs)
    for line in different[:SHOWN]:
        print(line)
    print(f"{len(runs)} runs, {plural(len(distinct(runs)))} of verdicts")
    return 1 if different else 0


def played(table: Table, cases: Sequence[Case], runs: int, seed: int) -> Iterator[Verdicts]:
    """Yield the verdicts of each run; the order of its scenarios is shuffled by the seed and its number."""
    for number in range(runs):
        order = list(cases)
        random.Random(seed + number).shuffle(order)  # noqa: S311 - an order, no secret
        yield verdicts(table, order)


def verdicts(table: Table, order: Sequence[Case]) -> Verdicts:
    """Return the verdict of the run, of every requirement and of every scenario."""
    told, run = table.play("", order, threads=THREADS)
    rules = run.footer["requirements"] if run.footer else {}
    return {
        "the run": str(told["verdict"]),
        **{f"requirement {name}": verdict for name, verdict in rules.items()},
        **{f"scenario {scenario.name}": scenario.verdict for scenario in run.scenarios},
    }


def distinct(runs: Sequence[Verdicts]) -> list[Verdicts]:
    """Return the sets of verdicts that differ, in the order in which they came."""
    found: list[Verdicts] = []
    for each in runs:
        if each not in found:
            found.append(each)
    return found


def compared(runs: Sequence[Verdicts]) -> list[str]:
    """Return a line for everything of which two runs say different things, with who says what."""
    named = dict.fromkeys(name for each in runs for name in each)
    said = {name: [each.get(name, "nothing") for each in runs] for name in named}
    return [f"{name}: {counted(each)}" for name, each in said.items() if len(set(each)) > 1]


def counted(said: Sequence[str]) -> str:
    """Return which verdict was given how often, and in which run first."""
    return ", ".join(
        f"{verdict} {said.count(verdict)} times (first in run {said.index(verdict) + 1})"
        for verdict in dict.fromkeys(said)
    )


def plural(number: int) -> str:
    """Return `1 set` or `2 sets`."""
    return f"{number} set{'' if number == 1 else 's'}"


if __name__ == "__main__":
    sys.exit(main())
