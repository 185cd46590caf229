from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import junitparser
import pytest
import xmlschema
from render_events import finding, scenario, verdict
from render_sample import hostile, run, summary

from conformance.render import junit

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "junit.xsd"))
SAMPLES = pytest.mark.parametrize("sample", [run(), hostile(), run([])], ids=["calm", "hostile", "empty"])


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
    assert [child.tag for child in case if child.tag != "system-out"] == ([tag] if tag else [])
    assert tag is None or case.find(tag).get("message")
    # GitLab shows the text alone.
    assert tag is None or case.findtext(tag).startswith(case.find(tag).get("message"))


@SAMPLES
def test_the_document_is_what_jenkins_takes(sample):
    SCHEMA.validate(junit.render(sample, summary(sample)).encode())


def test_what_jenkins_refuses_is_refused_by_the_schema_of_this_test():
    text = junit.render(run(), summary(run()))
    for broken in (
        text.replace("<testcase ", '<testcase file="a.yaml" ', 1),
        text.replace("</testcase>", "<properties/></testcase>", 1),
        text.replace('<testsuite name="crud" ', "<testsuite ", 1),
        text.replace('time="0.500"', 'time="500 ms"', 1),
    ):
        assert broken != text
        assert not SCHEMA.is_valid(broken.encode())


@SAMPLES
def test_every_total_is_the_sum_of_what_is_below_it(sample):
    root = drawn(sample)
    for whole in (root, *root.iter("testsuite")):
        for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert int(whole.get(attribute)) == len(list(whole.iter(tag)))
        spent = sum(float(case.get("time")) for case in whole.iter("testcase"))
        assert float(whole.get("time")) == pytest.approx(spent, abs=0.0005)
    for suite in root.iter("testsuite"):
        assert int(suite.get("skipped")) == len(list(suite.iter("skipped")))


def test_each_subject_is_a_suite_of_its_own():
    names = {suite.get("name"): len(suite.findall("testcase")) for suite in drawn(run()).iter("testsuite")}
    assert names == {"crud": 2, "discover": 1, "history": 1, "profile": 1, "search": 2}
    alone = drawn(run([scenario("a", "R4-CRE-01"), verdict("a", "fail")])).findall("testsuite")
    assert [suite.get("name") for suite in alone] == ["dermconf"]


@SAMPLES
def test_a_reader_that_others_wrote_comes_to_the_same(sample):
    told = junitparser.JUnitXml.fromstring(junit.render(sample, summary(sample)).encode())
    read = {
        case.name: (case.classname, [type(one).__name__ for one in case.result])
        for suite in told
        for case in suite
    }
    kinds = {"fail": ["Failure"], "error": ["Error"], "pass": [], "warn": []}
    for each in sample.scenarios:
        classname = each.event["id"].replace("/", ".")
        assert read[each.name] == (classname, kinds.get(each.verdict, ["Skipped"]))
    before = (told.tests, told.failures, told.errors, told.time)
    told.update_statistics()
    assert (told.tests, told.failures, told.errors) == before[:3]
    assert told.time == pytest.approx(before[3], abs=0.001)


def test_no_two_cases_of_one_class_have_one_name():
    """GitLab takes the first of them and drops the others."""
    root = drawn(run())
    keys = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(keys)) == len(keys)


def test_rules_stand_in_the_output_of_their_case():
    case = cases(run())["profile/ai-prediction-round-trip"]
    assert case.findtext("system-out") == "rules  DERM-AIP-03, DERM-AIP-01"


@pytest.mark.parametrize("word", ["incomplete", "error", "nothing-selected"])
def test_a_run_that_is_not_conformant_never_leaves_a_green_file(word):
    sample = run([scenario("a", "R4-CRE-01"), verdict("a", "untested")])
    told = summary(sample, verdict=word, gate={"exit": 3})
    root = ET.fromstring(junit.render(sample, told).encode())  # noqa: S314 - our own text
    case = root.find("testsuite[@name='the run']/testcase")
    assert case.find("error").get("type") == word
    assert root.get("errors") == "1"
    SCHEMA.validate(StringIO(ET.tostring(root, encoding="unicode")))


def test_a_conformant_run_has_no_case_of_its_own():
    sample = run([scenario("a", "R4-CRE-01"), verdict("a", "pass")])
    told = summary(sample, verdict="conformant", gate={"exit": 0})
    assert "the run" not in junit.render(sample, told)


def test_no_text_of_a_server_names_a_file_for_the_ci_to_fetch():
    """GitLab and a plugin of Jenkins fetch what such a line of the output names."""
    evil = "[[ATTACHMENT|../../secret.png]] [[attachment|/etc/passwd]]"
    found = finding("a", "R4-HTTP-21", "failed", seq=11, gating=False, message=evil, at=evil)
    sample = run([scenario("a", "R4-HTTP-21"), found, verdict("a", "warn")])
    text = junit.render(sample, summary(sample))
    assert "secret.png" in text
    assert "[[ATTACHMENT|" not in text.upper()


def test_a_case_tells_so_much_and_counts_the_rest():
    many = [finding("a", "R4-CRE-02", "failed", seq=11 + n, at="Location", actual=n) for n in range(80)]
    text = cases(run([scenario("a", "R4-CRE-02"), *many, verdict("a", "fail")]))["a"].findtext("failure")
    assert text.count("FAIL  repository") == 50
    assert text.endswith("… and 30 more, all of them in report.html")


def test_a_failure_is_readable_from_its_message_alone():
    failure = cases(run())["profile/ai-prediction-round-trip"].find("failure")
    assert failure.get("message") == (
        "FAIL  repository  DERM-AIP-03 (SHALL NOT, explicit)  An AI prediction is never final."
    )
    assert "returned  'final'" in failure.text


def test_a_warning_passes_and_is_told_in_the_output():
    case = cases(run())["crud/refusal"]
    assert case.find("failure") is None
    assert "\n\nWARN  repository  R4-HTTP-21" in case.findtext("system-out")


def test_texts_of_a_server_leave_the_document_well_formed_and_small():
    text = junit.render(hostile(), summary(hostile()))
    assert len(text) < 20_000
    assert "<script>" not in text
    case = cases(hostile())["profile/hostile"]
    assert "<script>alert(1)</script>" in case.findtext("failure")


def test_the_same_failure_twice_in_a_scenario_is_told_once():
    twice = [finding("a", "R4-CRE-02", "failed", seq=seq, at="Location") for seq in (11, 12)]
    failure = cases(run([scenario("a", "R4-CRE-02"), *twice, verdict("a", "fail")]))["a"].find("failure")
    assert failure.text.count("FAIL  repository") == 1
    assert "1 more in this scenario" in failure.text
