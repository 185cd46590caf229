"""What the page keeps of requests and answers: all of what did not hold, little of what did."""

import base64
import hashlib
import json
import re

from render_events import BASE, exchange, finding, scenario, step, verdict
from render_sample import hostile, run, summary

from conformance.render import html

LONG = json.dumps({"resourceType": "Observation", "note": "n" * 3_000, "id": "the-end"})


def drawn(events=None, **more):
    sample = run(events)
    return html.render(sample, summary(sample, **more))


def played(word, body, *, name="rest/a", seq=10, results=("held",), method="GET", **more):
    """Give a scenario with one exchange whose body is long."""
    return [
        scenario(name, "R4-READ-01", seq=seq),
        step(name, 1, "read: it", seq=seq + 1),
        exchange(name, seq + 2, method, f"{BASE}/Observation/1", 200, body=body, **more),
        *(
            finding(name, "R4-READ-01", result, seq=seq + 3 + place, exchange=seq + 2)
            for place, result in enumerate(results)
        ),
        verdict(name, word),
    ]


def part(text, anchor):
    """Return the page from an anchor on."""
    return text[text.index(f'id="{anchor}"') :]


def test_a_body_that_passed_is_shortened_and_its_line_in_the_record_told():
    text = drawn(played("pass", LONG))
    assert "the-end" not in text
    assert f"cut here: 400 of {len(LONG)} characters; the whole body is exchange 12 of run.jsonl" in text


def test_a_body_of_what_did_not_pass_is_whole():
    for word in ("fail", "warn", "untested", "error", "out-of-reach"):
        assert "the-end" in part(drawn(played(word, LONG)), "scenarios")


def test_a_body_that_shows_what_did_not_hold_is_whole_in_a_scenario_that_passed():
    text = drawn(played("pass", LONG, results=("held", "observed")))
    assert "the-end" in part(text, "scenarios")


def test_what_shows_a_failure_is_whole_however_much_else_was_asked():
    name, fill = "rest/many", "x" * 20_000
    events = [scenario(name, "R4-READ-01")]
    events += [exchange(name, 11 + place, "GET", BASE, 200, body=f"{place}{fill}") for place in range(200)]
    body = "y" * 19_000 + "the-end"
    events += [exchange(name, 500, "GET", BASE, 200, body=body)]
    events += [finding(name, "R4-READ-01", "failed", seq=501, exchange=500), verdict(name, "fail")]
    text = drawn(events)
    assert "the-end" in part(text, "exchange-500")
    assert len(text) < 3_000_000


def test_a_body_that_stands_already_is_named_by_its_exchange():
    name = "rest/a"
    events = [
        scenario(name, "R4-READ-01"),
        exchange(name, 12, "GET", BASE, 200, body='{"a": "only once"}'),
        exchange(name, 13, "GET", BASE, 200, body='{"a": "only once"}'),
        verdict(name, "fail"),
    ]
    text = drawn(events)
    assert text.count("only once") == 1
    assert 'the same body as in <a href="#exchange-12">' in part(text, "exchange-13")


def test_removing_data_is_told_by_its_outcome_where_all_held_and_whole_where_it_did_not():
    def cleaned(word, status):
        event = exchange("rest/a", 15, "DELETE", BASE, status, step=0, body='{"a": "of the removal"}')
        return drawn([*played(word, "{}")[:-1], event | {"purpose": "clean"}, verdict("rest/a", word)])

    assert "of the removal" not in cleaned("pass", 204)
    assert "of the removal" in cleaned("pass", 409)
    assert "of the removal" in cleaned("fail", 204)


def test_a_failure_carries_its_evidence_and_what_to_do():
    text = drawn()
    card = part(text, "must-fix").partition("</section>")[0]
    for words in (
        "Observation.status",
        "&#39;preliminary&#39;",
        "Keep the status that the client sent.",
        'href="#exchange-15"',
        'href="#scenario-profile-ai-prediction-round-trip--step-2--DERM-AIP-03"',
        '"status": "final"',
    ):
        assert words in card.replace("'", "&#39;"), words


def test_a_hint_is_an_order_only_where_something_is_wrong():
    def labels(result, **more):
        name = "ai/a"
        found = finding(name, "DERM-AIP-03", result, seq=12, **more)
        return re.findall(r"<dt>(to mend|hint)</dt>", drawn([scenario(name), found, verdict(name, "pass")]))

    assert labels("failed") == ["to mend"]
    assert labels("untested") == []
    assert labels("untested", hint="The server refused the fixture.") == ["hint"]


