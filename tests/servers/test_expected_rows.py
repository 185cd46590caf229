"""What is written down of real servers is complete: no row without a reason, no reason without a row."""

from __future__ import annotations

import live_expected
import pytest

SERVERS = sorted(path.stem for path in live_expected.FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", SERVERS)
def test_every_row_has_reasons_and_every_reason_is_used(name):
    told = live_expected.expected(name)
    used = {reason for row in told["rows"].values() for reason in row["because"]}
    assert used == told["reasons"].keys()
    assert all(row["because"] for row in told["rows"].values())
