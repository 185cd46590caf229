"""Our snapshots are those that SUSHI makes of the same profiles; the profiles are written in `fsh/`."""

import json
from functools import cache

import pytest
from snapshot_rows import GOLDEN, rows

from conformance.definitions.packages import Package
from conformance.definitions.structures import Definitions

GOLDENS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLDEN.glob("*.json"))}
PROFILES = tuple(golden["definition"] for golden in GOLDENS.values())


@cache
def definitions():
    return Definitions([Package(name="snapshots", version="0.1.0", sha256="", resources=PROFILES)])


def test_there_are_goldens_of_more_than_twenty_profiles():
    assert sum(d["type"] != "Extension" for d in PROFILES) > 20


@pytest.mark.parametrize("name", GOLDENS)
def test_a_snapshot_is_the_one_that_sushi_makes(name):
    expected = GOLDENS[name]["rows"]
    actual = rows(definitions().structure(name)["snapshot"]["element"])
    assert {key: row for key, row in actual.items() if row != expected.get(key)} == {}
    assert list(actual) == list(expected)
