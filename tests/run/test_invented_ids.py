"""Scenarios run beside each other on one server: an id that one of them sends is read by no other."""

from __future__ import annotations

import re
from pathlib import Path

TESTCASES = Path(__file__).parents[2] / "testcases"
_ID = re.compile(r"dermconf-\{\{ *run *\}\}[\w-]*")


def test_no_two_scenarios_invent_the_same_id():
    users = {}
    for path in sorted(TESTCASES.rglob("*.yaml")):
        for id_ in set(_ID.findall(path.read_text())):
            users.setdefault(id_, []).append(path.stem)
    assert users
    assert [shared for shared in users.items() if len(shared[1]) > 1] == []
