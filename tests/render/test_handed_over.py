"""The reports that other programs read: HAR, FHIR TestReport and the badge."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from fhir.resources.R4B.testreport import TestReport as ReportModel
from render_events import exchange, scenario, verdict
from render_sample import hostile, run, summary

from conformance.render import badge, har, shields, testreport
from conformance.render.words import RUN_VERDICTS

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


ROLES = {"conformant", "nonconformant", "incomplete", "partial", "<new & odd>"}
SVG = "{http://www.w3.org/2000/svg}"
GREEN = "#1f6f43"


def picture(word):
    return ET.fromstring(badge.render(run(), summary(run(), verdict=word)))  # noqa: S314 - our own text


@pytest.mark.parametrize("word", [*RUN_VERDICTS, "<new & odd>"])
def test_the_badge_is_a_picture_that_says_the_verdict_to_eye_and_ear(word):
    svg = picture(word)
    said = f"{word.replace('-', ' ')}{' as repository' if word in ROLES else ''}"
    said += ": 6 of 20 rules" if word in ("conformant", "partial") else ""
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == svg.findtext(f"{SVG}title") == f"dermconf: {said}"
    assert [text.text for text in svg.iter(f"{SVG}text")] == ["dermconf", said]


@pytest.mark.parametrize("word", [*RUN_VERDICTS, "<new & odd>"])
def test_only_a_whole_suite_that_held_is_green(word):
    ground = picture(word).find(f"{SVG}rect").get("fill")
    described = json.loads(shields.render(run(), summary(run(), verdict=word)))
    assert (ground == GREEN) is (word == "conformant")
    assert f"#{described['color']}" == ground


def test_a_suite_of_which_most_was_out_of_reach_is_not_green():
    told = summary(run(), verdict="conformant", rows={"R4-CRE-01": "pass", "R4-PAT-01": "out-of-reach"})
    described = badge.badge(told)
    assert described.text == "conformant as repository: 1 of 20 rules"
    assert described.colour != GREEN


def test_white_letters_are_readable_on_every_badge():
    for word in (*RUN_VERDICTS, "odd"):
        ground = picture(word).find(f"{SVG}rect").get("fill")
        red, green, blue = (int(ground[at : at + 2], 16) / 255 for at in (1, 3, 5))
        light = (
            0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)
        )  # WCAG 2.2, relative luminance
        assert 1.05 / (light + 0.05) >= 4.5


def _linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def test_the_badge_asks_no_other_host_for_anything():
    text = badge.render(run(), summary(run()))
    assert re.findall(r"https?://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<(image|use|script|style|foreignObject)|url\(|href", text)


@pytest.mark.parametrize("word", [*RUN_VERDICTS, "W" * 300, "i" * 300])
def test_the_letters_of_a_badge_stay_in_their_part(word):
    svg = picture(word)
    whole = float(svg.get("width"))
    parts = [(float(text.get("x")), float(text.get("textLength"))) for text in svg.iter(f"{SVG}text")]
    (left, first), (right, second) = parts
    assert left - first / 2 > 0
    assert left + first / 2 < right - second / 2
    assert right + second / 2 < whole <= 760


def test_the_endpoint_is_what_shields_reads():
    described = json.loads(shields.render(run(), summary(run())))
    assert described == {
        "schemaVersion": 1,
        "label": "dermconf",
        "message": "nonconformant as repository",
        "color": "b3261e",
        "isError": True,
    }
