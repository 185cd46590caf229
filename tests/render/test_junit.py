from xml.etree import ElementTree as ET

import pytest
from render_events import finding, scenario, verdict
from render_sample import hostile, run, summary

from conformance.render import junit


def drawn(sample):
    return ET.fromstring(junit.render(sample, summary(sample)).encode())  # noqa: S314 - our own text


def cases(sample):
    return {case.get("name"): case for case in drawn(sample).iter("testcase")}


def test_the_junit_report_is_as_it_is_pinned(golden):
    sample = run()
    golden("junit.xml", junit.render(sample, summary(sample)))


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("pass", None),
        ("warn", None),
        ("fail", "failure"),
        ("error", "error"),
        ("skip", "skipped"),
        ("untested", "skipped"),
        ("out-of-reach", "skipped"),
    ],
)
def test_each_verdict_has_its_element(word, tag):
    case = cases(run([scenario("a", "R4-CRE-01"), verdict("a", word)]))["a"]
    assert [child.tag for child in case if child.tag != "properties"] == ([tag] if tag else [])
    assert tag is None or case.find(tag).get("message")


def test_the_totals_agree_with_the_cases():
    root = drawn(run())
    suite = root.find("testsuite")
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        assert int(suite.get(attribute)) == len(list(root.iter(tag))) == int(root.get(attribute))
    assert int(suite.get("skipped")) == len(list(root.iter("skipped")))


def test_rules_are_properties_of_their_case():
    case = cases(run())["profile/ai-prediction-round-trip"]
    rules = [each.get("value") for each in case.iter("property") if each.get("name") == "requirement"]
    assert rules == ["DERM-AIP-03", "DERM-AIP-01"]


def test_a_failure_is_readable_from_its_message_alone():
    failure = cases(run())["profile/ai-prediction-round-trip"].find("failure")
    assert failure.get("message") == (
        "FAIL  repository  DERM-AIP-03 (SHALL NOT, explicit)  An AI prediction is never final."
    )
    assert "returned  'final'" in failure.text


def test_a_warning_passes_and_is_told_in_the_output():
    case = cases(run())["crud/refusal"]
    assert case.find("failure") is None
    assert case.findtext("system-out").startswith("WARN  repository  R4-HTTP-21")


def test_texts_of_a_server_leave_the_document_well_formed_and_small():
    text = junit.render(hostile(), summary(hostile()))
    assert len(text) < 20_000
    assert "<script>" not in text
    (case,) = cases(hostile()).values()
    assert "<script>alert(1)</script>" in case.findtext("failure")


def test_the_same_failure_twice_in_a_scenario_is_told_once():
    twice = [finding("a", "R4-CRE-02", "failed", seq=seq, at="Location") for seq in (11, 12)]
    failure = cases(run([scenario("a", "R4-CRE-02"), *twice, verdict("a", "fail")]))["a"].find("failure")
    assert failure.text.count("FAIL  repository") == 1
    assert "1 more in this scenario" in failure.text