def test_a_rule_has_one_card_with_every_way_in_which_it_showed():
    name = "rest/a"
    events = [scenario(name, "R4-READ-01")]
    for place, at in enumerate(("Observation.code", "Observation.status")):
        events.append(finding(name, "R4-READ-01", "failed", seq=20 + place, at=at, actual=at))
    text = drawn([*events, verdict(name, "fail")])
    piled = part(text, "must-fix").partition("</section>")[0]
    assert piled.count('class="card') == 1
    assert "1 more way in which it showed" in piled
    assert "Observation.code" in piled
    assert "Observation.status" in piled


def test_of_a_rule_broken_in_a_hundred_ways_a_few_are_told_and_the_others_counted():
    name = "rest/a"
    found = [finding(name, "R4-READ-01", "failed", seq=20 + n, at=f"Observation.x{n}") for n in range(100)]
    text = drawn([scenario(name, "R4-READ-01"), *found, verdict(name, "fail")])
    piled = part(text, "must-fix").partition("</section>")[0]
    assert "99 more ways in which it showed" in piled
    assert "and 87 more, each in its scenario" in piled
    assert piled.count("Observation.x") == 13
    assert part(text, "scenarios").count("<code>Observation.x") == 100


def test_the_page_of_a_server_that_breaks_everything_stays_below_five_megabytes():
    events = []
    for place in range(200):
        name, seq = f"subject-{place % 7}/case-{place}", 10_000 + 100 * place
        events.append(scenario(name, "R4-READ-01", seq=seq))
        for step_ in range(8):
            body = json.dumps({"step": [place, step_], "entry": [{"id": str(n)} for n in range(400)]})
            events.append(exchange(name, seq + 2 * step_ + 1, "GET", BASE, 200, step=step_, body=body))
            more = {"step": step_, "exchange": seq + 2 * step_ + 1, "at": f"x.y{place}", "actual": body[:90]}
            events.append(finding(name, "R4-READ-01", "failed", seq=seq + 2 * step_ + 2, **more))
        events.append(verdict(name, "fail", seq=seq + 99))
    assert len(drawn(events)) < 5_000_000


def test_every_finding_that_did_not_hold_has_an_anchor_of_scenario_step_and_rule():
    text = drawn(played("fail", "{}", results=("failed", "failed")))
    assert 'id="scenario-rest-a--step-1--R4-READ-01"' in text
    assert 'id="scenario-rest-a--step-1--R4-READ-01--2"' in text
    assert 'id="scenario-rest-a--step-1"' in text


def test_what_held_is_named_by_its_rules_and_how_often():
    text = drawn(played("pass", "{}", results=("held", "held")))
    assert re.search(r'class="held.*R4-READ-01</a> \u00d72', text)


def test_subjects_are_folders_and_name_what_did_not_pass():
    text = drawn([*played("pass", "{}", name="ai/a"), *played("fail", "{}", name="rest/b", seq=50)])
    table = part(text, "subjects").partition("</table>")[0]
    assert re.findall(r'<th scope="row"><a href="#subject-\d+">(\w+)</a>', table) == ["ai", "rest"]
    assert '<a href="#scenario-rest-b">' in table
    assert "scenario-ai-a" not in table


def test_what_is_accepted_stands_apart_and_says_so_in_a_word():
    text = drawn(accepted=("DERM-AIP-03",))
    mend = part(text, "must-fix").partition("</section>")[0]
    assert "DERM-AIP-03" not in mend
    accepted = part(text, "accepted").partition("</section>")[0]
    assert "DERM-AIP-03" in accepted
    assert '<span class="badge accepted">accepted</span>' in accepted


def test_a_run_without_verdict_does_not_say_that_nothing_has_to_be_mended():
    sample = run()
    for verdict_, says in (("error", False), ("conformant", True)):
        text = html.render(run([]), summary(sample, verdict=verdict_))
        assert ("Nothing: no gating rule was broken." in text) is says


def test_what_an_incomplete_run_lacks_comes_first_and_is_printed():
    text = drawn(verdict="incomplete")
    assert text.index('id="untested"') < text.index('id="should-fix"')
    assert 'id="untested" class="pile printed"' in text
    assert 'id="untested" class="pile"' in drawn()


def test_only_our_own_script_may_run():
    text = html.render(hostile(), summary(hostile()))
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "script-src 'unsafe-inline'" not in text
