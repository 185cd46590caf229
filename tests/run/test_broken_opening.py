"""A mistake of ours before any scenario is played is an error of ours, and no empty selection."""

import pytest
from miniature import Miniature
from playing import play, written
from tiny import Tiny

from conformance.items import Plan
from conformance.run.session import Session

STORED = """
scenario: A patient is stored
requirements: {R4-READ-01: SHALL}
given: {patient: patient.json}
steps:
  - read: patient
    expect: [{status: 200, for: R4-READ-01}]
"""


def breaking(*_, **__):
    raise ZeroDivisionError("a mistake")


@pytest.mark.parametrize(
    ("owner", "name"), [(Plan, "cases_of"), (Plan, "start"), (Session, "_claims"), (Session, "submit")]
)
def test_a_mistake_while_a_run_is_opened_is_told_as_ours_and_named(owner, name, tmp_path, monkeypatch):
    monkeypatch.setattr(owner, name, breaking)
    with Miniature(Tiny()) as server:
        result = play(server.base, tmp_path / "reports", written(tmp_path, STORED))
    assert (result.verdict, result.exit) == ("error", 5)
    assert result.kinds == {"bug"}
    assert "the run broke off: ZeroDivisionError in breaking, line " in result.told
