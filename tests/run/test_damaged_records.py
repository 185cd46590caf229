"""A record that was cut off, damaged or edited by hand: one message with its line, and never a green word."""

import json
from copy import deepcopy
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from miniature import Miniature
from playing import play, written
from tiny import Tiny

from conformance import events
from conformance.baseline import Entry
from conformance.baselinefile import proposed
from conformance.commands import cleanup, diff, judge
from conformance.diff import compare
from conformance.problem import Place, Problem
from conformance.run.remains import remains
from conformance.run.replaying import differences, retold, target_of
from conformance.run.standings import regraded
from conformance.summary import unfinished

STORED = """
scenario: A patient is stored, kept and deleted
requirements: {R4-READ-01: SHALL, R4-DEL-01: SHOULD}
given: {patient: patient.json}
steps:
  - read: patient
    keep: {version: {fhirpath: Patient.meta.versionId}}
    expect: [{status: 200, for: R4-READ-01}, {fhirpath: Patient.active, for: R4-READ-01}]
  - search: Patient
    where: {_id: "{{ patient.id }}"}
    control: the server holds no other patient
    expect: [{results: {has: [patient]}, for: R4-READ-01}]
  - delete: patient
    expect: [{status: [200, 204], for: R4-DEL-01}]
"""
WRONG = (None, -7, 1.5, True, "x", [], {}, [None], [["x"]], {"a": 1})
GONE = object()
BLANK = Entry(scenario="", requirement="", verdict="", owner="o", reason="r", expires="2030-01-01")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded")
    with Miniature(Tiny()) as server:
        play(server.base, folder / "reports", written(folder, STORED), formats=("json",))
    return folder / "reports/run.jsonl"


def called(command, *arguments):
    done = CliRunner().invoke(command, [str(a) for a in arguments], standalone_mode=False)
    return done.return_value, done.output, done.exception


def places(value, depth=3):
    """Yield the way to each part of an event, of lists the first entry alone."""
    steps = value if isinstance(value, dict) else range(min(1, len(value))) if isinstance(value, list) else ()
    for step in steps if depth else ():
        yield (step,)
        yield from ((step, *rest) for rest in places(value[step], depth - 1))


def damaged(rows):
    """Yield a line's number and its event, with each part once of another type, and once without it."""
    seen = set()
    for number, row in enumerate(rows):
        for way in places(row):
            for wrong in (*WRONG, GONE) if (row["event"], way) not in seen else ():
                event = deepcopy(row)
                part = event
                for step in way[:-1]:
                    part = part[step]
                if wrong is GONE:
                    del part[way[-1]]
                else:
                    part[way[-1]] = wrong
                yield number, event
            seen.add((row["event"], way))


def read_by_all(path, good):
    run = events.read(path)
    list(differences(path))
    retold(path)
    compare([good, run])
    compare([run, good])
    list(remains(run))
    proposed(run, BLANK, unfinished(run, regraded(run), target_of(run)), ())


def test_whatever_part_of_a_record_is_of_another_type_is_told_with_its_line_or_changes_nothing(
    recorded, tmp_path
):
    lines = recorded.read_bytes().splitlines()
    good = events.read(recorded)
    path = tmp_path / "run.jsonl"
    refused = 0
    for number, event in damaged([orjson.loads(line) for line in lines]):
        path.write_bytes(b"\n".join([*lines[:number], orjson.dumps(event), *lines[number + 1 :]]) + b"\n")
        told = complaint(path, good)
        refused += told is not None
        assert told is None or is_clear(told, path), (event, str(told))
    assert refused > 1000


def complaint(path, good):
    try:
        read_by_all(path, good)
    except Problem as problem:
        return problem
    return None


def is_clear(problem, path):
    return str(problem).startswith(f"{path}:") and problem.hint and "\n" not in problem.message


NAMED = [
    ("exchange", "request.headers", ["x"], "request.headers takes a map; actual: a list"),
    ("exchange", "attempts", [], "attempts is empty"),
    ("exchange", "attempts", [{"status": "200"}], "[0].status takes a whole number or null; actual: a text"),
    ("header", "mode.denied", {}, "mode.denied takes a list; actual: a map"),
    ("finding", "result", "green", "result takes one of cannot-say, data, failed, "),
    ("scenario", "requirements", {"A": "MUST"}, "requirements holds something that takes one of MAY, "),
    ("bound", "sent_ref", {"sha256": "../../passwd"}, "sent_ref.sha256 takes a SHA-256 in hexadecimal"),
]


