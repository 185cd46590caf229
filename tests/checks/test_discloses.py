"""What an answer shows is told whatever its status and form; nothing is shown by what is no JSON."""

import pytest
from staging import answer, check

from conformance.checks import judge

STUDY = {"resourceType": "ImagingStudy", "id": "s1"}
BUNDLE = {"resourceType": "Bundle", "entry": [{"resource": {**STUDY, "id": "s2"}}, {"resource": STUDY}]}
REFUSAL = {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "no ImagingStudy for you"}]}
ASKED = check("discloses", {"lacks": ["ImagingStudy"]})


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 410, 501])
@pytest.mark.parametrize("body", [None, [], "ImagingStudy", {}, REFUSAL, {**BUNDLE, "entry": []}])
def test_an_answer_without_the_data_discloses_nothing(body, status):
    (found,) = judge(ASKED, answer(body, status))
    assert found.result == "held"


@pytest.mark.parametrize("status", [200, 401, 403])
@pytest.mark.parametrize(
    ("body", "at"),
    [
        (STUDY, "ImagingStudy"),
        (BUNDLE, "Bundle.entry[1].resource"),
        ({**REFUSAL, "contained": [STUDY]}, "OperationOutcome.contained[0]"),
        ([{"x": STUDY}], "the body[0].x"),
    ],
)
def test_a_resource_anywhere_in_an_answer_is_disclosed(body, at, status):
    (found,) = judge(ASKED, answer(body, status))
    assert (found.result, found.at) == ("failed", at)
    assert "ImagingStudy/s1" in found.message


@pytest.mark.parametrize("status", [500, 503, None])
def test_of_a_server_that_broke_down_nothing_is_known(status):
    (found,) = judge(ASKED, answer(REFUSAL, status))
    assert found.result == "untested"
