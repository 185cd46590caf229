"""`make kills`: what is left of a killed run, and what happens to what others keep, is told apart."""

import importlib.util
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def kills():
    sys.path.append(str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("benchmarks_kills", FOLDER / "kills.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(FOLDER))
        sys.modules.pop("benchmarks_kills", None)


def entry(body):
    return json.dumps({"resource": body} if body else {"request": {"method": "DELETE"}})


THEIRS = {
    ("Patient/theirs", 'W/"2"'): entry({"id": "theirs", "n": 2}),
    ("Patient/theirs", 'W/"1"'): entry({"n": 1}),
}
OURS = ("Patient/ours", 'W/"1"')
GONE = {("Patient/ours", 'W/"2"'): entry(None), OURS: entry({"id": "ours"})}
LISTED = "perhaps still there: Patient with the tag urn:dermconf|a-1, which was sent and is not found"


def told(kills, after, cleaned=(0, ""), habit="none"):
    moment = replace(kills.Moment.of(1, 0), habit=habit)
    return list(kills.amiss(THEIRS, {**after}, cleaned, moment))


def test_what_is_deleted_and_what_is_theirs_is_as_it_should_be(kills):
    assert told(kills, {**GONE, **THEIRS}) == []


def test_what_is_left_of_ours_is_told(kills):
    found = told(kills, {OURS: entry({"id": "ours"}), **THEIRS}, (0, "1 of 1 deleted"))
    assert found == ["left: Patient/ours", "cleanup ended with 0: 1 of 1 deleted"]


@pytest.mark.parametrize(
    "after",
    [
        {},
        {name: text.replace("1}", "3}") for name, text in THEIRS.items()},
        {**THEIRS, ("Patient/theirs", 'W/"3"'): entry({"id": "theirs"})},
        {**THEIRS, ("Patient/theirs", 'W/"3"'): entry(None)},
    ],
)
def test_what_happened_to_theirs_is_told(kills, after):
    assert told(kills, after)


def test_what_cannot_be_told_to_be_ours_has_to_be_listed(kills):
    after = {OURS: entry({"id": "ours"}), **THEIRS}
    assert told(kills, after, (0, LISTED), "loses answers, drops tags") == []
    assert told(kills, after, (0, LISTED), "loses answers")
    assert told(kills, after, (0, ""), "loses answers, drops tags")


def test_a_cleanup_that_fails_with_nothing_left_is_told(kills):
    assert told(kills, {**GONE, **THEIRS}, (1, "1 of 2 deleted"))
    assert told(kills, {**GONE, **THEIRS}, (0, "Traceback"))


def test_a_seed_says_when_and_how(kills):
    moments = [kills.Moment.of(7, number) for number in range(200)]
    assert moments == [kills.Moment.of(7, number) for number in range(200)]
    assert {moment.habit for moment in moments} == {*kills.keepers.HABITS}
    assert {moment.signal for moment in moments} == {signal.SIGKILL, signal.SIGTERM, signal.SIGINT}
    assert {moment.after for moment in moments} == {True, False}
    assert min(moment.request for moment in moments) < 20
    assert max(moment.request for moment in moments) > 1200


@pytest.mark.parametrize(("amiss", "code"), [([], 0), (["left: Patient/1"], 1)])
def test_the_script_names_the_run_and_how_to_repeat_it(kills, amiss, code, monkeypatch, capsys):
    monkeypatch.setattr(kills, "one", lambda _moment: amiss)
    monkeypatch.setattr(sys, "argv", ["kills.py", "--runs", "1", "--seed", "7"])
    assert kills.main() == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "seed 7"
    assert lines[-1] == f"1 run killed, {len(amiss)} not cleaned up as they should be"
    assert [line for line in lines if line.startswith("run 0 (SIG")] == [
        f"run 0 ({kills.Moment.of(7, 0)}): {line}" for line in amiss
    ]


@pytest.mark.long
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("habit", ["loses answers, indexes late", "loses answers, refuses deletes at first"])
def test_a_killed_run_is_cleaned_up_whole(kills, habit, after):
    moment = kills.Moment(7, habit, 150, after, signal.SIGKILL, 2)
    assert kills.one(moment) == []
