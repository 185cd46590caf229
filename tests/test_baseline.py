"""A baseline changes the exit code and never the verdict; what is past fails, and nothing is forgotten."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click import BadParameter
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import baseline, baselinefile, events
from conformance.baseline import Entry, recorded
from conformance.catalogue import requirements
from conformance.commands.baseline import command
from conformance.problem import Problem, Problems
from conformance.render.story import stories
from conformance.run.replaying import differences, retold, target_of
from conformance.server.app import create
from conformance.server.serving import running
from conformance.summary import summary, unfinished

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


BLANK = entry("", scenario="", verdict="")
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
    one = went(host, tmp_path / "one", entry("DERM-AIP-03", check="2.1"), path="/fhir")
    assert f"past       {NAME}  DERM-AIP-03 (2.1): holds again" in one.out


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
    entries = baselinefile.proposed(first.run, BLANK, ())
    again = went(host, tmp_path / "b", *entries)
    assert (again.exit, again.summary["gate"]["stale"]) == (0, 0)
    assert all(went(host, tmp_path / "c", *entries[:i], *entries[i + 1 :]).exit == 1 for i in range(2))


def test_what_a_person_wrote_before_stays_as_it_is(host, tmp_path):
    run = went(host, tmp_path).run
    old = entry("DERM-AIP-03", owner="Grace", reason="by contract", expires="2999-12-31")
    gone = entry("DERM-ANN-01")
    entries = baselinefile.proposed(run, BLANK, (), [old, gone])
    assert old in entries
    assert gone not in entries
    assert {e.owner for e in entries if e.requirement == "DERM-AIP-03"} == {"Grace"}
    assert baselinefile.proposed(run, replace(BLANK, owner="Eve"), (), entries) == entries


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    str.strip
)


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
    (of(reason="  "), "'reason' takes a text that says something; actual: '  '"),
    (of(check=[2, 1]), "a check such as 2.1"),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[said for _, said in BAD])
def test_what_is_amiss_is_told_with_its_place(tmp_path, text, said):
    file = tmp_path / "accepted.yaml"
    file.write_text(text)
    with pytest.raises((Problem, Problems)) as amiss:
        baselinefile.read(file, {NAME}, {"DERM-AIP-03"})
    assert said in str(amiss.value)
    assert str(amiss.value).startswith(f"{file}")


EVERYTHING = """\
accepted:
  - scenario: profile/ai-prediction-round-tripp
    requirement: DERM-AIP-3
    verdict: failed
    ownr: Ada
    reason: ""
    expires: "2027-02-30"
"""
TOLD = """\
{0}:2:5: an entry of 'accepted' needs 'owner'
{0}:2:15: there is no scenario 'profile/ai-prediction-round-tripp'
      did you mean 'profile/ai-prediction-round-trip'?
{0}:3:18: there is no requirement 'DERM-AIP-3'
      did you mean 'DERM-AIP-03'?
{0}:4:14: 'verdict' takes one of fail, untested; actual: 'failed'
      did you mean 'fail'?
{0}:5:5: unknown key 'ownr' in an entry of 'accepted'
      did you mean 'owner'?
{0}:6:13: 'reason' is empty; it takes a text that says something
{0}:7:14: '2027-02-30' is no date
      such as "2027-03-01\""""


def test_all_that_is_amiss_is_told_at_once_in_the_order_of_the_file(tmp_path):
    file = tmp_path / "accepted.yaml"
    file.write_text(EVERYTHING)
    with pytest.raises(Problems) as amiss:
        baselinefile.read(file, {NAME}, {"DERM-AIP-03"})
    assert str(amiss.value) == TOLD.format(file)


@pytest.mark.parametrize(("stated", "check"), [("2.1", "2.1"), ("2.10", "2.10"), ('"2.1"', "2.1")])
def test_a_check_may_be_written_as_a_number_and_keeps_its_digits(tmp_path, stated, check):
    file = tmp_path / "accepted.yaml"
    file.write_text(of(check="?").replace('"?"', stated))
    assert baselinefile.read(file, {NAME}, {"DERM-AIP-03"})[0].check == check


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
    assert re.search(r'<skipped message="FAIL [^"]* \(accepted: Ada: known \(until 2999-01-01\)\)"', junit)
    assert "in the baseline, so not for the exit code; Ada: known (until 2999-01-01)" in result.out
    because = "exit code 0, because 2 findings are accepted (answered for by Ada)"
    assert re.search(rf"all of it accepted, \d+ of \d+ rules tested; {re.escape(because)}", result.out)
    markdown = (tmp_path / "summary.md").read_text()
    assert "Accepted in the baseline" in markdown
    assert "Must fix" not in markdown
    assert "NONCONFORMANT as repository: 2 gating rules do not hold, all of it accepted" in markdown
    page = (tmp_path / "report.html").read_text()
    assert "accepted" in page
    assert "NONCONFORMANT" in result.out


