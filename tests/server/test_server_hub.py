"""The hub of the reference server: what is answered, who is told, and what is refused."""

import json

import pytest
from server_hub import (
    FORM,
    JSON,
    REPORT,
    SUBSCRIBED,
    ask,
    cast,
    event,
    heard,
    put,
    seen,
    subscribe,
    updates,
    version,
)

from conformance.server.hub.hub import Hub


def test_an_honest_hub_is_the_same_every_time():
    assert seen(Hub()) == seen(Hub())


def test_an_event_reaches_who_subscribed_to_its_kind_in_its_topic():
    hub = Hub()
    listener = subscribe(hub)
    other = subscribe(hub, SUBSCRIBED.replace(b"topic=t", b"topic=u"))
    cast(hub, event("open", "1", REPORT))
    cast(hub, event("select", "2"))
    assert [json.loads(text)["id"] for text in heard(listener)] == ["1"]
    assert heard(other) == []


def test_kinds_of_events_are_spelt_in_any_case():
    hub = Hub()
    listener = subscribe(hub, SUBSCRIBED.replace(b"DiagnosticReport-open", b"diagnosticreport-OPEN"))
    cast(hub, event("open", "1", REPORT))
    assert len(heard(listener)) == 1


def test_content_is_changed_and_deleted():
    hub = Hub()
    cast(hub, event("open", "1", REPORT))
    cast(hub, event("update", "2", updates(put("a"), put("b")), version=version(hub)))
    gone = {"request": {"method": "DELETE"}, "fullUrl": "http://x/Observation/a"}
    assert cast(hub, event("update", "3", updates(gone), version=version(hub))).status == 202
    content = json.loads(ask(hub, "GET", "t").content)["context"][-1]["resource"]
    assert content["type"] == "collection"
    assert [entry["resource"]["id"] for entry in content["entry"]] == ["b"]


def test_what_is_closed_is_forgotten():
    hub = Hub()
    cast(hub, event("open", "1", REPORT))
    cast(hub, event("close", "2"))
    assert json.loads(ask(hub, "GET", "t").content) == {"context.type": "", "context": []}
    assert list(hub.greeting(subscribe(hub)))[1:] == []


def test_who_unsubscribes_is_told_no_more():
    hub = Hub()
    endpoint = json.loads(ask(hub, "POST", body=SUBSCRIBED, headers=FORM).content)["hub.channel.endpoint"]
    assert endpoint.startswith("ws://s/hub/ws/")
    secret = endpoint.rpartition("/")[2]
    listener = hub.listener(secret)
    leaving = (
        b"hub.channel.type=websocket&hub.mode=unsubscribe&hub.topic=t&hub.channel.endpoint="
        + endpoint.encode()
    )
    assert ask(hub, "POST", body=leaving, headers=FORM).status == 202
    assert hub.listener(secret) is None
    assert heard(listener) == [None]
    assert ask(hub, "POST", body=leaving, headers=FORM).status == 404


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"hub.mode=subscribe&hub.topic=t", FORM, 400),
        (b"hub.channel.type=websocket&hub.mode=subscribe&hub.topic=t", FORM, 400),
        (b"hub.channel.type=websocket&hub.mode=other&hub.topic=t&hub.events=x", FORM, 400),
        (b"{", JSON, 400),
        (b"[1]", JSON, 400),
        (b'{"event": []}', JSON, 400),
        (
            b'{"id": "1", "timestamp": "t", "event": {"hub.topic": "t", "hub.event": "X", "context": [1]}}',
            JSON,
            400,
        ),
        (b"[" * 100_000, JSON, 400),
    ],
)
def test_what_is_no_subscription_and_no_event_is_refused(body, headers, status):
    assert ask(Hub(), "POST", body=body, headers=headers).status == status


@pytest.mark.parametrize(
    "bundle",
    [{}, updates(put("a", "POST")), updates({"request": {"method": "PUT"}}), updates({}), {"key": "updates"}],
)
def test_an_update_that_cannot_be_carried_out_changes_nothing(bundle):
    hub = Hub()
    cast(hub, event("open", "1", REPORT))
    before = ask(hub, "GET", "t").content
    assert cast(hub, event("update", "2", bundle, version=version(hub))).status == 400
    assert ask(hub, "GET", "t").content == before


def test_an_update_of_what_is_not_open_or_not_current_conflicts():
    hub = Hub()
    assert cast(hub, event("update", "1", updates(put("a")), version="x")).status == 409
    cast(hub, event("open", "1", REPORT))
    assert cast(hub, event("update", "2", updates(put("a")), version="x")).status == 409


def test_there_is_nothing_else():
    assert ask(Hub(), "GET", "a/b").status == 404
    assert ask(Hub(), "DELETE").status == 404
