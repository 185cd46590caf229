"""The version of the requirements: which one the scenarios test, and where a change of it is told."""

import re
from pathlib import Path

from conformance import shipped
from conformance.catalogue import VERSION

CHANGELOG = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_scenarios_test_this_version_of_the_requirements():
    assert (shipped.testcases() / "VERSION").read_text(encoding="utf-8") == f"{VERSION}\n"


def test_the_changelog_tells_verdicts_that_can_change_of_this_version_first():
    told = CHANGELOG.partition("### Verdicts that can change\n")[2].partition("\n## ")[0]
    versions = re.findall(r"^- Version (\d+)", told, re.MULTILINE)
    assert versions[0] == VERSION
    assert versions == sorted(versions, key=int, reverse=True)
