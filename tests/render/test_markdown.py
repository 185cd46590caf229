import re
from collections import Counter

from markdown_it import MarkdownIt
from render_events import finding, footer, header, scenario, target, verdict
from render_sample import hostile, run, summary

from conformance.events import assemble
from conformance.render import markdown

PARSER = MarkdownIt("commonmark").enable("table")


def test_the_markdown_report_is_as_it_is_pinned(golden):
    sample = run()
    golden("summary.md", markdown.render(sample, summary(sample)))


EVIL = (
    "@everyone #1 org/repo#2\n```\n<img src=x onerror=alert(1)> | ![p](https://evil.example/p.png)"
    " [x](javascript:alert(1)) ```` </code></summary></details> **bold** | ` https://evil.example/"
)


def hurt(text):
    """Give a run in which a text of a server stands wherever one can stand."""
    events = [
        scenario("a", "R4-CRE-01"),
        finding("a", "R4-CRE-01", "failed", seq=11, actual=text, message=text, at=text),
        finding("a", "OWN-01", "failed", seq=12, message=text),
        finding("a", "R4-HTTP-21", "failed", seq=14, gating=False, label=text, place=text),
        {"event": "problem", "seq": 13, "scenario": "a", "kind": "network", "message": text},
        verdict("a", "fail"),
    ]
    guides = [{"name": text, "version": text, "sha256": "0" * 64}]
    body = [header(ig=guides), target(server=text, name=text, base=text, fhir=text), *events, footer()]
    return assemble(body)


def outside_of_code(text):
    """Give what a forge reads as Markdown or HTML: all but fences and code, by a parser that others wrote."""
    read = []
    for token in PARSER.parse(text):
        if token.type == "html_block":
            read.append(re.sub(r"<code>.*?</code>", "", token.content))
        for inner in token.children or ():
            if inner.type != "code_inline":
                read += [inner.type, inner.content, *map(str, (inner.attrs or {}).values())]
    return "\n".join(read)


def test_texts_of_a_server_are_code_wherever_they_stand():
    sample = hurt(EVIL)
    read = outside_of_code(markdown.render(sample, summary(sample, rows={})))
    assert "R4-CRE-01" in read
    for sign in (
        "@everyone",
        "evil.example",
        "<img",
        "image",
        "org/repo",
        "javascript",
        "**bold",
        "strong_close\nbold",
    ):
        assert sign not in read, read


def test_the_parser_of_this_test_would_see_what_escapes():
    line = EVIL.replace("\n", " ").replace("`", "")
    assert "https://evil.example/p.png" in outside_of_code(f"- <code>{line}</code>")
    assert "@everyone" in outside_of_code("<summary>@everyone</summary>")


def test_the_table_stays_a_table_and_each_block_is_closed():
    sample = hurt(EVIL)
    tokens = PARSER.parse(markdown.render(sample, summary(sample)))
    kinds = Counter(token.type for token in tokens)
    assert (kinds["table_open"], kinds["tr_open"]) == (1, 3)
    opened = [token.content for token in tokens if token.type == "html_block"]
    assert sum(each.count("<details>") for each in opened) == kinds["fence"] == 4
    assert sum(each.count("</details>") for each in opened) == 4


def test_what_must_be_fixed_comes_first():
    text = markdown.render(run(), summary(run()))
    order = [
        "NONCONFORMANT",
        "#### Must fix",
        "#### No verdict",
        "#### Untested",
        "#### Should fix",
        "| rules",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_a_rule_links_to_where_it_stands():
    link = '<b><a href="https://rules.example/DERM-AIP-03">DERM-AIP-03</a></b>'
    assert link in markdown.render(run(), summary(run()))


def test_a_run_of_nothing_says_so():
    sample = run([])
    assert "Nothing was tested." in markdown.render(
        sample, summary(sample, verdict="nothing-selected", rows={})
    )


def test_a_hostile_server_leaves_the_text_small_and_its_lists_whole():
    sample = hostile()
    text = markdown.render(sample, summary(sample))
    assert len(text) < 20_000
    assert text.count("<details>") == text.count("</details>") == 2
    assert "<script>" not in outside_of_code(text)


def test_a_comment_never_outgrows_what_a_forge_accepts():
    events = [scenario("a", "R4-CRE-01")]
    events += [
        finding("a", "R4-CRE-01", "failed", seq=11 + n, actual=f"{n} {'x' * 300}", expected="y" * 300)
        for n in range(400)
    ]
    sample = run([*events, verdict("a", "fail")])
    text = markdown.render(sample, summary(sample))
    assert len(text) < 65_536
    told = text.count("<details>")
    assert 0 < told <= 25
    assert f"… and {400 - told} more, all of them in `report.html`." in text
