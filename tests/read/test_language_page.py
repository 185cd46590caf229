"""docs/language.md: its examples are scenarios without a fault, and it leaves out no key."""

import re
from pathlib import Path

import pytest

from conformance import shipped
from conformance.read.loading import examined, surroundings
from conformance.read.meaning import MEANING

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(scenario:.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_an_example_of_the_page_has_no_fault_and_raises_no_question(text):
    loaded = examined(text, "page", id="page", around=surroundings(shipped.testcases()))
    assert [str(problem) for problem in (*loaded.problems, *loaded.warnings)] == []
    assert loaded.scenarios


def test_the_page_has_examples_and_every_block_is_one():
    assert len(EXAMPLES) == PAGE.count("```yaml") >= 4


@pytest.mark.parametrize("key", sorted(MEANING))
def test_the_page_tells_of_every_key(key):
    assert f"`{key}`" in PAGE
