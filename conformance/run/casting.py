"""Plays `subscribe` and `receive`: an application of FHIRcast at the target's hub, over a WebSocket.

FHIRcast 3.0.0: an application subscribes to a topic by POST, is told an address, opens a WebSocket there, and
answers each event that comes. What has come is judged like the body of any other answer.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from conformance.jsontext import dumps, parsed
from conformance.model import Attempt, Exchange, Request
from conformance.read.needs import base_of
from conformance.run.ends import Ended
from conformance.run.interactions import request
from conformance.run.retrieving import within_reach
from conformance.talk.channel import Channel, Closed, as_http
from conformance.talk.client import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json, Step
    from conformance.run.steps import Acting
    from conformance.run.telling import Teller

# FHIRcast 3.0.0, 2-7-Conformance.html: below hub.url.
CONFIGURATION = ".well-known/fhircast-configuration"
_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_ACCEPTED = range(200, 300)
_ENDPOINT = "hub.channel.endpoint"
# How long a hub may take to pass on what it accepted, where the step does not say otherwise.
_PATIENCE = 5.0
# How what came by a WebSocket is recorded: nobody asked for it and no status came with it, but it is there.
_METHOD, _CAME = "RECEIVE", 200
_WAKING = 0.2
# A longer id is no name of an event, but an attempt to have it sent back.
_LONGEST_ID = 200


@dataclass(slots=True)
class Subscription:
    """One subscription: its topic, the address of its WebSocket, and what has come."""

    topic: str
    endpoint: str
    whose: str
    channel: Channel
    came: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Casts:
    """What a scenario does at the hub: its subscriptions by step, and what it opened, by topic and kind."""

    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    opened: dict[tuple[str, str], Json] = field(default_factory=dict)


def now() -> str:
    """Return this moment as events and instants tell it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z"


def ask(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Send a request, and remember what it opens in a session: nothing of ours may stay open there."""
    sent = acting.send(step, request(step, args, acting.stage), round_)
    event = (args.get("json") or {}).get("event") or {}
    if base_of(step) != "hub" or sent.exchange.answer.status not in _ACCEPTED:
        return
    kind, _, verb = str(event.get("hub.event", "")).partition("-")
    which = (str(event.get("hub.topic", "")), kind)
    if verb.lower() == "open":
        acting.casts.opened[which] = args["json"]
    elif verb.lower() == "close":
        acting.casts.opened.pop(which, None)


def subscribe(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Subscribe to a topic and open the WebSocket that the hub names."""
    topic = str(args["subject"])
    whose = str(args.get("with", ""))
    asked = {"hub.mode": "subscribe", "hub.topic": topic, "hub.events": ",".join(args["events"])}
    headers = {**_FORM, **{str(k): str(v) for k, v in (args.get("headers") or {}).items()}}
    sent = acting.send(step, _form(acting.stage.where, {**asked, **_NAMED}, headers, whose), round_)
    if sent.exchange.answer.status not in _ACCEPTED:
        return
    endpoint = sent.body.get(_ENDPOINT) if isinstance(sent.body, dict) else None
    if not isinstance(endpoint, str):
        return
    within_reach(acting.teller.client, as_http(endpoint))
    try:
        channel = acting.teller.client.channel(endpoint, acknowledgement)
    except Closed as closed:
        raise Ended(f"the WebSocket that the hub named could not be opened: {closed}") from None
    acting.casts.subscriptions[step.name] = Subscription(topic, endpoint, whose, channel)


_CHANNEL = {"hub.channel.type": "websocket"}
_NAMED = {**_CHANNEL, "subscriber.name": "dermconf"}


def _form(hub: str, pairs: Mapping[str, str], headers: Mapping[str, str], whose: str) -> Request:
    # A stand-in for the secret part of an address keeps its stars, by which it is found.
    text = urlencode(pairs, safe="*")
    return Request(method="POST", url=hub, headers=dict(headers), body=text, credentials=whose)


def receive(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Wait for an event, and record all that has come by this WebSocket since it was opened."""
    subscription = acting.casts.subscriptions.get(str(step.subject))
    if subscription is None:
        raise Ended(f"step '{step.subject}' opened no WebSocket")
    seconds = float(str(args["within"]).removesuffix("s")) if "within" in args else _PATIENCE
    started = time.monotonic()
    try:
        _listen(acting.teller, subscription, str(args["until"]), started + seconds)
    except Closed as closed:
        raise Ended(f"{closed}, with '{args['until']}' still to come") from None
    answer = Attempt(status=_CAME, body=dumps(subscription.came), seconds=time.monotonic() - started)
    heard = Request(method=_METHOD, url=subscription.endpoint, credentials=subscription.whose)
    acting.teller.heard(Exchange(request=heard, attempts=(answer,)), "step", verb=step.verb, round_=round_)


def _listen(teller: Teller, subscription: Subscription, until: str, deadline: float) -> None:
    """Take what comes until an event has come that is meant, or time is up."""
    while not any(_is_meant(message, until) for message in subscription.came):
        left = deadline - time.monotonic()
        if left <= 0:
            return
        if teller.client.stop.is_set():
            raise Stopped
        text = subscription.channel.next(min(left, _WAKING))
        if text is not None:
            message = parsed(teller.client.shown(text))
            subscription.came.append(message)


def _is_meant(message: Json, until: str) -> bool:
    """Tell whether a message is the event of an id, or of a kind: those are spelt in any case."""
    if not isinstance(message, dict):
        return False
    event = message.get("event")
    kind = event.get("hub.event") if isinstance(event, dict) else None
    return message.get("id") == until or str(kind).lower() == until.lower()


def acknowledgement(text: str) -> str:
    """Return what a message is answered with: an event is, by its id, and nothing else is.

    FHIRcast 3.0.0, 2-5-ReceiveEventNotification.html.
    """
    message = parsed(text)
    named = message.get("id") if isinstance(message, dict) and "event" in message else None
    fit = isinstance(named, str) and len(named) <= _LONGEST_ID
    return dumps({"id": named, "status": "200"}) if fit else ""


def leave(acting: Acting) -> None:
    """Close what is still open, and end every subscription: a subscriber does not just fall silent."""
    for (_, kind), message in acting.casts.opened.items():
        event = {**message["event"], "hub.event": f"{kind}-close"}
        text = dumps({**message, "timestamp": now(), "id": f"{message['id']}-left", "event": event})
        close = Request(method="POST", url=acting.stage.bases["hub"], headers=_JSON, body=text)
        acting.teller.send(close, "clean", closing=True)
    for subscription in acting.casts.subscriptions.values():
        asked = {"hub.mode": "unsubscribe", "hub.topic": subscription.topic, _ENDPOINT: subscription.endpoint}
        leaving = _form(acting.stage.bases["hub"], {**_CHANNEL, **asked}, _FORM, subscription.whose)
        acting.teller.send(leaving, "clean", closing=True)
        subscription.channel.close()
    acting.casts.opened.clear()
    acting.casts.subscriptions.clear()
