"""A recorded run told again: finished, interrupted, killed."""

import json

import pytest
from hostile_servers import AlwaysStranger
from miniature import Miniature
from playing import play, written
from tiny import Tiny

from conformance.problem import Problem
from conformance.run.replaying import differences, retold

STORED = """
scenario: A patient is stored
requirements: {R4-READ-01: SHALL}
given: {patient: patient.json}
steps:
  - read: patient
    expect: [{status: 200, for: R4-READ-01}]
"""


def recorded(server, folder):
    with Miniature(server) as miniature:
        play(miniature.base, folder / "reports", written(folder, STORED), formats=("json",))
    return folder / "reports/run.jsonl"


def rows(path):
    return path.read_text().splitlines(keepends=True)


def test_a_finished_run_is_told_as_it_was(tmp_path):
    path = recorded(Tiny(), tmp_path)
    run, told = retold(path)
    assert (
        (told["verdict"], told["gate"]["exit"])
        == (run.footer["verdict"], run.footer["exit"])
        == ("partial", 0)
    )
    assert told == {**json.loads((path.parent / "summary.json").read_text()), "seconds": told["seconds"]}


@pytest.mark.parametrize(
    ("server", "verdict", "code"), [(Tiny, "error", 4), (AlwaysStranger, "nonconformant", 1)]
)
def test_a_killed_run_is_an_error_but_a_failure_stays_one(server, verdict, code, tmp_path):
    path = recorded(server(), tmp_path)
    path.write_text("".join(rows(path)[:-1]))
    _, told = retold(path)
    assert (told["verdict"], told["gate"]["exit"]) == (verdict, code)


def test_a_finding_that_was_altered_is_noticed(tmp_path):
    path = recorded(AlwaysStranger(), tmp_path)
    text = path.read_text()
    assert '"result":"failed"' in text
    path.write_text(text.replace('"result":"failed"', '"result":"held"'))
    assert list(differences(path))


def test_an_answer_that_was_altered_is_noticed(tmp_path):
    path = recorded(Tiny(), tmp_path)
    [*_, _footer] = lines = rows(path)
    at = next(n for n, row in enumerate(lines) if '"event":"exchange"' in row and '"verb":"read"' in row)
    lines[at] = lines[at].replace('"status":200', '"status":410')
    path.write_text("".join(lines))
    assert list(differences(path))


def test_a_record_without_the_row_that_it_names_is_refused(tmp_path):
    path = recorded(Tiny(), tmp_path)
    path.write_text(path.read_text().replace('"row":""', '"row":"other"'))
    with pytest.raises(Problem, match="holds no row 'other'"):
        list(differences(path))
