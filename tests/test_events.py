"""The record: written line by line, read back whole, refused where it was cut short or altered."""

import hashlib
import json
import threading
from decimal import Decimal

import pytest

from conformance import events
from conformance.jsontext import loads
from conformance.model import Attempt, Exchange, Finding, Request, Resource, Result
from conformance.problem import Problem
from conformance.run.recorder import LONGEST, Recorder

HEADER = {
    "schema": events.SCHEMA,
    **dict.fromkeys(("run", "dermconf"), "1"),
    "roles": [],
    "gates": [],
    "mode": {"read_only": False, "leave_data": False},
    "evidence": "explicit",
    "pages": 20,
    "settle": 0,
    "selection": {"whole": True},
}


def record(folder, *, footer=True, body="{}"):
    """Write a small run and return the path of its record."""
    with Recorder(folder) as recorder:
        recorder.tell("header", **HEADER)
        recorder.tell("target", base="http://h/fhir", capability=None)
        recorder.tell("scenario", scenario="a", id="a", row="", requirements={})
        exchange = Exchange(
            request=Request(method="GET", url="http://h/fhir/Patient/1", body=body),
            attempts=(Attempt(status=503), Attempt(status=200, body=body)),
        )
        recorder.tell("exchange", scenario="a", purpose="step", step=1, **events.exchange_event(exchange))
        recorder.tell("verdict", scenario="a", verdict="pass")
        if footer:
            recorder.tell("footer", counts=dict(recorder.counts), ended="done")
    return recorder.path


def altered(path, change):
    """Change the lines of a file."""
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    return path


def test_a_record_is_read_as_it_was_written(tmp_path):
    run = events.read(record(tmp_path))
    assert run.header["schema"] == events.SCHEMA
    assert [s.name for s in run.scenarios] == ["a"]
    assert events.exchange_of(run.scenarios[0].exchanges[0]).answer.status == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[:2] + rows[3:],
        lambda rows: [*rows[:3], rows[3], rows[3], *rows[4:]],
        lambda rows: [*rows[:-2], rows[-1]],
    ],
    ids=["missing", "added", "last missing"],
)
def test_a_record_with_missing_or_added_lines_is_refused(change, tmp_path):
    with pytest.raises(Problem, match="lines are missing or were added"):
        events.read(altered(record(tmp_path), change))


def test_a_record_cut_by_a_kill_is_read_up_to_the_cut(tmp_path):
    path = record(tmp_path, footer=False)
    whole = path.read_bytes()
    starts = whole.index(b"\n") + 1
    for end in range(starts, len(whole)):
        path.write_bytes(whole[:end])
        run = events.read(path)
        assert run.footer is None
        assert len(run.outside) + sum(len(s.events) for s in run.scenarios) <= 4


def test_a_broken_line_in_the_middle_is_refused_with_its_number(tmp_path):
    path = altered(record(tmp_path), lambda rows: [rows[0], b'{"event":\n', *rows[2:]])
    with pytest.raises(Problem, match="this line is not an event") as refused:
        events.read(path)
    assert refused.value.place.line == 2


