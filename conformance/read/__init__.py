"""Reading scenarios: text to frozen values, with every fault told by file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.read.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.scene import Kind
    from conformance.model import Scenario


def parse(
    text: str,
    file: str,
    *,
    id: str,  # noqa: A002 - the model's word
    kinds: Mapping[str, Kind] | None = None,
) -> list[Scenario]:
    """Return the rows of a scenario by its text alone; raises Problems with every fault in its structure."""
    return [
        row.scenario for row in parsed(text, file, id=id, kinds=known_kinds() if kinds is None else kinds)
    ]


def known_kinds() -> Mapping[str, Kind]:
    """Return every kind of check by name."""
    from conformance.checks import KINDS  # noqa: PLC0415 - costs time that not every reader spends

    return KINDS
