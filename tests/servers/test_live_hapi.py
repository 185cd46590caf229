"""HAPI in another setting: what it is failed for as it comes is right once it is told its own base URL."""

from __future__ import annotations

import live_expected
import live_run
import live_start
import pytest

pytestmark = pytest.mark.live
_ABSOLUTE = {row for row in live_expected.expected("hapi-jpa")["rows"] if row.endswith("absolute]")}


@pytest.mark.usefixtures("installed_hapi")
def test_absolute_urls_of_its_own_are_found_once_it_knows_its_base(tmp_path):
    with live_start.hapi(tmp_path, knows_its_base=True) as base:
        ran = live_run.suite(base, tmp_path / "report", "-k", "absolute")
    rows = {row["id"]: row["verdict"] for row in ran.summary["scenarios"]}
    assert len(_ABSOLUTE) > 1
    assert {row: rows[row] for row in _ABSOLUTE} == dict.fromkeys(_ABSOLUTE, "pass")