@pytest.mark.parametrize(
    "text", ["", "\n", "{}\n", "[]\n", "null\n", '{"event":"footer"}\n', '{"event":"x"}\n']
)
def test_what_is_no_record_is_refused(text, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text(text)
    with pytest.raises(Problem):
        events.read(path)


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_a_record_of_another_version_is_refused_clearly(schema, tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps({"event": "header", "seq": 1, "schema": schema}) + "\n")
    with pytest.raises(Problem, match="another version of dermconf"):
        events.read(path)


def test_a_long_body_lies_beside_the_record_and_is_read_back(tmp_path):
    body = json.dumps({"resourceType": "Binary", "data": "ä" * LONGEST})
    path = record(tmp_path, body=body)
    assert max(map(len, path.read_bytes().splitlines())) < LONGEST
    [name] = [file.name for file in (tmp_path / "bodies").iterdir()]
    assert name == hashlib.sha256(body.encode()).hexdigest()
    read = events.exchange_of(events.read(path).scenarios[0].exchanges[0])
    assert read.answer.body == body
    assert read.request.body == body


def test_a_body_that_is_gone_or_altered_is_told(tmp_path):
    path = record(tmp_path, body="x" * LONGEST)
    [file] = (tmp_path / "bodies").iterdir()
    file.write_text("y" * LONGEST)
    with pytest.raises(Problem, match="was altered"):
        events.read(path)
    file.unlink()
    with pytest.raises(Problem, match="cannot be read"):
        events.read(path)


def test_any_thread_may_write_and_every_line_is_whole(tmp_path):
    with Recorder(tmp_path) as recorder:
        recorder.tell("header", **HEADER)

        def write(name):
            for n in range(50):
                recorder.tell("kept", scenario=name, name=str(n), value="x" * 3000)

        threads = [threading.Thread(target=write, args=(f"s{n}",), name=f"t{n}") for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        recorder.tell("footer", counts=dict(recorder.counts), ended="done")
    run = events.read(recorder.path)
    assert [len(s.kept) for s in run.scenarios] == [50] * 8
    assert [[e["name"] for e in s.kept] for s in run.scenarios] == [list(map(str, range(50)))] * 8
    sequence = [e["seq"] for e in events.lines(recorder.path)]
    assert sequence == list(range(1, len(sequence) + 1))


def test_a_second_record_in_the_same_folder_is_refused_while_the_first_is_open(tmp_path):
    with Recorder(tmp_path), pytest.raises(Problem, match="another run is writing here"):
        Recorder(tmp_path)
    with Recorder(tmp_path):
        pass


def test_a_record_is_there_until_the_next_one_begins(tmp_path):
    with Recorder(tmp_path) as recorder:
        recorder.tell("header", **HEADER)
    with Recorder(tmp_path):
        assert [event["event"] for event in events.lines(recorder.path)] == ["header"]


@pytest.mark.parametrize(
    ("leftovers", "kept"), [(0, None), (2, "run-1.jsonl"), ("no footer", "run-1.jsonl")], ids=str
)
def test_a_record_that_is_needed_to_clean_up_gives_way_and_stays(tmp_path, leftovers, kept):
    with Recorder(tmp_path) as recorder:
        recorder.tell("header", **HEADER)
        recorder.tell("intent", scenario="s", type="Patient", tag="t", id="")
        if leftovers != "no footer":
            recorder.tell("footer", counts=dict(recorder.counts), ended="done", leftovers=leftovers)
    earlier = recorder.path.read_bytes()
    with Recorder(tmp_path) as recorder:
        recorder.tell("header", **HEADER)
        with pytest.raises(Problem, match="another run is writing here"):
            Recorder(tmp_path)
    assert [event["event"] for event in events.lines(recorder.path)] == ["header"]
    assert (recorder.kept and recorder.kept.name) == kept
    assert kept is None or (tmp_path / kept).read_bytes() == earlier


def test_a_bound_resource_keeps_every_digit(tmp_path):

    body = loads('{"value":0.920,"big":12345678901234567890.10,"half":"\\ud800"}')
    with Recorder(tmp_path) as recorder:
        recorder.tell("header", **HEADER)
        resource = Resource(name="a", reference="Observation/1", sent=body, received=body)
        recorder.tell("bound", scenario="s", **events.bound_event(resource, "given"))
    [bound] = events.read(recorder.path).scenarios[0].bound
    again = events.resource_of(bound)
    assert again == resource
    assert str(again.sent["value"]) == "0.920"
    assert again.sent["half"] == "\ud800"


def test_a_finding_comes_back_as_it_was():
    finding = Finding(
        scenario="s",
        step=1,
        check="built-in:create",
        requirement="R4-CRE-01",
        level="SHALL",
        evidence="explicit",
        party="repository",
        gating=True,
        result=Result.FAILED,
        expected=[200, 201],
        actual={"a": Decimal("1.0")},
    )
    assert events.finding_of(events.finding_event(finding)) == finding


@pytest.mark.parametrize("lacking", ["requirements", "attempts", "verdict", "ms"])
def test_an_event_that_lacks_something_is_refused_with_its_place(lacking, tmp_path):
    path = record(tmp_path)
    at = next(n for n, row in enumerate(path.read_text().splitlines(), 1) if f'"{lacking}":' in row)

    def without(rows):
        event = json.loads(rows[at - 1])
        del event[lacking]
        return [*rows[: at - 1], json.dumps(event).encode() + b"\n", *rows[at:]]

    with pytest.raises(Problem, match=f"event lacks {lacking}") as refused:
        events.read(altered(path, without))
    assert refused.value.place.line == at


def test_a_long_text_of_any_event_lies_beside_the_record_and_is_read_with_it(tmp_path):
    told = "x" * LONGEST
    with Recorder(tmp_path) as recorder:
        recorder.tell("header", **HEADER)
        recorder.tell("scenario", scenario="a", id="a", row="", requirements={})
        finding = Finding(
            scenario="a",
            step=1,
            check=1,
            requirement="R4-READ-01",
            level="SHALL",
            evidence="explicit",
            party="repository",
            gating=True,
            result=Result.FAILED,
            message=told,
        )
        recorder.tell("finding", **events.finding_event(finding))
    assert b'"message":null' in (tmp_path / "run.jsonl").read_bytes()
    ((found,),) = [s.findings for s in events.read(tmp_path / "run.jsonl").scenarios]
    assert found["message"] == told
