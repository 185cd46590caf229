import io
import unicodedata

import pytest
from render_events import exchange, finding, scenario, verdict
from render_sample import hostile, run, summary

from conformance.render import console


def test_the_console_report_is_as_it_is_pinned(golden):
    sample = run()
    golden("console.txt", console.render(sample, summary(sample)))


def test_the_first_line_of_a_failure_names_verdict_party_rule_and_sentence():
    sample = run()
    first = console.render(sample, summary(sample)).splitlines()[0]
    assert first == "FAIL  repository  DERM-AIP-03 (SHALL NOT, explicit)  An AI prediction is never final."


def test_texts_of_a_server_cannot_repaint_the_terminal():
    sample = hostile()
    text = console.render(sample, summary(sample))
    assert {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Cn"}} == {"\n"}
    assert r"\x1b[31m" in text
    assert r"\u202e" in text


def test_no_line_of_a_hostile_server_is_longer_than_a_reader_bears():
    sample = hostile()
    assert max(map(len, console.render(sample, summary(sample)).splitlines())) < 800


def test_a_finding_takes_at_most_twenty_five_lines():
    for sample in (run(), hostile()):
        blocks = console.render(sample, summary(sample)).split("\n\n")
        assert max(block.count("\n") + 1 for block in blocks) <= 25


def test_the_same_failure_in_many_scenarios_is_told_once_with_its_count():
    events = []
    for row in range(40):
        name = f"search/many[{row}]"
        events += [
            scenario("search/many", "R4-RES-19", row=str(row), seq=10 * row + 10),
            finding(
                name, "R4-RES-19", "failed", seq=10 * row + 11, at=f"Bundle.entry[{row}]", message="lost"
            ),
            verdict(name, "fail"),
        ]
    sample = run(events)
    text = console.render(sample, summary(sample))
    assert text.count("FAIL  repository") == 1
    assert "39 more: search/many[10], search/many[11], search/many[12] and 36 more scenarios" in text


def test_of_an_expression_that_was_not_true_the_reader_is_told_which():
    told = "Bundle.entry: expected `Bundle.entry.fullUrl.exists()` to be true, actual false"
    said = finding(
        "a", "R4-RES-19", "failed", seq=11, at="Bundle.entry", expected=True, actual=False, message=told
    )
    sample = run([scenario("a", "R4-RES-19"), said, verdict("a", "fail")])
    assert told in console.render(sample, summary(sample))


def test_failures_that_differ_in_their_value_are_told_apart():
    events = [scenario("a", "R4-CRE-01")]
    events += [
        finding("a", "R4-CRE-01", "failed", seq=11 + n, expected=201, actual=status)
        for n, status in enumerate((200, 204))
    ]
    sample = run([*events, verdict("a", "fail")])
    assert console.render(sample, summary(sample)).count("FAIL  repository") == 2


def test_gating_failures_come_before_errors_untested_and_warnings():
    sample = run()
    text = console.render(sample, summary(sample))
    marks = [text.index(f"\n{word}  ") for word in ("FAIL", "ERROR", "UNTESTED", "WARN")]
    assert marks == sorted(marks)


def test_an_untested_check_of_a_rule_that_was_tested_elsewhere_is_not_told():
    events = [
        scenario("a", "R4-CRE-01"),
        finding("a", "R4-CRE-01", "untested", seq=11, message="no entry of that type"),
        verdict("a", "untested"),
    ]
    sample = run(events)
    assert "UNTESTED  " not in console.render(sample, summary(sample, rows={"R4-CRE-01": "pass"}))
    assert "UNTESTED  " in console.render(sample, summary(sample, rows={"R4-CRE-01": "untested"}))


def test_what_broke_outside_every_scenario_is_told():
    problem = {"event": "problem", "seq": 5, "kind": "auth", "message": "the token has expired", "hint": ""}
    sample = run([problem])
    assert "ERROR  credentials  the token has expired" in console.render(sample, summary(sample, rows={}))


def test_an_accepted_failure_says_so():
    sample = run()
    text = console.render(sample, summary(sample, accepted=("DERM-AIP-03",)))
    assert text.count("  accepted  in the baseline") == 1


def test_a_server_that_never_answered_is_told_with_its_reason():
    name = "a"
    events = [
        scenario(name, "R4-CRE-01"),
        exchange(name, 11, "GET", "https://staging.example/fhir/metadata", None, error="timed out"),
        finding(name, "R4-CRE-01", "failed", seq=12, exchange=11),
        verdict(name, "fail"),
    ]
    sample = run(events)
    assert "no answer: timed out, 41 ms" in console.render(sample, summary(sample))


@pytest.mark.parametrize(
    ("verdict_", "expected"),
    [
        ("conformant", "CONFORMANT as repository: no gating rule is broken, 6 of 20 rules tested"),
        ("incomplete", "INCOMPLETE as repository: gating rules could not be tested, 6 of 20 rules tested"),
        ("partial", "PARTIAL as repository: what was selected held, 6 of 20 rules tested"),
        ("error", "ERROR: no verdict on the server (network)"),
    ],
)
def test_the_headline_names_the_role_and_how_much_was_tested(verdict_, expected):
    sample = run()
    assert expected in console.render(sample, summary(sample, verdict=verdict_)).splitlines()


def test_a_run_in_which_all_was_left_out_says_so_and_promises_nothing():
    left = summary(run(), verdict="incomplete") | {"counts": {"skip": 3}, "requirements": []}
    said = "INCOMPLETE as repository: no rule was tested: the server claims nothing of what they ask"
    assert said in console.render(run(), left)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_colour_and_a_log_does_not(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    sample = run()
    terminal, log = Terminal(), io.StringIO()
    console.show(sample, summary(sample), terminal)
    console.show(sample, summary(sample), log)
    assert "\x1b[1;31mFAIL" in terminal.getvalue()
    assert log.getvalue() == console.render(sample, summary(sample))


def test_a_message_that_only_repeats_the_values_is_left_out():
    events = [
        scenario("a", "R4-CRE-01"),
        finding(
            "a",
            "R4-CRE-01",
            "failed",
            seq=11,
            at="x",
            expected=1,
            actual=2,
            message="x: expected 1, actual 2",
        ),
    ]
    sample = run([*events, verdict("a", "fail")])
    text = console.render(sample, summary(sample))
    assert "x: expected" not in text
    assert "  expected  1\n  actual    2\n" in text


def test_what_broke_while_the_setting_was_made_says_so():
    talk = exchange("a", 11, "POST", "https://staging.example/fhir/Media", 201, step=0)
    events = [
        scenario("a", "R4-CRE-02"),
        talk,
        finding("a", "R4-CRE-02", "failed", seq=12, step=0, exchange=11),
    ]
    sample = run([*events, verdict("a", "fail")])
    assert "\n      a, given\n" in console.render(sample, summary(sample))
