"""Plain pytest in a checkout: scenarios run against --target, other tests are left alone."""

import json
import subprocess
import sys

from hostile_servers import LengthTooShort
from miniature import Miniature
from playing import ROOT
from tiny import Tiny

from conformance.read import parse

ONE = str(ROOT / "testcases/rest/round-trip.yaml")
ROWS = len(parse((ROOT / "testcases/rest/round-trip.yaml").read_text(), ONE, id="rest/round-trip"))


def plain(*arguments):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_scenarios_run_against_the_target_and_leave_their_reports(tmp_path):
    server = Tiny()
    with Miniature(server) as miniature:
        done = plain(ONE, "--target", miniature.base, "--report-dir", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{ROWS} passed" in done.stdout
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["verdict"], len(summary["scenarios"])) == ("partial", ROWS)
    assert list(server.kept) == ["Observation/stranger-1"]


def test_a_failed_scenario_is_a_failed_test(tmp_path):
    with Miniature(LengthTooShort()) as miniature:
        done = plain(ONE, "--target", miniature.base, "--report-dir", tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout


def test_one_row_may_be_chosen(tmp_path):
    with Miniature(Tiny()) as miniature:
        done = plain(ONE, "--target", miniature.base, "--report-dir", tmp_path, "-k", "media")
    assert f"1 passed, {ROWS - 1} deselected" in done.stdout


def test_without_a_target_the_way_is_told():
    done = plain(ONE)
    assert done.returncode == 4
    assert "`dermconf run`" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_none_is_a_usage_error():
    done = plain(ONE, "--target", "ftp://x")
    assert done.returncode == 4
    assert "is no http or https address" in done.stderr
    assert "Traceback" not in done.stderr


def test_collecting_alone_asks_nobody_and_keeps_the_last_record(tmp_path):
    (tmp_path / "run.jsonl").write_text("kept")
    with Miniature(Tiny()) as miniature:
        done = plain(ONE, "--collect-only", "--target", miniature.base, "--report-dir", tmp_path)
        assert miniature.asked == []
    assert f"{ROWS} tests collected" in done.stdout
    assert (tmp_path / "run.jsonl").read_text() == "kept"


def test_other_tests_are_left_alone(tmp_path):
    done = plain("tests/test_shape.py", "--collect-only", "--report-dir", tmp_path)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []
