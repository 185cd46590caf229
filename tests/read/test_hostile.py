"""However broken a scenario is, its author is told; nothing else ever comes out."""

import random
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance import shipped
from conformance.problem import Problems
from conformance.read import parse
from conformance.read.loading import examined, surroundings

HERE = Path(__file__).parent
EXAMPLES = [file.read_text(encoding="utf-8") for file in sorted((HERE / "scenarios").rglob("*.yaml"))]
WORDS = re.compile(r"[\w-]+|[^\w\s]|\s+")


@given(st.text())
def test_any_text_is_a_scenario_or_a_complaint(text):
    with suppress(Problems):
        assert parse(text, "x", id="x")


@st.composite
def mangled(draw):
    """Return an example in which some words stand in each other's place, or are missing."""
    words = WORDS.findall(draw(st.sampled_from(EXAMPLES)))
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - no secret
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randrange(len(words)), chance.randrange(len(words))
        words[at] = chance.choice(
            [words[other], "", "{{ x }}", "[]", "{}", "null", "7", '"{{ patient.id }}"', "/"]
        )
    return "".join(words)


@settings(max_examples=300, deadline=None)
@given(text=mangled())
def test_a_mangled_scenario_is_judged_and_never_breaks_the_judge(text):
    loaded = examined(text, "x.yaml", id="x", around=surroundings(shipped.testcases()))
    assert bool(loaded.problems) != bool(loaded.scenarios)
    assert all(problem.message and problem.place.file for problem in loaded.problems)


@pytest.mark.parametrize(
    "value", ["null", "7", "[]", "{}", '""', "[[]]", "[null]", "{a: null}", "true", "1.5"]
)
@pytest.mark.parametrize(
    "key", ["scenario", "requirements", "fhir", "needs", "cases", "given", "discover", "steps", "unknown"]
)
def test_a_key_with_any_other_value_is_judged(around, key, value):
    parts = {
        "scenario": "x",
        "requirements": "{R-01: SHALL}",
        "steps": "[{capability: fhir, expect: [{status: 200, for: R-01}]}]",
        key: value,
    }
    text = "\n".join(f"{name}: {part}" for name, part in parts.items())
    loaded = examined(text, "x.yaml", id="x", around=around)
    assert bool(loaded.problems) != bool(loaded.scenarios)
