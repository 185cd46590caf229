"""The results that Allure reads: one file a scenario, in the model of allure-pytest."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from render_events import exchange, finding, scenario, step, verdict
from render_sample import hostile, run, summary

from conformance.commands.reports import forget, write
from conformance.render import FOLDERS

ALLURE = FOLDERS["allure"]


def drawn(sample, **more):
    return dict(ALLURE.files(sample, summary(sample, **more)))


def results(sample, **more):
    """Return the tests by their full name."""
    files = drawn(sample, **more).items()
    told = [json.loads(text) for name, text in files if name.endswith("-result.json")]
    return {one["fullName"]: one for one in told}


def labels(result, name):
    return [label["value"] for label in result["labels"] if label["name"] == name]


def below(steps):
    for one in steps:
        yield one
        yield from below(one.get("steps", ()))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pass", "passed"),
        ("warn", "passed"),
        ("fail", "failed"),
        ("error", "broken"),
        ("skip", "skipped"),
        ("untested", "skipped"),
        ("out-of-reach", "skipped"),
    ],
)
def test_each_verdict_has_its_status(word, status):
    result = results(run([scenario("a", "R4-CRE-01"), verdict("a", word)]))["a"]
    assert result["status"] == status
    assert ("statusDetails" in result) is (word != "pass")
    assert labels(result, "tag") == ([] if word in ("pass", "fail", "error") else [word])


def test_what_a_server_did_is_failed_and_what_lay_between_is_broken():
    told = results(run())
    assert told["profile/ai-prediction-round-trip"]["status"] == "failed"
    message = told["profile/ai-prediction-round-trip"]["statusDetails"]["message"]
    assert message == "FAIL  repository  DERM-AIP-03 (SHALL NOT, explicit)  An AI prediction is never final."
    assert told["crud/patch"]["status"] == "broken"
    assert told["crud/patch"]["statusDetails"]["message"].startswith("ERROR  network  connection reset")


def test_what_was_not_tested_is_skipped_and_says_what_would_unlock_it():
    details = results(run())["discover/annotations"]["statusDetails"]
    assert details["message"] == "UNTESTED  producer  no annotation was found"
    assert "unlock    put at least one AI prediction on the server" in details["trace"]


def test_rules_are_labels_and_links_to_where_they_stand():
    result = results(run())["profile/ai-prediction-round-trip"]
    assert labels(result, "requirement") == labels(result, "feature") == ["DERM-AIP-03", "DERM-AIP-01"]
    assert {"type": "link", "name": "DERM-AIP-03", "url": "https://rules.example/DERM-AIP-03"} in result[
        "links"
    ]


@pytest.mark.parametrize(
    ("levels", "severity"),
    [
        ({"R4-CRE-01": "SHOULD", "R4-CRE-02": "SHALL"}, "critical"),
        ({"R4-CRE-01": "SHALL NOT"}, "critical"),
        ({"R4-CRE-01": "SHOULD"}, "normal"),
        ({"R4-CRE-01": "MAY"}, "minor"),
    ],
)
def test_the_severity_is_the_strictest_level(levels, severity):
    sample = run([{**scenario("a"), "requirements": levels}, verdict("a", "pass")])
    assert labels(results(sample)["a"], "severity") == [severity]


def test_the_subject_is_the_suite():
    result = results(run())["search/by-source[Media]"]
    assert (labels(result, "suite"), labels(result, "subSuite")) == (["search"], ["by-source"])
    assert result["titlePath"] == ["search"]
    assert labels(results(run([scenario("a"), verdict("a", "pass")]))["a"], "suite") == ["a"]


def test_a_row_is_a_parameter_and_has_a_history_of_its_own():
    told = results(run())
    rows = [told[f"search/by-source[{row}]"] for row in ("Media", "ImagingStudy")]
    assert [row["parameters"] for row in rows] == [
        [{"name": "case", "value": "Media"}],
        [{"name": "case", "value": "ImagingStudy"}],
    ]
    assert len({row["testCaseId"] for row in rows}) == 1
    assert len({row["historyId"] for row in rows}) == 2


def test_a_test_keeps_its_history_over_runs_and_servers():
    first, second = results(run(run="one")), results(run(run="two"))
    for name, result in first.items():
        assert result["historyId"] == second[name]["historyId"]
        assert result["uuid"] != second[name]["uuid"]


def test_the_same_run_gives_the_same_files():
    assert drawn(run()) == drawn(run())


def test_each_step_shows_its_requests_and_its_checks():
    result = results(run())["profile/ai-prediction-round-trip"]
    assert [one["name"] for one in result["steps"]] == [
        "Step 1  create: prediction",
        "Step 2  read: prediction",
    ]
    assert [one["status"] for one in result["steps"]] == ["passed", "failed"]
    names = [(one["name"], one["status"]) for one in result["steps"][1]["steps"]]
    assert names == [
        ("GET https://staging.example/fhir/Observation/8123 200, 41 ms", "passed"),
        ("DERM-AIP-03  An AI prediction is never final.", "failed"),
        ("DERM-AIP-01  An AI prediction carries the AIAST label.", "passed"),
        ("R4-READ-01  A read returns the resource.", "passed"),
    ]
    failed = result["steps"][1]["steps"][1]
    assert {"name": "returned", "value": "'final'"} in failed["parameters"]
    assert "returned  'final'" in failed["statusDetails"]["trace"]


def test_a_request_and_its_answer_are_attached_as_they_were_recorded():
    files = drawn(run())
    result = results(run())["profile/ai-prediction-round-trip"]
    asked = result["steps"][1]["steps"][0]["attachments"]
    assert [(one["name"], one["type"]) for one in asked] == [
        ("Request", "text/plain"),
        ("Answer 200", "text/plain"),
    ]
    request, answer = (files[one["source"]] for one in asked)
    assert request.splitlines()[0] == "GET https://staging.example/fhir/Observation/8123"
    assert "Authorization: ***" in request
    assert '"value": 1.5' in answer
    assert not [text for text in files.values() if "do not show" in text]


@pytest.mark.parametrize("sample", [run(), hostile(), run([])], ids=["calm", "hostile", "empty"])
def test_every_attachment_that_is_named_is_there(sample):
    files = drawn(sample)
    named = {
        one["source"]
        for result in results(sample).values()
        for each in below(result.get("steps", ()))
        for one in each.get("attachments", ())
    }
    assert named == {name for name in files if name.endswith("-attachment.txt")}
    assert all(name.isascii() and "/" not in name for name in files)


def test_a_request_without_an_answer_is_broken():
    talk = exchange("a", 12, "GET", "https://staging.example/fhir/x", None, error="connection reset")
    sample = run([scenario("a", "R4-CRE-01"), step("a", 1, "read: x", seq=11), talk, verdict("a", "error")])
    (only,) = results(sample)["a"]["steps"]
    assert only["status"] == only["steps"][0]["status"] == "broken"


def test_what_has_no_verdict_is_neither_passed_nor_failed():
    told = results(run())["crud/refusal"]
    names = {one["name"]: one["status"] for one in below(told["steps"])}
    assert names["DATA  DERM-ANN-07  An annotation names its method."] == "unknown"
    assert names["NOTE  R4-PAT-01  A patch changes what it names."] == "unknown"
    assert names["WARN  R4-HTTP-21  A refusal explains itself."] == "passed"


def test_an_answer_alone_is_no_pass_where_something_was_to_be_judged():
    """Untested is never green, nor is a step that was not reached."""
    events = [
        scenario("a", "R4-CRE-01"),
        step("a", 1, "read: x", seq=11),
        exchange("a", 12, "GET", "https://staging.example/fhir/x", 200),
        finding("a", "R4-CRE-01", "untested", seq=13, exchange=12, label="read: x"),
        step("a", 2, "read: y", seq=14),
        exchange("a", 15, "GET", "https://staging.example/fhir/y", 200, step=2),
        {"event": "not-reached", "seq": 16, "scenario": "a", "step": 3, "because": "step 1"},
        verdict("a", "untested"),
    ]
    told = results(run(events))["a"]["steps"]
    assert [one["status"] for one in told] == ["skipped", "passed", "skipped"]


def test_an_accepted_failure_is_known():
    sample = run(
        [scenario("a", "R4-CRE-01"), finding("a", "R4-CRE-01", "failed", seq=11), verdict("a", "fail")]
    )
    assert results(sample, accepted=("R4-CRE-01",))["a"]["statusDetails"]["known"] is True
    assert "known" not in results(sample)["a"]["statusDetails"]


def test_a_run_without_a_verdict_is_a_broken_test():
    problem = {"event": "problem", "seq": 5, "ms": 10, "kind": "auth", "message": "the token has expired"}
    told = results(run([problem]), verdict="error", gate={"exit": 4})["the run"]
    assert told["status"] == "broken"
    assert told["statusDetails"]["message"] == "ERROR  credentials  the token has expired"


def test_texts_of_a_server_are_visible_and_short():
    files = drawn(hostile())
    assert sum(map(len, files.values())) < 80_000
    for text in files.values():
        assert not {"\x1b", "\x00", "\u202e"} & set(text)


def test_the_environment_is_read_back_from_its_properties():
    text = drawn(hostile())["environment.properties"]
    assert text.isascii()
    assert "\nbase=javascript:alert(1)\n" in f"\n{text}"
    # One fact a line: what a server calls itself opens no line of its own.
    assert [line.partition("=")[0] for line in text.splitlines()] == [
        *("verdict", "target", "base", "server", "fhir", "roles", "judged-by", "dermconf")
    ]


def test_categories_part_what_a_server_did_from_what_lay_between():
    rows = json.loads(drawn(run())["categories.json"])
    assert rows[0] == {"name": "The server broke a gating rule", "matchedStatuses": ["failed"]}
    assert {status for row in rows for status in row["matchedStatuses"]} == {"failed", "broken", "skipped"}


def test_asking_for_the_formats_does_not_load_allure():
    code = (
        "import sys, conformance.commands.run, conformance.render; sys.exit('allure_commons' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_results_of_an_earlier_run_go_and_what_others_keep_there_stays(tmp_path):
    write(run(run="one"), summary(run()), tmp_path, ["allure"], StringIO())
    (tmp_path / "allure/history").mkdir()
    (tmp_path / "allure/history/history.json").write_text("{}")
    write(run(run="two"), summary(run()), tmp_path, ["allure"], StringIO())
    assert len(list((tmp_path / "allure").glob("*-result.json"))) == len(run().scenarios)
    forget(tmp_path)
    assert [path.name for path in (tmp_path / "allure").iterdir()] == ["history"]
