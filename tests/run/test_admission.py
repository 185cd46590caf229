"""A credential that is refused for everything ends the run; a 401 of one resource does not (fairness F20)."""

import pytest

from conformance.run.admission import Admission

OUTCOME = '{"resourceType":"OperationOutcome","issue":[{"code":"login","diagnostics":"no valid token"}]}'


def exchange(status, path="/Patient", *, body=None, token=True):
    request = {
        "method": "GET",
        "url": f"http://host/fhir{path}",
        "headers": {"authorization": "***"} if token else {},
        "body": None,
    }
    answer = {"status": status, "headers": {}, "body": body, "seconds": 0.0, "error": ""}
    return {
        "event": "exchange",
        "seq": 1,
        "purpose": "given",
        "request": request,
        "attempts": [{**answer, "truncated": False, "utf8": True}],
    }


def watched(*scenarios, troubled=True, **named):
    admission = Admission(**named)
    return [admission.watch(events, troubled=troubled) for events in scenarios]


def test_three_in_a_row_are_enough():
    refused = [exchange(401, body=OUTCOME)]
    *before, why = watched(refused, refused, refused, variable="TOKEN")
    assert before == [None, None]
    assert (why.kind, why.message) == ("auth", "the token in TOKEN is refused (401: login no valid token)")


def test_without_a_token_one_is_asked_for():
    *_, why = watched(*[[exchange(401, token=False)]] * 3)
    assert why.message == "this server wants a token (401)"
    assert "--token-env NAME" in why.hint


def test_a_token_of_unknown_origin_is_not_named():
    *_, why = watched(*[[exchange(401)]] * 3)
    assert why.message == "the token is refused (401)"


@pytest.mark.parametrize("status", [200, 201, 204])
def test_one_success_ends_the_watch_for_ever(status):
    assert not any(watched([exchange(401), exchange(status)], *[[exchange(401)]] * 9))


def test_what_is_told_to_anybody_is_no_success():
    open_to_all = [exchange(200, "/metadata?_summary=true", body="{}")]
    *_, why = watched(open_to_all, *[[exchange(200, "/metadata"), exchange(401)]] * 3)
    assert why is not None


@pytest.mark.parametrize("status", [403, 404, 500, None])
def test_another_answer_first_begins_the_row_anew(status):
    refused = [exchange(401)]
    assert not any(watched(refused, refused, [exchange(status), exchange(401)], refused, refused))


def test_scenarios_that_sent_nothing_neither_count_nor_break_the_row():
    refused = [exchange(401)]
    *before, why = watched(refused, [{"event": "skipped"}], refused, refused)
    assert not any(before)
    assert why is not None


def test_a_401_that_a_step_asks_about_is_no_refusal():
    assert not any(watched(*[[exchange(401)]] * 9, troubled=False))
