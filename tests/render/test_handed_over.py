"""The reports that other programs read: HAR, FHIR TestReport and the badge."""

import json
from xml.etree import ElementTree as ET

import pytest
from fhir.resources.R4B.testreport import TestReport as ReportModel
from render_events import exchange, scenario, verdict
from render_sample import hostile, run, summary

from conformance.render import badge, har, testreport

SAMPLES = pytest.mark.parametrize("sample", [run(), hostile(), run([])], ids=["calm", "hostile", "empty"])


def archive(sample):
    return json.loads(har.render(sample, summary(sample)))["log"]


@SAMPLES
def test_each_attempt_is_an_entry_with_what_the_format_requires(sample):
    log = archive(sample)
    talks = sorted(
        (talk for each in sample.scenarios for talk in each.exchanges), key=lambda talk: talk["seq"]
    )
    attempts = [one for talk in talks for one in talk["attempts"]]
    assert [entry["response"]["status"] for entry in log["entries"]] == [
        one["status"] or 0 for one in attempts
    ]
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString"} <= set(entry["request"])
        assert {"status", "statusText", "headers", "content", "redirectURL"} <= set(entry["response"])


def test_an_entry_starts_when_its_request_was_recorded():
    talk = {**exchange("a", 11, "GET", "https://staging.example/fhir/x?a=1&b=", 200), "ms": 1500}
    (entry,) = archive(run([scenario("a", "R4-CRE-01"), talk, verdict("a", "pass")]))["entries"]
    assert entry["startedDateTime"] == "2026-11-22T09:00:01.500000+00:00"
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]


def test_no_header_leaves_that_may_not_be_shown():
    assert "do not show" not in har.render(run(), summary(run()))


def test_of_a_long_body_the_beginning_is_handed_over_and_how_long_it_was():
    talk = exchange("a", 11, "GET", "https://staging.example/fhir/x", 200, body="x" * 300_000)
    (entry,) = archive(run([scenario("a", "R4-CRE-01"), talk, verdict("a", "pass")]))["entries"]
    assert entry["response"]["content"]["comment"] == "cut after 262144 of 300000 characters"
    assert len(entry["response"]["content"]["text"]) == 262_144
    assert entry["response"]["bodySize"] == 300_000


@SAMPLES
@pytest.mark.parametrize("word", ["conformant", "nonconformant", "incomplete", "error"])
def test_the_test_report_is_valid_fhir(sample, word):
    text = testreport.render(sample, summary(sample, verdict=word))
    report = ReportModel.model_validate_json(text)
    results = {"conformant": "pass", "nonconformant": "fail"}
    assert report.result == results.get(word, "pending")
    assert len(report.test or ()) == len(sample.scenarios)


def test_the_test_report_names_the_rule_and_where_it_stands():
    report = json.loads(testreport.render(run(), summary(run())))
    (test,) = [test for test in report["test"] if test["name"] == "profile/ai-prediction-round-trip"]
    asserted = [action["assert"] for action in test["action"] if "assert" in action]
    assert [one["result"] for one in asserted] == ["pass", "fail", "pass", "pass"]
    assert asserted[1]["message"].startswith("FAIL  repository  DERM-AIP-03")
    assert asserted[1]["detail"] == "https://rules.example/DERM-AIP-03"
    assert report["score"] == 50.0


def test_what_was_left_out_is_skipped_and_what_broke_is_an_error():
    report = json.loads(testreport.render(run(), summary(run())))
    last = {test["name"]: next(iter(test["action"][-1].values()))["result"] for test in report["test"]}
    assert last["history/versions"] == "skip"
    assert last["discover/annotations"] == "skip"
    assert last["crud/patch"] == "error"


@pytest.mark.parametrize("word", ["conformant", "nonconformant", "error", "<new & odd>"])
def test_the_badge_is_a_picture_that_says_the_verdict(word):
    picture = ET.fromstring(badge.render(run(), summary(run(), verdict=word)))  # noqa: S314 - our own text
    assert picture.get("aria-label") == f"dermconf: {word} as repository"
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
