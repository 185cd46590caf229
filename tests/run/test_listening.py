"""A wrong address is no server: it is told as such, and nobody is failed for it."""

import pytest

from conformance.run.listening import Listening


def exchange(status, body=None, **headers):
    request = {"method": "GET", "url": "http://host/metadata"}
    return {
        "event": "exchange",
        "request": request,
        "attempts": [{"status": status, "body": body, "headers": headers}],
    }


OUTCOME = '{"resourceType":"OperationOutcome"}'


@pytest.mark.parametrize(
    ("answer", "fhir"),
    [
        (exchange(200, '{"resourceType":"Patient"}'), True),
        (exchange(201), True),
        (exchange(422, OUTCOME), True),
        (exchange(404, OUTCOME), False),
        (exchange(405, OUTCOME), False),
        (exchange(200, "<html>"), False),
        (exchange(200, '{"hello":1}'), False),
        (exchange(501), False),
        (exchange(None), False),
    ],
)
def test_what_counts_as_an_answer_of_a_fhir_server(answer, fhir):
    listening = Listening()
    given_up = [listening.hear([answer]) for _ in range(3)]
    assert given_up == [False, False, not fhir]
    assert listening.in_vain is not fhir


def test_scenarios_that_sent_nothing_do_not_count():
    listening = Listening()
    assert not any(listening.hear([{"event": "skipped"}]) for _ in range(9))
    assert not listening.in_vain


def test_one_word_of_fhir_is_enough_for_ever():
    listening = Listening()
    listening.hear([exchange(201)])
    assert not any(listening.hear([exchange(404)]) for _ in range(9))


def test_a_trouble_that_is_told_by_itself_is_no_wrong_address():
    listening = Listening()
    assert not any(listening.hear([exchange(401)], troubled=True) for _ in range(9))
    assert not listening.in_vain


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (
            exchange(404, "<html>", **{"content-type": "text/html; charset=utf-8"}),
            "GET http://host/metadata was answered 404 text/html, and nothing else looked like FHIR",
        ),
        (
            exchange(200, "hello"),
            "answered 200 without a Content-Type, and nothing else looked like FHIR",
        ),
    ],
)
def test_a_wrong_address_is_told_with_what_came_from_it(first, said):
    trouble = Listening(first=first).trouble
    assert trouble.kind == "address"
    assert trouble.message.endswith(said)
    assert "--target" in trouble.hint
