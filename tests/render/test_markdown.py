from render_events import finding, scenario, verdict
from render_sample import hostile, run, summary

from conformance.render import markdown


def test_the_markdown_report_is_as_it_is_pinned(golden):
    sample = run()
    golden("summary.md", markdown.render(sample, summary(sample)))


def outside_of_code(text):
    """Give the lines that stand in no fence: the only ones in which Markdown and HTML mean something."""
    lines, fence = [], ""
    for line in text.splitlines():
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = line.removesuffix("text")
        else:
            lines.append(line)
    assert not fence
    return lines


def test_texts_of_a_server_stay_inside_their_fence_and_their_code():
    name = "a"
    evil = "@everyone\n```\n<img src=x onerror=alert(1)> | [x](javascript:alert(1)) ````"
    events = [
        scenario(name, "R4-CRE-01"),
        finding(name, "R4-CRE-01", "failed", seq=11, actual=evil, message=evil),
        finding(name, "OWN-01", "failed", seq=12, message=evil),
        {"event": "problem", "seq": 13, "scenario": name, "kind": "network", "message": evil},
        verdict(name, "fail"),
    ]
    sample = run(events)
    text = "\n".join(outside_of_code(markdown.render(sample, summary(sample, rows={}))))
    assert "<img" not in text
    for line in text.splitlines():
        for part in line.split("<code>")[:1]:
            assert "@everyone" not in part


def test_a_hostile_server_leaves_the_text_small_and_its_lists_whole():
    sample = hostile()
    text = markdown.render(sample, summary(sample))
    assert len(text) < 20_000
    assert text.count("<details>") == text.count("</details>") == 2
    assert not any("<script>" in line for line in outside_of_code(text))


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
    assert f"… and {400 - told} more, all of them in `report.html`." in text
