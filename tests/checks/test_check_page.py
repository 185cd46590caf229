"""The page about kinds of checks: its module can be taken as it stands."""

import re
from pathlib import Path

import pytest
from staging import answer, check, observation

from conformance import checks

PAGE = Path(__file__).parents[2] / "docs/writing-a-check.md"
SNOMED = "http://snomed.info/sct"

pytestmark = pytest.mark.usefixtures("sctids")


@pytest.fixture
def sctids(monkeypatch):
    (module,) = re.findall(r'```python\n(""".*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL)
    made = {"__name__": "page"}
    exec(compile(module, str(PAGE), "exec"), made)  # noqa: S102 - the page of this checkout
    monkeypatch.setitem(checks.KINDS, "sctids", made["KIND"])


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("106076001", "held"),
        ("14975008", "held"),
        ("138875005", "held"),
        # Found in public mapping tables, with a check digit that is not theirs.
        ("200762002", "failed"),
        ("254677009", "failed"),
        ("106076010", "failed"),
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
