"""The page about kinds of checks shows a module of the package, whole, and what it says can be relied on."""

import re
from pathlib import Path

import pytest
from staging import answer, check, observation

from conformance import checks
from conformance.checks import sctids

PAGE = Path(__file__).parents[2] / "docs/writing-a-check.md"
SNOMED = "http://snomed.info/sct"


def test_the_page_shows_the_module_as_it_is():
    (shown,) = re.findall(r"````python\n(.*?)````", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown == Path(sctids.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("106076001", "held"),
        ("450229981000132104", "held"),
        ("128045006:{363698007=56459004}", "held"),
        ("200762002", "failed"),
        ("450229981000132100", "failed"),
        ("C44.6", "failed"),
        ("", "failed"),
        (106076001, "failed"),
        (None, "failed"),
    ],
)
def test_the_kind_of_the_page_reckons_check_digits(code, result):
    body = observation(
        code={"coding": [{"system": "urn:other", "code": "x"}, {"system": SNOMED, "code": code}]}
    )
    (found,) = checks.judge(check("sctids", "right"), answer(body))
    assert (found.result.value, found.at) == (result, "Observation.code.coding[1].code")


def test_where_nothing_is_coded_nothing_is_held():
    (found,) = checks.judge(check("sctids", "right"), answer(observation()))
    assert found.result.value == "untested"
