"""The page of the guides' issues: what it names is there, and is dealt with as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.catalogue import requirement
from conformance.model import Exclusion, Level, State

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "guide-issues.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "](" in line]
RULE = re.compile(r"\[([A-Z]+-[A-Z]+-\w+)\]\(requirements/(\S+)\.md\)")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("| "))
def test_an_issue_says_what_does_not_fit_and_names_the_rules_that_it_concerns(row):
    assert len(row) == 3
    named = RULE.findall(row[2])
    assert named
    for shown, linked in named:
        assert requirement(shown).id == shown == linked
        assert (DOCS / f"requirements/{linked}.md").is_file()


@pytest.mark.parametrize("row", [row for row in ROWS if "does not test" in row[2]], ids=lambda row: row[0])
def test_what_the_page_calls_untested_is_excluded_and_for_no_permission(row):
    for shown, _ in RULE.findall(row[2]):
        assert requirement(shown).state is State.EXCLUDED
        assert requirement(shown).excluded is not Exclusion.PERMISSION


@pytest.mark.parametrize("row", [row for row in ROWS if row[2].startswith("warns")], ids=lambda row: row[0])
def test_what_the_page_calls_a_warning_never_fails_a_run(row):
    assert requirement(RULE.findall(row[2])[0][0]).level in {Level.SHOULD, Level.SHOULD_NOT}


def test_the_page_of_fairness_leads_there():
    assert "](guide-issues.md)" in (DOCS / "fairness.md").read_text(encoding="utf-8")
