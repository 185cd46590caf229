import re
from html.parser import HTMLParser

import pytest
from render_events import exchange, finding, scenario, verdict
from render_sample import HOSTILE, hostile, run, summary

from conformance.render import html

VOID = {"meta", "input", "br", "hr", "img", "link"}


class Page(HTMLParser):
    """Reads a page as a browser does, and notes what could act."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.tags, self.events, self.sources = [], [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        self.events += [name for name in given if name.startswith("on")]
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        self.sources += [given[name] for name in ("src", "srcset", "action", "poster") if name in given]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.open.pop() == tag


def drawn(sample, **more):
    text = html.render(sample, summary(sample, **more))
    return text, Page(text)


@pytest.mark.parametrize("sample", [run(), hostile(), run([])], ids=["calm", "hostile", "empty"])
def test_the_page_is_well_formed_and_its_anchors_are_unique(sample):
    _, page = drawn(sample)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_every_link_inside_the_page_leads_somewhere():
    _, page = drawn(run())
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {f"req-{row['id']}" for row in summary(run())["requirements"]} <= set(page.ids)


@pytest.mark.parametrize("sample", [run(), hostile()], ids=["calm", "hostile"])
def test_the_page_loads_nothing_and_runs_nothing_of_a_server(sample):
    text, page = drawn(sample)
    assert page.tags.count("script") == 1
    assert page.tags.count("style") == 1
    assert not page.events
    assert not page.sources
    assert not {"img", "iframe", "object", "embed", "link", "base", "form"} & set(page.tags)
    assert all(re.match(r"#|https?://", link) for link in page.links)
    assert "default-src 'none'" in text
    assert "script-src 'sha256-" in text
    assert "url(" not in text
    assert "@import" not in text


def test_texts_of_a_server_appear_escaped_and_visible():
    text, _ = drawn(hostile())
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "{{ 7*7 }}" in text
    for char in ("\x00", "\x1b", "\u202e", "\ud800", "\uffff"):
        assert char in HOSTILE
        assert char not in text
    text.encode()


def test_a_megabyte_of_body_does_not_reach_the_page():
    text, _ = drawn(hostile())
    assert len(text) < 150_000
    assert "cut here: 20000 of" in text
    assert "the whole body is exchange 14 of run.jsonl" in text


def test_many_bodies_share_what_a_browser_can_bear():
    body = '{"a": "' + "x" * 15_000 + '"}'
    events = [scenario("a", "R4-CRE-01")]
    events += [
        exchange("a", 11 + n, "GET", "https://staging.example/fhir/x", 200, body=body) for n in range(2000)
    ]
    text, _ = drawn(run([*events, verdict("a", "pass")]))
    assert len(text) < 14_000_000


def test_what_must_be_fixed_comes_first_and_what_need_not_be_is_folded():
    text, _ = drawn(run())
    parts = ("must-fix", "errors", "should-fix", "untested", "subjects", "left-out", "scenarios", "rules")
    order = [text.index(f'id="{part}"') for part in parts]
    assert order == sorted(order)
    assert text.index("An AI prediction is never final.") < order[1]


def test_a_run_without_failures_says_that_nothing_must_be_fixed():
    sample = run([scenario("a", "R4-CRE-01"), verdict("a", "pass")])
    text, _ = drawn(sample, verdict="conformant", rows={"R4-CRE-01": "pass"})
    assert "Nothing: no gating rule was broken." in text


def test_rules_stand_under_the_party_that_broke_them():
    text, _ = drawn(run())
    repository = text[text.index('id="party-repository"') :]
    assert 'id="req-DERM-AIP-03"' in repository


def test_a_rule_that_nobody_broke_stands_under_the_party_that_it_binds():
    sample = run([scenario("a", "R4-CRE-01"), verdict("a", "pass")])
    text, _ = drawn(sample, rows={"R4-CRE-01": "pass", "DERM-AIP-01": "untested"})
    assert text.index('id="party-producer"') < text.index('id="req-DERM-AIP-01"')
    assert text.index('id="party-producer"') > text.index('id="req-R4-CRE-01"')


def test_headers_that_are_not_listed_are_not_shown():
    text, _ = drawn(run())
    assert "do not show" not in text
    assert "x-secret" not in text.lower()


def test_scenarios_whose_names_look_alike_keep_anchors_of_their_own():
    events = [scenario(name, "R4-CRE-01") for name in ("a/b", "a-b", "a b")]
    _, page = drawn(run(events))
    assert {"scenario-a-b", "scenario-a-b--2", "scenario-a-b--3"} <= set(page.ids)


def test_waiting_and_what_was_not_reached_is_told_with_the_step():
    events = [
        scenario("a", "R4-RES-19"),
        {"event": "clock", "seq": 11, "scenario": "a", "step": 1, "waited": 1500, "polls": 3},
        finding("a", "R4-RES-19", "held", seq=12),
        {"event": "not-reached", "seq": 13, "scenario": "a", "step": 2, "because": "step 1, status"},
        verdict("a", "pass"),
    ]
    text, _ = drawn(run(events))
    assert "waited 1.5 s, asked 3 times" in text
    assert "not reached: step 1, status" in text


def test_a_body_that_lies_beside_the_record_is_named():
    aside = exchange(
        "a", 11, "GET", "https://staging.example/fhir/x", 200, body_ref={"sha256": "ab12", "size": 7}
    )
    text, _ = drawn(run([scenario("a", "R4-CRE-01"), aside, verdict("a", "pass")]))
    assert "7 bytes, in bodies/ab12" in text
