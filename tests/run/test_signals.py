"""Signals at any moment: what reached the server is in the record, and is deleted or listed."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from miniature import Miniature
from playing import ROOT
from tiny import Tiny

from conformance import events
from conformance.run.remains import remains

pytestmark = pytest.mark.long

STRANGER = "Observation/stranger-1"
PATHS = [
    str(ROOT / "testcases/rest/round-trip.yaml"),
    str(ROOT / "testcases/profile/annotation-round-trip.yaml"),
]


class Counting(Tiny):
    """Signals a moment: the n-th request has come, and is not answered yet."""

    def __init__(self, moment, *, slow=0.0):
        super().__init__()
        self.moment = moment
        self.slow = slow
        self.came = threading.Event()
        self.creates = []
        self.seen = 0

    def __call__(self, asked):
        self.seen += 1
        if self.seen == self.moment:
            self.came.set()
            threading.Event().wait(0.15 + self.slow)
        yield from super().__call__(asked)

    def create(self, asked, type_):
        self.creates.append(
            {tag["code"] for tag in asked.json["meta"]["tag"] if tag["system"] == "urn:dermconf"}
        )
        return super().create(asked, type_)


def started(base, folder, *more):
    command = [sys.executable, "-m", "conformance", "run", *PATHS, "--target", base, *more]
    return subprocess.Popen(
        [*command, "--report-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def interrupted(folder, moment, number, *more):
    """Return exit code, standard error and server of a run that is sent a signal at a moment."""
    server = Counting(moment)
    with Miniature(server) as miniature, started(miniature.base, folder, *more) as process:
        assert server.came.wait(20)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
        return process.returncode, said, server


MOMENTS = [1, 2, 3, *sorted(random.Random(12).sample(range(4, 40), 3))]  # noqa: S311 - the same every time


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("number", "threads"), [(signal.SIGINT, "1"), (signal.SIGTERM, "4")])
def test_an_interrupted_run_ends_in_good_order(moment, number, threads, tmp_path):
    code, said, server = interrupted(tmp_path, moment, number, "-n", threads)
    run = events.read(tmp_path / "run.jsonl")
    assert code == 4, said
    assert "Traceback" not in said
    assert "stopping, and deleting what was created" in said
    assert (run.footer["ended"], run.footer["exit"]) == ("interrupted", 4)
    assert json.loads((tmp_path / "summary.json").read_text())["verdict"] == "error"
    told = {e["tag"] for s in run.scenarios for e in s.events if e["event"] == "intent"}
    assert set().union(*server.creates, set()) <= told
    assert list(server.kept) == [STRANGER]


@pytest.mark.parametrize("moment", [5, 11])
def test_after_a_kill_cleanup_deletes_the_rest_and_nothing_else(moment, tmp_path):
    (tmp_path / "summary.json").write_text("{}")
    server = Counting(moment)
    with Miniature(server) as miniature:
        with started(miniature.base, tmp_path) as process:
            assert server.came.wait(20)
            process.kill()
            process.communicate()
        record = tmp_path / "run.jsonl"
        run = events.read(record)
        assert run.footer is None
        left = list(server.kept)
        # Nothing that an earlier run said stands beside the record of this one.
        assert not (tmp_path / "summary.json").exists()
        first = cleanup(record)
        assert list(server.kept) == [STRANGER], (left, first.stdout, first.stderr)
        assert first.returncode == 0, first.stdout + first.stderr
        # What it deleted is written down beside the record; the record itself is evidence and stays.
        assert list(remains(events.read(record)))
    assert "/fhir/Observation/stranger-1" not in miniature.of("DELETE")


def cleanup(record):
    return subprocess.run(
        [sys.executable, "-m", "conformance", "cleanup", str(record)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_cleanup_says_that_the_run_is_still_going_on(tmp_path):
    server = Counting(4, slow=8.0)
    with Miniature(server) as miniature, started(miniature.base, tmp_path) as process:
        assert server.came.wait(20)
        answer = cleanup(tmp_path / "run.jsonl")
        second = subprocess.run(
            process.args, capture_output=True, text=True, check=False, cwd=ROOT, timeout=30
        )
        process.communicate(timeout=30)
    assert (answer.returncode, answer.stderr.count("the run is still going on")) == (2, 1)
    assert (second.returncode, second.stderr.count("another run is writing here")) == (2, 1)


def test_a_second_interrupt_ends_at_once(tmp_path):
    server = Counting(6, slow=15.0)
    with Miniature(server) as miniature, started(miniature.base, tmp_path) as process:
        assert server.came.wait(20)
        process.send_signal(signal.SIGINT)
        said = ""
        while "once more ends it at once" not in said:
            said += os.read(process.stderr.fileno(), 4096).decode()
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=10)
        assert process.returncode == 4
        assert "dermconf cleanup" in rest
    assert events.read(tmp_path / "run.jsonl").footer is None


def test_a_server_that_never_answers_keeps_an_interrupted_run_no_longer_than_its_time_limit(tmp_path):
    class Dies(Counting):
        def __call__(self, asked):
            self.seen += 1
            if self.seen >= self.moment:
                self.came.set()
                threading.Event().wait(20)
            yield from Tiny.__call__(self, asked)

    server = Dies(5)
    with Miniature(server) as miniature, started(miniature.base, tmp_path, "--timeout", "1") as process:
        assert server.came.wait(20)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=15)
    run = events.read(tmp_path / "run.jsonl")
    assert run.footer["ended"] == "interrupted"
    made = {e["reference"] for s in run.scenarios for e in s.created}
    listed = {e["reference"] for s in run.scenarios for e in s.leftover}
    assert made
    assert made <= listed


def test_the_embedded_server_ends_with_a_killed_run(tmp_path):
    command = [sys.executable, "-m", "conformance", "run", "--report-dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        process.stdout.readline()
        children = subprocess.run(
            ["ps", "--ppid", str(process.pid), "-o", "pid="], capture_output=True, text=True, check=True
        )
        child = int(children.stdout.split()[0])
        process.kill()
    for _ in range(100):
        if not alive(child):
            break
        threading.Event().wait(0.1)
    assert not alive(child)


def alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
