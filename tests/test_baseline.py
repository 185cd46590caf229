"""A baseline changes the exit code and never the verdict; what is past fails, and nothing is forgotten."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import baselinefile, events
from conformance.baseline import Entry, recorded
from conformance.problem import Problem, Problems
from conformance.run.replaying import differences, retold
from conformance.server.app import create
from conformance.server.serving import running

sys.path.append(str(Path(__file__).parent / "hostile"))
from playing import ROOT, play

PATHS = (ROOT / "testcases/profile/ai-prediction-round-trip.yaml", ROOT / "testcases/search/id.yaml")
NAME = "profile/ai-prediction-round-trip"
BROKEN = "/faults/prediction-final/fhir"


@pytest.fixture(scope="module")
def host():
    with running(create(seed=True)) as base:
        yield base.removesuffix("/fhir")


def entry(requirement, **more):
    plain = {"scenario": NAME, "verdict": "fail", "owner": "Ada", "reason": "known", "expires": "2999-01-01"}
    return Entry(**{**plain, "requirement": requirement, **more})


def went(host, folder, *entries, path=BROKEN, paths=PATHS):
    return play(f"{host}{path}", folder, *paths, accepted=recorded(entries))


BOTH = (entry("DERM-AIP-03"), entry("DERM-AIP-04"))


def test_what_is_accepted_does_not_count_for_the_exit_code_and_the_verdict_stays(host, tmp_path):
    assert (went(host, tmp_path / "a").verdict, went(host, tmp_path / "b").exit) == ("nonconformant", 1)
    result = went(host, tmp_path / "c", *BOTH)
    assert (result.verdict, result.exit) == ("nonconformant", 0)
    gate = result.summary["gate"]
    assert (gate["stale"], gate["expired"]) == (0, 0)
    failed = [f for s in result.summary["scenarios"] for f in s["findings"] if f["verdict"] == "fail"]
    assert gate["accepted"] == len(failed) > 0
    assert all(f["accepted"] for f in failed)
    assert "answered for by Ada" in result.out


def test_what_is_not_accepted_fails_as_before(host, tmp_path):
    result = went(host, tmp_path, BOTH[0])
    assert result.exit == 1
    marks = {f["requirement"]: f["accepted"] for s in result.summary["scenarios"] for f in s["findings"]}
    assert (marks["DERM-AIP-03"], marks["DERM-AIP-04"]) == (True, False)


def test_an_entry_may_be_of_one_check_alone(host, tmp_path):
    right = went(host, tmp_path / "a", entry("DERM-AIP-04"), *(entry("DERM-AIP-03", check="2.1"),))
    wrong = went(host, tmp_path / "b", entry("DERM-AIP-04"), *(entry("DERM-AIP-03", check="2.7"),))
    assert (right.exit, wrong.exit) == (0, 1)


def test_an_entry_whose_check_holds_again_fails_the_gate(host, tmp_path):
    result = went(host, tmp_path, *BOTH, path="/fhir")
    assert (result.verdict, result.exit) == ("partial", 1)
    assert result.summary["gate"]["stale"] == len(BOTH)
    assert "holds again; take the entry out of the baseline" in result.out


def test_an_entry_that_has_expired_fails_the_gate(host, tmp_path):
    result = went(host, tmp_path, *BOTH[1:], entry("DERM-AIP-03", expires="2020-01-01"))
    assert (result.exit, result.summary["gate"]["expired"]) == (1, 1)
    assert "expired on 2020-01-01" in result.out
    held = went(host, tmp_path / "b", entry("R4-LNK-01", expires="2020-01-01"), path="/fhir")
    assert held.exit == 1


def test_an_entry_of_what_was_not_played_is_neither_used_nor_past(host, tmp_path):
    result = went(host, tmp_path, entry("R4-RES-19", scenario="search/paging"), path="/fhir")
    assert result.exit == 0
    assert [e["state"] for e in result.summary["gate"]["entries"]] == ["not-played"]


def test_a_broken_run_is_not_mended(tmp_path):
    result = play("http://127.0.0.1:1/fhir", tmp_path, *PATHS, accepted=recorded(BOTH))
    assert (result.verdict, result.exit) == ("error", 4)


def test_the_record_judged_again_gives_the_same(host, tmp_path):
    result = went(host, tmp_path, *BOTH)
    run, told = retold(tmp_path / "run.jsonl")
    assert told["gate"] == result.summary["gate"]
    assert run.header["accepted"] == recorded(BOTH)
    assert list(differences(tmp_path / "run.jsonl")) == []


def test_what_is_proposed_is_enough_and_no_more_than_that(host, tmp_path):
    first = went(host, tmp_path / "a")
    entries = baselinefile.proposed(first.run, "Ada", "known", "2999-01-01")
    again = went(host, tmp_path / "b", *entries)
    assert (again.exit, again.summary["gate"]["stale"]) == (0, 0)
    assert all(went(host, tmp_path / "c", *entries[:i], *entries[i + 1 :]).exit == 1 for i in range(2))


def test_what_a_person_wrote_before_stays_as_it_is(host, tmp_path):
    run = went(host, tmp_path).run
    old = entry("DERM-AIP-03", owner="Grace", reason="by contract", expires="2999-12-31")
    gone = entry("DERM-ANN-01")
    entries = baselinefile.proposed(run, "Ada", "known", "2999-01-01", [old, gone])
    assert old in entries
    assert gone not in entries
    assert {e.owner for e in entries if e.requirement == "DERM-AIP-03"} == {"Grace"}
    assert baselinefile.proposed(run, "Eve", "later", "3000-01-01", entries) == entries


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(owner=TEXTS, reason=TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_what_is_written_is_read_again_whatever_it_says(tmp_path, owner, reason):
    file = tmp_path / "accepted.yaml"
    entries = (entry("DERM-AIP-03", owner=owner, reason=reason, check="2.oracle:precision"),)
    file.write_text(baselinefile.written(entries), encoding="utf-8", newline="")
    assert baselinefile.read(file, {NAME}, {"DERM-AIP-03"}) == entries


WHOLE = {
    "scenario": NAME,
    "requirement": "DERM-AIP-03",
    "verdict": "fail",
    "owner": "o",
    "reason": "r",
    "expires": "2027-01-01",
}


def of(**changes):
    """Return a baseline of one entry, as JSON, which is YAML."""
    stated = {key: value for key, value in {**WHOLE, **changes}.items() if value is not None}
    return json.dumps({"accepted": [stated]})


BAD = [
    (json.dumps({"accepted": [{}]}), "needs"),
    ("acepted: []", "did you mean 'accepted'?"),
    ("accepted: {}", "a list of entries"),
    (of(verdict="warn"), "one of fail, untested"),
    (of(expires="2027-13-01"), "'2027-13-01' is no date"),
    (of(expires="soon"), "a quoted date"),
    (of().replace('"2027-01-01"', "2027-01-01"), "quote it"),
    (of(reason=None), "needs 'reason'"),
    (of(owner=""), "is empty"),
    (of(scenario=NAME[:-1]), f"did you mean '{NAME}'?"),
    (of(requirement="DERM-AIP-30"), "there is no requirement 'DERM-AIP-30'"),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[said for _, said in BAD])
def test_what_is_amiss_is_told_with_its_place(tmp_path, text, said):
    file = tmp_path / "accepted.yaml"
    file.write_text(text)
    with pytest.raises((Problem, Problems)) as amiss:
        baselinefile.read(file, {NAME}, {"DERM-AIP-03"})
    assert said in str(amiss.value)
    assert str(amiss.value).startswith(f"{file}")


def test_a_summary_with_a_baseline_keeps_its_schema(host, tmp_path):
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - of this test alone

    result = went(host, tmp_path, *BOTH)
    schema = json.loads((ROOT / "conformance/render/schemas/summary.schema.json").read_text())
    assert list(Draft202012Validator(schema).iter_errors(result.summary)) == []
    assert events.read(tmp_path / "run.jsonl").footer["exit"] == 0


def test_what_is_accepted_fails_no_job_and_is_told_as_accepted(host, tmp_path):
    result = went(host, tmp_path, *BOTH)
    junit = (tmp_path / "junit.xml").read_text()
    assert "<failure" not in junit
    assert 'message="FAIL' in junit
    markdown = (tmp_path / "summary.md").read_text()
    assert "Accepted in the baseline" in markdown
    assert "Must fix" not in markdown
    assert "NONCONFORMANT as repository: 2 gating rules do not hold, all of it accepted" in markdown
    page = (tmp_path / "report.html").read_text()
    assert "accepted" in page
    assert "NONCONFORMANT" in result.out
