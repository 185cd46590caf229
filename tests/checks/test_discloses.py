"""What an answer shows is told whatever its status and form; nothing is shown by what is no JSON."""

from dataclasses import replace

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


SHOWN = {
    "found": answer(
        {
            "resourceType": "Bundle",
            "entry": [
                {
                    "resource": {
                        **STUDY,
                        "id": "study-one",
                        "identifier": [{"value": "urn:oid:1.2.3.4.5"}, 1],
                        "subject": {},
                    }
                }
            ],
        }
    )
}
OF = check("discloses", {"of": "found"})


@pytest.mark.parametrize("status", [200, 403, 500])
@pytest.mark.parametrize(
    "text",
    [
        '<Bundle><ImagingStudy><id value="study-one"/></ImagingStudy></Bundle>',
        '{"resourceType":"ImagingStudy","id":"study-one"}\n{}',
        '[{"0020000D":{"Value":["1.2.3.4.5"]}}]',
        "<html>1.2.3.4.5</html>",
        '\ufeff{"id":"study-one"}',
        '"{\\"id\\":\\"study-one\\"}"',
        "".join(f"{letter}\0" for letter in "study-one"),
    ],
)
def test_what_was_shown_before_is_found_in_any_form(text, status):
    scene = answer(None, status, steps=SHOWN)
    (exchange,) = scene.exchanges
    told = replace(exchange, attempts=(replace(exchange.answer, body=text),))
    (found,) = judge(OF, replace(scene, exchanges=(told,)))
    assert found.result == "failed"
    assert "of a study that is not for this client" in found.message


def test_a_header_tells_too_and_what_was_asked_for_may_be_repeated():
    scene = answer(REFUSAL, 403, steps=SHOWN)
    (exchange,) = scene.exchanges
    told = replace(exchange.answer, headers={"location": "/ImagingStudy/study-one"})
    there = replace(scene, exchanges=(replace(exchange, attempts=(told,)),))
    assert [one.result for one in judge(OF, there)] == ["failed"]
    asked = replace(exchange.request, url="http://h/ImagingStudy/study-one")
    there = replace(scene, exchanges=(replace(exchange, request=asked, attempts=(told,)),))
    assert [one.result for one in judge(OF, there)] == ["held"]


def test_where_nothing_was_shown_before_nothing_is_known():
    assert [one.result for one in judge(OF, answer(REFUSAL, 403))] == ["untested"]


def test_what_names_a_type_is_no_resource():
    scope = {"error": "insufficient_scope", "required": {"resourceType": "ImagingStudy", "action": "read"}}
    assert [one.result for one in judge(ASKED, answer(scope, 403))] == ["held"]
