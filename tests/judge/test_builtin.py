"""What is judged of every answer unasked: R4 http.html, rule by rule."""

from dataclasses import replace

import pytest
from answers import BASE, FHIR, OUTCOME, claims, sent

from conformance.capability import Capability
from conformance.judge.builtin import issue_text, judge_answer, location_of, refusal

NOTHING = Capability()
OBSERVATION = {"resourceType": "Observation", "id": "1", "meta": {"versionId": "3"}}
PLAIN = {"resourceType": "Observation", "id": "1"}


def judged(answer, verb, known=NOTHING, *, own_status=False, type_="Observation"):
    """Return rule → result of one answer."""
    found = judge_answer(answer, verb, known, own_status=own_status, type_=type_)
    return {one.rule.removeprefix("built-in:"): one.outcome.result.value for one in found}


STATUS = [
    ("create", 201, "create", "held"),
    # Another success than the one that the interaction names is a failure (R4-CRE-01).
    ("create", 200, "create", "failed"),
    ("create", 202, "create", "failed"),
    ("create", 204, "create", "failed"),
    # To refuse what is valid is lawful.
    ("create", 400, "create", "untested"),
    ("create", 404, "create", "untested"),
    ("create", 405, "create", "untested"),
    ("create", 422, "create", "untested"),
    ("create", 501, "create", "untested"),
    ("update", 200, "update", "held"),
    ("update", 201, "update", "held"),
    ("update", 204, "update", "failed"),
    ("delete", 200, "delete", "held"),
    ("delete", 202, "delete", "held"),
    ("delete", 204, "delete", "held"),
    ("delete", 405, "delete", "untested"),
    ("delete", 409, "delete", "untested"),
    # What was stored and was not deleted is there to be read.
    ("read", 404, "read", "failed"),
    ("read", 410, "read", "failed"),
    ("read", 403, "read", "untested"),
    ("search", 200, "search", "held"),
    ("search", 400, "search", "untested"),
    ("transaction", 200, "transaction", "held"),
    ("transaction", 400, "transaction", "untested"),
    ("batch", 200, "batch", "held"),
]


@pytest.mark.parametrize(("verb", "status", "rule", "result"), STATUS)
def test_the_status_of_an_interaction(verb, status, rule, result):
    assert judged(sent(status), verb)[rule] == result


@pytest.mark.parametrize("status", [500, 502, 503, 301])
def test_a_server_in_trouble_is_not_judged(status):
    assert judged(sent(status), "create") == {}


@pytest.mark.parametrize(
    ("verb", "interaction", "status"),
    [("create", "create", 405), ("create", "create", 501), ("patch", "patch", 404), ("patch", "patch", 501)],
)
def test_what_is_claimed_and_not_there_breaks_the_claim(verb, interaction, status):
    assert judged(sent(status), verb, claims(interaction))["declared"] == "failed"
    assert "declared" not in judged(sent(status), verb, claims("read"))
    assert "declared" not in judged(sent(status), verb)


def test_a_create_that_is_not_found_may_be_of_something_that_is_not_there():
    assert judged(sent(404), "create", claims("create"))["create"] == "untested"


@pytest.mark.parametrize("interaction", ["vread", "history-instance", "transaction", "batch"])
def test_what_an_entry_or_an_old_version_lacks_breaks_no_claim(interaction):
    verb = interaction.removesuffix("-instance")
    type_ = "" if verb in {"transaction", "batch"} else "Observation"
    known = Capability(
        {
            "resourceType": "CapabilityStatement",
            "rest": [
                {
                    "mode": "server",
                    "interaction": [{"code": interaction}],
                    "resource": [{"type": "Observation", "interaction": [{"code": interaction}]}],
                }
            ],
        }
    )
    assert known.claims(type_, interaction)
    assert "declared" not in judged(sent(404), verb, known, type_=type_)
    assert judged(sent(405), verb, known, type_=type_)["declared"] == "failed"


def test_a_refusal_of_this_body_breaks_no_claim():
    assert "declared" not in judged(sent(422), "create", claims("create"))


def test_a_step_that_judges_the_status_itself_is_not_judged_twice():
    assert "create" not in judged(sent(200), "create", own_status=True)


LOCATIONS = [
    ("", OBSERVATION, "failed"),
    (f"{BASE}/Observation/1/_history/3", OBSERVATION, "held"),
    ("Observation/1/_history/3", OBSERVATION, "held"),
    ("/r4/Observation/1/_history/3", OBSERVATION, "held"),
    ("Observation/1", OBSERVATION, "failed"),
    # A server that shows no version need not name one.
    ("Observation/1", PLAIN, "held"),
    (f"{BASE}/Observation/1", None, "held"),
    ("Observation", PLAIN, "failed"),
    ("observation/1", PLAIN, "failed"),
    ("Observation/a b", PLAIN, "failed"),
    ("Observation/" + "x" * 65, PLAIN, "failed"),
    ("Observation/..", PLAIN, "failed"),
]


@pytest.mark.parametrize(("location", "body", "result"), LOCATIONS)
def test_the_location_of_a_new_resource(location, body, result):
    answer = sent(
        201, body, method="POST", path="Observation", **({"location": location} if location else {})
    )
    assert judged(answer, "create")["location"] == result


