"""Reading scenarios: text to frozen values, with every fault told by file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.read.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from conformance.checks.scene import Kind
    from conformance.model import Scenario
    from conformance.read.loading import Loaded


def parse(
    text: str,
    file: str,
    *,
    id: str,  # noqa: A002 - the model's word
    kinds: Mapping[str, Kind] | None = None,
) -> list[Scenario]:
    """Return the rows of a scenario by its text alone; raises Problems with every fault in its structure."""
    return [row.scenario for row in parsed(text, file, id=id, kinds=_known() if kinds is None else kinds)]


def scenarios(paths: Iterable[Path] = (), folder: Path | None = None) -> Iterator[Loaded]:
    """Return every scenario file below the paths (none: the shipped ones), with all that is amiss with it."""
    from conformance.read import loading  # noqa: PLC0415 - fixtures, catalogue and FHIRPath are for linting

    return loading.scenarios(paths, folder)


def _known() -> Mapping[str, Kind]:
    from conformance.checks import KINDS  # noqa: PLC0415 - costs time that not every reader spends

    return KINDS
