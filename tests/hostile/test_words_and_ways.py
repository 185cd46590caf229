"""A server's words do nothing where they are shown, and its addresses lead nobody to another host."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hostile_words import LeadsAway, RedirectsReads, SaysItAll
from miniature import Miniature, http
from playing import ALL, play
from test_hostile_servers import PATHS, TESTCASES
from tiny import complaint

# What no report may hold as it is: what repaints a terminal, turns a line round, or hides in one.
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)
WAYS = (*PATHS, TESTCASES / "linking", TESTCASES / "capability")
# Reports, bodies by their hash, and what Allure reads.
OURS = re.compile(
    r"[a-z]+\.[a-z]+|bodies|allure|[0-9a-f]{64}|[0-9a-f-]{36}-result\.json|exchange-\d+-\d+-attachment\.txt"
)
SECRET = "c4nary-Secret-0123456789abcdef"  # noqa: S105 - invented


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    with Miniature(SaysItAll()) as miniature:
        return play(miniature.base, tmp_path_factory.mktemp("nasty") / "reports", *PATHS, formats=ALL)


def test_the_run_ends_in_good_order_and_judges(nasty):
    assert not nasty.kinds & {"bug", "scenario", "fixture"}, nasty.told
    assert nasty.exit in {1, 3}
    assert nasty.rejudged == []


@pytest.mark.parametrize("name", ["summary.md", "summary.txt", "junit.xml", "report.html", "badge.svg"])
def test_no_report_holds_a_raw_control(name, nasty):
    text = (nasty.folder / name).read_text(encoding="utf-8")
    assert RAW.findall(text) == []


def test_nothing_raw_comes_to_the_terminal(nasty):
    assert RAW.findall(nasty.out) == []
    assert "\n::set-output" not in nasty.out


class Elements(HTMLParser):
    """Notes what is active in a page."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.scripts = 0

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.found += [(tag, name, value) for name, value in attrs if _active(name, value or "")]
        self.found += [(tag, "", "")] * (tag in {"img", "iframe", "object", "embed"})


def _active(name, value):
    return name.startswith("on") or re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE)


def test_the_page_holds_no_element_of_the_servers(nasty):
    plain, page = Elements(), Elements()
    page.feed((nasty.folder / "report.html").read_text(encoding="utf-8"))
    with Miniature(_refuses) as miniature:
        result = play(miniature.base, nasty.folder.parent / "plain", *PATHS)
    plain.feed((result.folder / "report.html").read_text(encoding="utf-8"))
    assert page.found == []
    assert page.scripts == plain.scripts


def _refuses(asked):
    del asked
    yield http(422, complaint("no"))


def test_junit_is_xml_and_its_text_is_the_servers_made_visible(nasty):
    tree = ET.parse(nasty.folder / "junit.xml")  # noqa: S314 - our own report
    assert not tree.findall(".//script")
    assert "alert(1)" in "".join(tree.getroot().itertext())


def test_markdown_shows_no_heading_table_or_link_of_the_servers(nasty):
    text = (nasty.folder / "summary.md").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert "# heading" not in lines
    assert "| a | b |" not in lines
    assert not re.search(r"^\s*(<script|<img)", text, re.MULTILINE)


def test_json_reports_hold_the_text_as_data(nasty):
    for name in ("summary.json", "run.har", "testreport.json"):
        json.loads((nasty.folder / name).read_text(encoding="utf-8"))


def test_every_file_has_a_name_of_ours(nasty):
    names = {path.name for path in nasty.folder.rglob("*")}
    assert all(OURS.fullmatch(name) for name in names), names
    outside = {path for path in nasty.folder.parent.iterdir() if path.name not in {"reports", "plain"}}
    assert outside == set()


@pytest.mark.parametrize("server", [LeadsAway, RedirectsReads])
@pytest.mark.parametrize("read_only", [False, True])
def test_no_other_server_is_asked_for_anything(server, read_only, tmp_path):
    with Miniature(_refuses) as second, Miniature(server(f"{second.base}")) as first:
        result = play(first.base, tmp_path, *WAYS, token=SECRET, read_only=read_only)
    assert second.asked == []
    assert len(first.asked) > 1
    assert all(asked.headers["authorization"] == f"Bearer {SECRET}" for asked in first.asked)
    assert not result.kinds & {"bug", "scenario", "fixture"}, result.told
