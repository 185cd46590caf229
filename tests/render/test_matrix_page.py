"""The kill matrix as a page: complete, escaped, without anything from elsewhere."""

import copy
import re
from html.parser import HTMLParser

import pytest

from conformance.render.matrix import CELL, HEADS, LABELS, ROW, render

TOLD = {
    "faults": [
        {
            "name": "no-location",
            "breaks": "R4-CRE-02",
            "sentence": "A create has no Location.",
            "seen": "https://tracker.example/issues/7",
            "killed": True,
            "failed": ["R4-CRE-02", "R4-CRE-06"],
            "collateral": ["R4-CRE-06"],
            "scenarios": ["a/one", "a/two", "b/three"],
            "red": {"a/one": ["R4-CRE-02"], "b/three": ["R4-CRE-06"]},
        },
        {
            "name": "bare-errors",
            "breaks": "R4-HTTP-21",
            "sentence": "Errors are <plain> text.",
            "killed": True,
            "failed": ["R4-HTTP-21"],
            "collateral": [],
            "scenarios": ["a/one", "b/three"],
            "red": {"b/three": ["R4-HTTP-21"]},
        },
    ],
    "honest": {"verdict": "conformant"},
    "holds": True,
    "unproven": [],
    "unshown": [],
    "median": {"beside": 0.5, "beyond": 0},
    "umbrella": ["R4-CRE-06"],
    "reasons": {"R4-CRE-06": "It compares everything."},
    "fairness": [
        {"variations": ["no-total"], "rules": ["F9"], "verdict": "conformant", "fair": True, "wrong": []}
    ],
    "variations": {"no-total": "No search has a total."},
    "rules": {"F9": "a total may be left out (R4)"},
}


class Text(HTMLParser):
    """The words of a page."""

    def __init__(self):
        super().__init__()
        self.words = []

    def handle_data(self, data):
        self.words += data.split()


def words(page):
    reader = Text()
    reader.feed(page.partition("</head>")[2])
    return " ".join(reader.words)


def changed(**changes):
    return copy.deepcopy(TOLD) | changes


def test_the_page_tells_the_proof_in_its_head():
    told = words(render(TOLD))
    assert "Every fault is noticed, and every check can fail 2 of 2 faults noticed; " in told
    assert "1 of 1 lawful variation judged fairly." in told
    assert "the median fault turns 0.5 rules red" in told
    assert "0 rules, where those are left out which notice any alteration of a resource (R4-CRE-06)" in told
    assert "1 of 2 faults were found in real servers" in told
    assert "None: every fault turned the requirement red that it breaks." in told


def test_a_fault_links_to_where_it_was_seen_and_says_what_else_is_red():
    page = render(TOLD)
    assert page.count('href="https://tracker.example/issues/7"') == 1
    assert 'href="#aside-R4-CRE-06" title="It compares everything."' in page
    assert "no-location A create has no Location. seen on a real server R4-CRE-02 1 scenario of 3" in words(
        page
    )


def test_what_could_be_markup_is_none():
    page = render(TOLD)
    assert "Errors are &lt;plain&gt; text." in page
    assert "<plain>" not in page


def test_an_address_that_is_no_web_page_is_no_link():
    told = changed()
    told["faults"][0]["seen"] = "javascript:alert(1)"
    assert "javascript:" not in render(told)


def test_a_square_stands_where_its_fault_and_its_scenario_meet():
    page = render(TOLD)
    squares = re.findall(r'<rect class="(own|aside)" x="(\d+)" y="(\d+)"[^>]*><title>([^<]*)</title>', page)
    assert squares == [
        ("own", f"{LABELS}", f"{HEADS}", "no-location in a/one: R4-CRE-02"),
        ("aside", f"{LABELS + 2 * CELL}", f"{HEADS}", "no-location in b/three: R4-CRE-06"),
        ("own", f"{LABELS + 2 * CELL}", f"{HEADS + ROW}", "bare-errors in b/three: R4-HTTP-21"),
    ]


def test_what_was_played_is_shown_as_far_as_it_goes():
    bands = re.findall(r'<rect class="played" x="(\d+)" y="(\d+)" width="(\d+)"', render(TOLD))
    assert [tuple(map(int, band)) for band in bands] == [
        (LABELS, HEADS, 3 * CELL),
        (LABELS, HEADS + ROW, CELL),
        (LABELS + 2 * CELL, HEADS + ROW, CELL),
    ]


def survivor():
    told = changed(holds=False)
    told["faults"][1] |= {"killed": False, "red": {}, "failed": []}
    return told


UNSHOWN = {
    "scenario": "a/<two>",
    "requirement": "R4-CRE-06",
    "faults": ["no-location", "bare-errors"],
    "failing": False,
}


def test_a_page_of_a_part_of_the_suite_promises_no_more_than_it_shows():
    told = survivor() | {"part": True, "holds": True}
    page = words(render(told))
    assert page.partition("✓ ")[2].startswith("Every check can fail 1 of 2 faults noticed")
    assert "· not noticed here bare-errors" in page
    assert "Faults that these scenarios do not notice; others may." in page
    assert "urvives" not in page
    assert "Survivors" not in page


def unfair():
    told = changed()
    wrong = {"requirement": "R4-RES-01", "scenario": "search/x", "message": "failed: <b>no</b>"}
    told["fairness"][0] |= {"fair": False, "wrong": [wrong]}
    return told


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (survivor(), "✗ survives bare-errors"),
        (
            changed(unproven=["R4-RES-20"], holds=False),
            "nothing shows that their check can fail. R4-RES-20",
        ),
        (
            changed(unshown=[UNSHOWN], holds=False),
            "nothing shows that they can fail. R4-CRE-06 a/<two> not red by no-location, bare-errors",
        ),
        (
            changed(unshown=[UNSHOWN | {"failing": True}], holds=False),
            "R4-CRE-06 a/<two> red on the honest server",
        ),
        (changed(honest={"verdict": "nonconformant"}, holds=False), "Honest server nonconformant"),
        (unfair(), "R4-RES-01 search/x: failed: <b>no</b>"),
    ],
)
def test_a_proof_that_does_not_hold_says_so_first(told, says):
    page = words(render(told))
    assert page.partition("✗ ")[2].startswith("The proof does not hold")
    assert says in page


def test_what_nothing_explains_stands_first_and_says_so():
    told = changed(reasons={"R4-CRE-06": "It compares everything.", "R4-AA-01": ""})
    told["faults"][1]["collateral"] = ["R4-AA-01", "R4-CRE-06"]
    page = words(render(told))
    asides = page.partition("What else was red, and why that is right")[2]
    assert asides.index("R4-AA-01 not explained") < asides.index("R4-CRE-06")


def test_a_page_of_lawful_servers_alone_has_no_matrix():
    page = render({key: TOLD[key] for key in ("fairness", "variations", "rules")})
    assert "<svg" not in page
    told = words(page)
    assert "1 of 1 lawful variation judged fairly." in told
    assert "no-total No search has a total. F9 a total may be left out (R4)" in told


def test_nothing_comes_from_elsewhere_and_nothing_runs():
    page = render(TOLD)
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\(", page)


def test_every_link_within_the_page_leads_somewhere():
    page = render(TOLD)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
