"""The pages as a browser, a phone, paper and a screen reader have them."""

import re

import pytest
from render_events import target
from render_sample import HOSTILE, hostile, summary

from conformance.render import html
from conformance.render.diffpage import page

pytestmark = pytest.mark.browser

WIDTHS = {"phone": 375, "laptop": 1280, "paper": 794}
NAMES = ("nonconformant", "incomplete", "error", "proof", "diff", "hostile")
LARGEST = 5_000_000
# What a reader who mends things opens.
FOLDS = ".card, .card details, .scenario.v-fail, .scenario.v-fail details, .rules details"
SEVERE = {"serious", "critical"}


@pytest.fixture(scope="module")
def files(pages, tmp_path_factory):
    """Return the pages by name, with one of two runs, and one whose server writes what could hurt."""
    home = tmp_path_factory.mktemp("drawn")
    changed = [
        {
            "scenario": "ai/review",
            "requirement": "DERM-AIP-03",
            "before": "pass",
            "after": "fail",
            "kind": kind,
            "message": HOSTILE,
            "accepted": kind == "new",
        }
        for kind in ("regression", "fixed", "new", "removed", "changed", "flaky")
    ]
    heads = [{"target": target()["base"], "verdict": verdict} for verdict in ("conformant", "nonconformant")]
    (home / "diff.html").write_text(page(heads, changed), encoding="utf-8")
    (home / "hostile.html").write_text(html.render(hostile(), summary(hostile())), encoding="utf-8")
    return {**pages, "diff": home / "diff.html", "hostile": home / "hostile.html"}


@pytest.fixture(scope="module")
def seen(look, files):
    """Visit every page at every width; each kind of page in the dark, too."""
    looks = [(name, width, "light") for name in NAMES for width in WIDTHS]
    looks += [(name, "laptop", "dark") for name in ("nonconformant", "proof", "diff")]
    wanted = [
        {
            "file": files[name],
            "width": WIDTHS[width],
            "media": "print" if width == "paper" else "screen",
            "scheme": scheme,
            "axe": True,
            "open": FOLDS,
        }
        for name, width, scheme in looks
    ]
    return dict(zip(looks, look(*wanted), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_serious_fault_at_any_width_nor_in_the_dark(seen, name):
    found = {
        (width, scheme, fault["id"]): fault
        for (each, width, scheme), saw in seen.items()
        for fault in saw["faults"]
        if each == name and fault["impact"] in SEVERE
    }
    assert not found


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_but_itself_and_says_nothing(seen, files, name):
    for (each, *_), saw in seen.items():
        if each == name:
            assert saw["asked"] == [f"file://{files[name]}"]
            assert saw["said"] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_wider_than_a_phone(seen, name):
    assert seen[name, "phone", "light"]["wide"] <= 0


def test_the_page_of_the_whole_suite_is_small(files):
    assert files["nonconformant"].stat().st_size < LARGEST


@pytest.mark.parametrize("script", [True, False], ids=["with its script", "without script"])
def test_a_link_to_a_finding_a_step_or_an_exchange_opens_the_folds_around_it(look, files, script):
    text = files["nonconformant"].read_text(encoding="utf-8")
    anchors = [
        *re.findall(r'id="(scenario-ai-review--step-\d+--[^"]*)"', text)[:1],
        *re.findall(r'id="(scenario-search-[^"]*--step-2)"', text)[:1],
        *re.findall(r'id="(exchange-\d+)"', text)[-20:-19],
        *re.findall(r'id="(req-[^"]*)"', text)[-1:],
    ]
    assert len(anchors) == 4
    wanted = [{"file": files["nonconformant"], "hash": anchor, "script": script} for anchor in anchors]
    for anchor, saw in zip(anchors, look(*wanted), strict=True):
        assert saw["target"], anchor
        assert saw["target"]["folds"], anchor
        assert all(saw["target"]["folds"]), anchor
        assert saw["target"]["seen"], anchor


def test_paper_has_what_must_be_fixed_with_its_evidence_and_leaves_the_rest_out(look, files):
    shown = ["#must-fix .card .evidence pre:not(.headers)", "#must-fix .ways .facts", "#run"]
    left = ["#scenarios", "#subjects", "#rules", "#should-fix", "nav"]
    for script in (True, False):
        (saw,) = look(
            {
                "file": files["nonconformant"],
                "media": "print",
                "width": 794,
                "places": shown + left,
                "script": script,
            }
        )
        assert all(saw["heights"][place] > 0 for place in shown), saw["heights"]
        assert all(saw["heights"][place] == 0 for place in left), saw["heights"]


def test_paper_of_an_incomplete_run_says_what_would_unlock_it(look, files):
    (saw,) = look(
        {
            "file": files["incomplete"],
            "media": "print",
            "width": 794,
            "places": ["#untested .facts", "#scenarios"],
        }
    )
    assert saw["heights"]["#untested .facts"] > 0
    assert saw["heights"]["#scenarios"] == 0


def test_the_first_screen_shows_the_verdict_and_the_first_rule_to_mend(look, files):
    for width in ("phone", "laptop"):
        (saw,) = look({"file": files["nonconformant"], "width": WIDTHS[width], "places": ["header.top"]})
        # A laptop shows the first failure whole below it; a phone, at least its rule.
        assert 0 < saw["heights"]["header.top"] < {"phone": 520, "laptop": 400}[width]