@pytest.mark.parametrize("late", [entry("DERM-AIP-04"), entry("R4-LNK-01", expires="2020-01-01")])
def test_a_conformant_run_with_a_past_entry_says_why_it_fails(host, tmp_path, late):
    result = went(host, tmp_path, late, path="/fhir")
    assert (result.verdict, result.exit) == ("partial", 1)
    said = "what was selected held"
    assert re.search(
        f"PARTIAL as repository: {said}.*; exit code 1, because 1 entry of the baseline is past", result.out
    )
    to_do = "take the entry out" if late.expires > "2026" else "have Ada renew it"
    for file in ("junit.xml", "summary.md", "report.html"):
        assert to_do in (tmp_path / file).read_text(), file
    assert "<error" in (tmp_path / "junit.xml").read_text()


def test_of_two_findings_at_one_place_only_the_accepted_check_is_marked(host, tmp_path):
    finding = next(
        f for s in went(host, tmp_path).run.scenarios for f in s.findings if f["result"] == "failed"
    )
    run = events.read(tmp_path / "run.jsonl")
    other = {**finding, "check": 99}
    rows = tuple(
        replace(s, findings=(*s.findings, other)) if s.name == finding["scenario"] else s
        for s in run.scenarios
    )
    mine = entry(finding["requirement"], check=baseline.check_of(finding))
    doubled = replace(run, scenarios=rows, header={**run.header, "accepted": recorded([mine])})
    told = summary(doubled, requirements(), target_of(doubled))
    marks = {s.accepted for s in stories(doubled, told) if s.id == finding["requirement"]}
    assert marks == {True, False}


EMPTY = (ROOT / "testcases/profile/stored-annotations.yaml", ROOT / "testcases/rest/create-unreadable.yaml")


def test_what_is_untested_for_want_of_data_can_be_accepted(tmp_path):
    with running(create()) as base:
        first = play(base, tmp_path / "a", *EMPTY)
        assert (first.verdict, first.exit) == ("incomplete", 3)
        wanted = unfinished(first.run, requirements(), target_of(first.run))
        entries = baselinefile.proposed(first.run, BLANK, wanted)
        assert {(e.scenario, e.verdict, e.check) for e in entries} == {
            ("profile/stored-annotations", "untested", "")
        }
        again = play(base, tmp_path / "b", *EMPTY, accepted=recorded(entries))
        assert (again.verdict, again.exit) == ("incomplete", 0)
        fewer = play(base, tmp_path / "c", *EMPTY, accepted=recorded(entries[1:]))
        assert fewer.exit == 3
    assert re.search(rf"INCOMPLETE .*; exit code 0, because {len(entries)} findings are accepted", again.out)
    assert "Accepted in the baseline" in (tmp_path / "b/summary.md").read_text()
    assert [s["id"] for s in again.summary["scenarios"] if s["accepted"]] == ["profile/stored-annotations"]
    assert retold(tmp_path / "b/run.jsonl")[1]["gate"] == again.summary["gate"]


def called(*arguments):
    done = CliRunner().invoke(command, [str(a) for a in arguments], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output


def test_the_command_merges_into_a_file_and_never_writes_over_another(host, tmp_path):
    went(host, tmp_path / "a")
    file = tmp_path / "accepted.yaml"
    elsewhere = entry("R4-RES-19", scenario="search/paging", owner="Grace", reason="not played")
    mine = entry("MINE-01", scenario="my/own", owner="Lin")
    file.write_text(baselinefile.written([elsewhere, mine, entry("DERM-ANN-01")]), encoding="utf-8")
    record = tmp_path / "a/run.jsonl"
    said = called(record, "--owner", "Ada", "--reason", "ticket", "-o", file)
    assert said == f"{file}: 4 accepted, 2 of them as before, 1 dropped\n"
    entries = baselinefile.read(file)
    assert {elsewhere, mine} < set(entries)
    assert {(e.requirement, e.owner) for e in entries} >= {("DERM-AIP-03", "Ada"), ("DERM-AIP-04", "Ada")}
    other = tmp_path / "notes.yaml"
    other.write_text("shopping: [milk]\n")
    with pytest.raises(Problems, match="unknown key 'shopping'"):
        called(record, "--owner", "Ada", "--reason", "ticket", "-o", other)
    assert other.read_text() == "shopping: [milk]\n"


def test_of_a_run_that_came_to_no_verdict_none_is_written(tmp_path):
    play("http://127.0.0.1:1/fhir", tmp_path, *PATHS)
    file = tmp_path / "accepted.yaml"
    with pytest.raises(Problem, match="the run came to no verdict"):
        called(tmp_path / "run.jsonl", "--owner", "Ada", "--reason", "ticket", "-o", file)
    assert not file.exists()


def test_an_owner_who_says_nothing_is_nobody(host, tmp_path):
    went(host, tmp_path)
    with pytest.raises(BadParameter, match="somebody has to say it"):
        called(tmp_path / "run.jsonl", "--owner", " ", "--reason", "ticket")