@pytest.mark.parametrize(
    ("location", "found"),
    [
        (f"{BASE}/Observation/1/_history/3", ("Observation", "1", "3")),
        ("http://fhir.example/r4/Observation/1", ("Observation", "1", "")),
        ("//fhir.example/r4/Observation/1", ("Observation", "1", "")),
        ("Observation/1", ("Observation", "1", "")),
        ("/r4/Observation/1?x=2", ("Observation", "1", "")),
        ("https://elsewhere.example/r4/Observation/1", None),
        ("https://fhir.example/other/Observation/1", None),
        ("//elsewhere.example/Observation/1", None),
        ("https://fhir.example.evil.example/r4/Observation/1", None),
        ("Observation/..", None),
        ("Observation/../../etc", None),
        ("", None),
    ],
)
def test_a_location_names_a_resource_of_the_target_or_none(location, found):
    assert location_of(location, BASE) == found


@pytest.mark.parametrize(("id_", "result"), [("1", "held"), ("2", "failed"), (None, "failed"), (1, "failed")])
def test_a_read_returns_what_was_asked_for(id_, result):
    answer = sent(200, {"resourceType": "Observation", "id": id_})
    assert judged(answer, "read", own_status=True)["read"] == result


@pytest.mark.parametrize(("status", "body"), [(200, {"resourceType": "Observation", "id": "1"}), (404, None)])
def test_a_read_of_a_reference_with_its_version_is_a_vread(status, body):
    found = judged(sent(status, body, path="Observation/1/_history/2"), "read")
    assert "read" not in found


@pytest.mark.parametrize(
    ("media", "text", "result"),
    [
        (FHIR, '{"resourceType":"Observation","id":"1"}', "held"),
        (f"{FHIR};charset=utf-8", '{"resourceType":"Observation","id":"1"}', "held"),
        ("Application/FHIR+JSON; fhirVersion=4.0", '{"resourceType":"Observation","id":"1"}', "held"),
        ("application/json", '{"resourceType":"Observation","id":"1"}', "failed"),
        ("text/html", '{"resourceType":"Observation","id":"1"}', "failed"),
        ("", '{"resourceType":"Observation","id":"1"}', "failed"),
        (FHIR, "<html>", "failed"),
        (FHIR, '{"resourceType":', "failed"),
        (FHIR, "[" * 5000 + "]" * 5000, "failed"),
        # No resource, and not labelled as one.
        ("text/plain", "gone", None),
        ("application/json", "{}", None),
        (FHIR, None, None),
    ],
)
def test_the_content_type_says_what_the_body_is(media, text, result):
    assert judged(sent(200, media=media, text=text), "read", own_status=True).get("content-type") == result


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (400, OUTCOME, "held"),
        (404, None, "failed"),
        (422, {"error": "x"}, "failed"),
        (422, {"resourceType": "OperationOutcome"}, "failed"),
        (422, {"resourceType": "OperationOutcome", "issue": "x"}, "failed"),
        (200, None, None),
        (500, None, None),
    ],
)
def test_a_refusal_says_why(status, body, result):
    assert judged(sent(status, body), "create").get("outcome") == result


@pytest.mark.parametrize(
    ("media", "utf8", "result"),
    [
        (FHIR, False, "failed"),
        (f"{FHIR};charset=latin1", False, "failed"),
        (FHIR, True, None),
        ("application/octet-stream", False, None),
        ("", False, None),
    ],
)
def test_a_body_that_is_not_utf_8_is_told_where_it_is_fhir(media, utf8, result):
    whole = sent(200, OBSERVATION, media=media)
    read = replace(whole.exchange.answer, utf8=utf8)
    answer = replace(whole, exchange=replace(whole.exchange, attempts=(read,)))
    assert judged(answer, "read", own_status=True).get("encoding") == result


def test_an_answer_that_did_not_come_or_was_cut_is_not_judged():
    whole = sent(200, OBSERVATION)
    cut = replace(whole.exchange.answer, truncated=True)
    exchange = replace(whole.exchange, attempts=(cut,))
    assert judged(replace(whole, exchange=exchange), "read") == {}
    assert judged(sent(None), "read") == {}


def test_a_refusal_quotes_the_server():
    issue = {"severity": "error", "code": "business-rule", "details": {"text": "no encounter"}}
    body = {"resourceType": "OperationOutcome", "issue": [issue, "junk", {"diagnostics": "x" * 900}]}
    told = refusal(sent(422, body))
    assert told.startswith("refused with 422: business-rule no encounter; xxx")
    assert len(told) < 400
    assert refusal(sent(401, OUTCOME)) == "not permitted with 401: invalid"


@pytest.mark.parametrize("issue", [{}, {"details": "x"}, {"details": []}, {"diagnostics": 5}])
def test_an_issue_of_any_shape_can_be_said(issue):
    assert isinstance(issue_text(issue), str)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\ufeff{}", "begins with a byte order mark, which JSON must not (RFC 8259, 8.1)"),
        ("<html>", "is not JSON"),
    ],
)
def test_why_a_body_is_no_json_is_told_where_it_cannot_be_seen(text, said):
    found = judge_answer(sent(200, text=text), "read", NOTHING, own_status=True, type_="Observation")
    (message,) = (one.outcome.message for one in found if one.rule.endswith("content-type"))
    assert message == f"The body is labelled application/fhir+json but {said}"
