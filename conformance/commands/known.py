"""Baselines against what there is: no command of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.baseline import Entry


def baseline(file: Path | None, paths: Sequence[Path]) -> tuple[Entry, ...]:
    """Return the entries of a baseline, of scenarios and requirements that there are."""
    if file is None:
        return ()
    from conformance.baselinefile import read  # noqa: PLC0415 - kept out of the start
    from conformance.catalogue import requirements  # noqa: PLC0415 - kept out of the start
    from conformance.read import folders  # noqa: PLC0415 - kept out of the start
    from conformance.read.loading import scenarios, surroundings  # noqa: PLC0415 - kept out of the start

    known = set(requirements())
    for path in paths:
        known |= set(surroundings(folders.root(path).resolve()).requirements)
    loaded = [*scenarios(), *(scenarios(paths) if paths else ())]
    names = {name for one in loaded for name in (one.id, *(row.name for row in one.scenarios))}
    return read(file, names, known)
