"""The page of two runs: what got worse first, in words, escaped, and nothing from elsewhere."""

import re

from render_sample import HOSTILE
from test_html import Page

from conformance.render.diffpage import page

HEADS = (
    {
        "file": "a.jsonl",
        "target": "https://staging.example/fhir",
        "verdict": "conformant",
        "dermconf": "0.1.0",
    },
    {"file": "b.jsonl", "target": "https://staging.example/fhir", "verdict": "nonconformant"},
)


def change(kind, **more):
    return {
        "scenario": "profile/ai-prediction-round-trip",
        "requirement": "DERM-AIP-03",
        "before": "pass",
        "after": "fail",
        "kind": kind,
        "message": "returned 'final'",
        **more,
    }


def drawn(*changes, heads=HEADS):
    text = page(heads, changes)
    return text, Page(text)


def test_what_got_worse_stands_before_what_was_mended():
    text, _ = drawn(change("fixed"), change("new"), change("regression"), change("flaky"))
    order = [text.index(f'id="kind-{kind}"') for kind in ("regression", "flaky", "new", "fixed")]
    assert order == sorted(order)
    assert "Something got worse" in text
    assert "1 regression, 1 flaky, 1 new, 1 fixed." in text


def test_a_change_says_both_verdicts_its_rule_and_why():
    text, _ = drawn(change("regression"))
    row = text[text.index('id="change-1"') :]
    assert re.search(r"</span> pass</span>.*aria-label=\"to\".*</span> fail</span>", row)
    assert "An AI prediction is never final." in row
    assert 'href="https://rules.example/DERM-AIP-03"' in row
    assert "profile/ai-prediction-round-trip" in row
    assert "returned &#39;final&#39;" in row


def test_runs_that_agree_have_a_page_that_says_so():
    text, read = drawn()
    assert "Nothing changed" in text
    assert "Every rule came to the same verdict in every scenario." in text
    assert not read.open


def test_nothing_is_worse_where_only_something_else_changed():
    text, _ = drawn(change("fixed", before="fail", after="pass"), change("removed", after=None))
    assert "Nothing got worse" in text
    assert "not there" in text


def test_both_runs_are_told_in_a_table():
    text, _ = drawn(change("regression"))
    heads = text[text.index("<caption") : text.index("</table>")]
    assert re.findall(r'<th scope="col">([^<]*)</th>', heads) == ["A, before", "B, after"]
    assert "a.jsonl" in heads
    assert '<b class="r-nonconformant">nonconformant</b>' in heads


def test_what_is_accepted_says_so_in_a_word():
    text, _ = drawn(change("regression", accepted=True))
    assert '<span class="badge accepted">accepted</span>' in text
    assert "accepted</span>" not in drawn(change("regression"))[0]


def test_an_unknown_kind_is_shown_as_it_stands():
    text, _ = drawn(change("renamed"))
    assert "Renamed" in text
    assert 'id="change-1"' in text


def test_texts_of_a_server_are_escaped_and_nothing_is_loaded():
    hostile = dict.fromkeys(("scenario", "requirement", "before", "after", "message"), HOSTILE)
    heads = [{"target": HOSTILE, "verdict": HOSTILE, "server": HOSTILE}] * 2
    text, read = drawn(change(HOSTILE, **hostile), change("regression", **hostile), heads=heads)
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not {"script", "img", "iframe", "object", "embed", "link", "base", "form"} & set(read.tags)
    assert not read.sources
    assert not read.events
    assert "default-src 'none'" in text
    assert "url(" not in text


def test_anchors_are_unique_and_every_link_leads_somewhere():
    _, read = drawn(*[change(kind) for kind in ("regression", "fixed", "fixed", "flaky")])
    assert len(read.ids) == len(set(read.ids))
    assert {one[1:] for one in read.links if one.startswith("#")} <= set(read.ids)
