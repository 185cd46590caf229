"""`when`: a check whose condition does not hold is left open, whatever the answer would say to it."""

import pytest

from conformance.checks import judge
from conformance.checks.scene import Scene
from conformance.model import Attempt, Check, Exchange, Request, Result


def answered(status, headers=(), body=None, **more):
    exchange = Exchange(
        request=Request(method="GET", url="http://h/fhir/Patient/1"),
        attempts=(Attempt(status=status, headers=dict(headers)),),
    )
    return Scene(verb="read", exchanges=(exchange,), body=body, **more)


def judged(status, headers, /, body=None, **when):
    check = Check(index=1, kind="status", value="any", when=when)
    (outcome,) = judge(check, answered(status, headers, body))
    return outcome.result


@pytest.mark.parametrize("wanted", [404, "4xx", [404, 410], ["5xx", "4xx"]])
def test_a_status_or_its_class_or_one_of_a_list_meets_the_condition(wanted):
    assert judged(404, {}, status=wanted) is Result.OBSERVED


@pytest.mark.parametrize("wanted", [410, "5xx", [400, 410]])
def test_another_status_leaves_the_check_open(wanted):
    assert judged(404, {}, status=wanted) is Result.UNTESTED


def test_a_header_meets_the_condition_however_its_name_is_written():
    assert judged(200, {"etag": 'W/"1"'}, header="ETag") is Result.OBSERVED


def test_a_header_that_did_not_come_leaves_the_check_open():
    assert judged(200, {}, header="ETag") is Result.NOT_ASKED


def test_what_a_jsonpath_finds_meets_the_condition_and_what_it_does_not_leaves_the_check_open():
    body = {"capabilities": ["smart-imaging-access"]}
    asked = "$.capabilities[?(@ == '{}')]".format
    assert judged(200, {}, body=body, jsonpath=asked("smart-imaging-access")) is Result.OBSERVED
    assert judged(200, {}, body=body, jsonpath=asked("sso")) is Result.NOT_ASKED
    assert judged(200, {}, body=None, jsonpath="$.capabilities") is Result.NOT_ASKED


@pytest.mark.parametrize(
    ("earlier", "when", "result"),
    [
        (401, {"status": [401, 403]}, Result.OBSERVED),
        # It answered, and not so: the rule binds it not.
        (200, {"status": [401, 403]}, Result.NOT_ASKED),
        (200, {"fhirpath": "Patient.active"}, Result.NOT_ASKED),
        (None, {"status": 401}, Result.UNTESTED),
        (500, {"header": "ETag"}, Result.UNTESTED),
    ],
)
def test_a_condition_may_be_one_on_an_earlier_step(earlier, when, result):
    check = Check(index=1, kind="status", value="any", when={"step": "first", **when})
    (outcome,) = judge(
        check, answered(404, steps={"first": answered(earlier, body={"resourceType": "Patient"})})
    )
    assert outcome.result is result


def test_a_condition_on_a_step_that_was_not_asked_leaves_the_check_open():
    check = Check(index=1, kind="status", value="any", when={"step": "first", "status": 401})
    (outcome,) = judge(check, answered(200))
    assert (outcome.result, outcome.message) == (
        Result.UNTESTED,
        "not asked: step 'first' has no answer",
    )


def test_a_condition_on_an_earlier_step_asks_for_no_error_answer_of_this_one():
    check = Check(index=1, kind="header", value="ETag", predicates={}, when={"step": "first", "status": 401})
    (outcome,) = judge(check, answered(404, steps={"first": answered(401)}))
    assert outcome.message == "the answer was 404"