@pytest.mark.parametrize(("kind", "way", "wrong", "said"), NAMED, ids=[said for *_, said in NAMED])
def test_what_is_wrong_is_named(kind, way, wrong, said, recorded):
    rows = [orjson.loads(line) for line in recorded.read_bytes().splitlines()]
    number, row = next((n, row) for n, row in enumerate(rows, 1) if row["event"] == kind)
    part = row
    *steps, last = way.split(".")
    for step in steps:
        part = part[step]
    part[last] = wrong
    path = recorded.parent / "damaged.jsonl"
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    with pytest.raises(Problem) as refused:
        events.read(path)
    assert refused.value.place == Place(str(path), number)
    assert f"this {kind} event: " in refused.value.message
    assert said in refused.value.message


def test_a_second_header_is_told(recorded, tmp_path):
    path = tmp_path / "run.jsonl"
    lines = recorded.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], lines[0], *lines[2:]]))
    with pytest.raises(Problem, match=r"run\.jsonl:3: this line begins another run"):
        events.read(path)


def test_a_scenario_that_asks_for_a_rule_that_nobody_knows_is_told(recorded, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text(recorded.read_text().replace("R4-DEL-01", "MINE-01"))
    with pytest.raises(Problem, match="case asks for MINE-01, which nobody knows"):
        list(differences(path))


@pytest.fixture
def cut(recorded, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text("".join(recorded.read_text().splitlines(keepends=True)[:-1]))
    return path


def test_to_judge_a_record_that_was_cut_off_is_no_success(recorded, cut):
    assert called(judge.command, recorded)[0] == 0
    code, out, _ = called(judge.command, cut)
    assert code == 4
    assert "the record has no footer: the run was cut off" in out


def test_to_judge_a_record_whose_counts_disagree_is_an_error(recorded, tmp_path):
    path = tmp_path / "run.jsonl"
    lines = recorded.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:-2], lines[-1]]))
    code, out, _ = called(judge.command, path)
    assert (code, out.partition(":")[0]) == (4, "error")
    assert "lines are missing or were added" in out


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_difference_from_a_run_that_was_cut_off_is_not_green(form, recorded, cut):
    for runs in ((recorded, cut), (cut, recorded)):
        code, out, _ = called(diff.command, *runs, "--format", form)
        assert code == 4
        assert "was cut off" in out
        assert "Nothing got worse" not in out
    assert called(diff.command, recorded, recorded)[0] == 0


@pytest.mark.parametrize("line", [b"\0" * 1000, b'{"event":"header"', b"\x1f\x8b\x08\x00"])
def test_a_file_whose_only_line_is_cut_is_no_record_and_not_empty(line, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(line)
    with pytest.raises(Problem, match="its first line is no header"):
        events.read(path)


def test_a_file_without_an_end_is_refused_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(events, "_LONGEST", 1_000)
    with pytest.raises(Problem, match="its first line is no header"):
        events.read(Path("/dev/zero"))


@pytest.mark.parametrize("keep", ["", "\n", "no header"])
def test_of_a_record_without_a_header_cleanup_cannot_say_that_nothing_was_left(keep, recorded, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text(keep if keep != "no header" else recorded.read_text().partition("\n")[2])
    code, out, error = called(cleanup.command, path)
    assert isinstance(error, Problem)
    assert "this is not a recorded run" in str(error)
    assert (code, "nothing was left" in out) == (None, False)


OWN = """
spec: mine
base: https://example.org/house-rules/
requirements:
  MINE-01:
    statement: A record stays active until somebody ends it.
    level: SHALL
    evidence: explicit
    gate: always
    binds: repository
    source: records.html
    state: tested
"""


@pytest.mark.parametrize(
    ("expected", "verdict", "code"), [("active", "partial", 0), ("active.not()", "nonconformant", 1)]
)
def test_a_run_by_rules_of_ones_own_is_judged_again_without_their_folder(expected, verdict, code, tmp_path):
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue/house.yaml").write_text(OWN)
    text = STORED.replace("R4-READ-01", "MINE-01").replace("Patient.active", f"Patient.{expected}")
    with Miniature(Tiny()) as server:
        result = play(server.base, tmp_path / "reports", written(tmp_path, text), gates=("r4", "mine"))
    (tmp_path / "catalogue/house.yaml").unlink()
    assert (result.verdict, result.exit) == (verdict, code)
    assert result.rejudged == []
    _, told = retold(Path(result.folder) / "run.jsonl")
    again = json.loads(json.dumps(told))
    assert again == {**result.summary, "seconds": again["seconds"]}
    assert [r["id"] for r in result.run.header["own"]] == ["MINE-01"]
