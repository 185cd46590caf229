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

from conformance.events import CONTEXT
from conformance.jsontext import dumps, parsed
from conformance.model import Attempt, Exchange, Request
from conformance.read.needs import base_of
from conformance.run import notices
from conformance.run.cleaning import left
from conformance.run.ends import Ended
from conformance.run.interactions import request
from conformance.run.retrieving import within_reach
from conformance.talk.channel import Channel, Closed, as_http
from conformance.talk.client import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model import Json, Step
    from conformance.run.steps import Acting

# FHIRcast 3.0.0, 2-7-Conformance.html: below hub.url.
CONFIGURATION = ".well-known/fhircast-configuration"
_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_ACCEPTED = range(200, 300)
_REFUSED = frozenset({*range(300, 500)} - {408})
_NOT_IMPLEMENTED = 501
_VERSION = "context.versionId"
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
    """One subscription: its topic, its WebSocket (None if it could not be opened), and what has come."""

    topic: str
    endpoint: str
    whose: str
    events: Sequence[str]
    channel: Channel | None = None
    came: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Casts:
    """What a scenario does at the hub: its subscriptions by step, and what may be open, by topic and kind.

    Of its events the kinds are known by id; of versions that came as something else than text, what came.
    """

    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    opened: dict[tuple[str, str], Json] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    versions: dict[str, Json] = field(default_factory=dict)


def now() -> str:
    """Return this moment as events and instants tell it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z"


def ask(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Send a request, and remember what it may open in a session: nothing of ours may stay open there."""
    before = len(acting.stage.sent)
    told = {**args, "json": _as_it_came(acting.casts, args["json"])} if "json" in args else args
    try:
        acting.send(step, request(step, told, acting.stage), round_)
    finally:
        if base_of(step) == "hub" and len(acting.stage.sent) > before:
            _remember(acting.casts, args.get("json"), acting.stage.sent[-1].exchange.answer.status)


def _remember(casts: Casts, message: Json, status: int | None) -> None:
    """Take note of what an event may have opened or has closed; who does not answer may have taken it."""
    event = message.get("event") if isinstance(message, dict) else None
    if not isinstance(event, dict):
        return
    named = str(event.get("hub.event", ""))
    casts.kinds[str(message.get("id", ""))] = named
    kind, _, verb = named.partition("-")
    which = (str(event.get("hub.topic", "")), kind)
    if verb.lower() == "open" and not _is_refused(status):
        casts.opened[which] = message
    elif verb.lower() == "close" and status in _ACCEPTED:
        casts.opened.pop(which, None)


def _as_it_came(casts: Casts, message: Json) -> Json:
    """Return an event whose version is what the hub sent, a number if it was one."""
    named = notices.version(message)
    if not isinstance(named, str) or named not in casts.versions:
        return message
    return {**message, "event": {**message["event"], _VERSION: casts.versions[named]}}


def _is_refused(status: int | None) -> bool:
    """Tell whether nothing was done; after 408 and most of 5xx nobody knows."""
    return status in _REFUSED or status == _NOT_IMPLEMENTED


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
    # Who could not listen is subscribed nevertheless, and has to say goodbye.
    subscription = Subscription(topic, endpoint, whose, tuple(map(str, args["events"])))
    acting.casts.subscriptions[step.name or f"step {step.index}"] = subscription
    within_reach(acting.teller.client, as_http(endpoint))
    try:
        subscription.channel = acting.teller.client.channel(endpoint, acknowledgement)
    except Closed as closed:
        raise Ended(f"the WebSocket that the hub named could not be opened: {closed}") from None


_CHANNEL = {"hub.channel.type": "websocket"}
_NAMED = {**_CHANNEL, "subscriber.name": "dermconf"}


def _form(hub: str, pairs: Mapping[str, str], headers: Mapping[str, str], whose: str) -> Request:
    # A stand-in for the secret part of an address keeps its stars, by which it is found.
    text = urlencode(pairs, safe="*")
    return Request(method="POST", url=hub, headers=dict(headers), body=text, credentials=whose)


def receive(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Wait for an event, and record all that has come by this WebSocket since it was opened."""
    subscription = acting.casts.subscriptions.get(str(step.subject))
    if subscription is None or subscription.channel is None:
        raise Ended(f"step '{step.subject}' opened no WebSocket")
    until = str(args["until"])
    seconds = float(str(args["within"]).removesuffix("s")) if "within" in args else _PATIENCE
    started = time.monotonic()
    broken = ""
    try:
        _listen(acting, subscription, until, started + seconds)
    except Closed as closed:
        broken = f"{closed}, with '{until}' still to come"
    else:
        _record(acting, step, subscription, time.monotonic() - started, round_)
    if why := _why_not(acting.casts, subscription, until) or broken:
        raise Ended(why)


def _record(acting: Acting, step: Step, subscription: Subscription, seconds: float, round_: int) -> None:
    answer = Attempt(status=_CAME, body=dumps(subscription.came), seconds=seconds)
    heard = Request(method=_METHOD, url=subscription.endpoint, credentials=subscription.whose)
    acting.teller.heard(Exchange(request=heard, attempts=(answer,)), "step", verb=step.verb, round_=round_)


def _listen(acting: Acting, subscription: Subscription, until: str, deadline: float) -> None:
    """Take what comes until an event has come that is meant, cannot come, or time is up."""
    client, channel, came = acting.teller.client, subscription.channel, subscription.came
    wanted = _wanted(acting.casts, subscription, until)
    while channel is not None and not any(notices.is_meant(message, until) for message in came):
        left = deadline - time.monotonic()
        if left <= 0 or notices.denial(came, wanted) or notices.ungranted(came, wanted):
            return
        if client.stop.is_set():
            raise Stopped
        text = channel.next(min(left, _WAKING))
        if text is not None:
            came.append(parsed(client.shown(text)))
            version = notices.version(came[-1])
            if not isinstance(version, str | None):
                acting.casts.versions[str(version)] = version


def _wanted(casts: Casts, subscription: Subscription, until: str) -> str:
    """Return the kind of the event that is waited for; nothing where it is not known."""
    asked = {kind.lower() for kind in subscription.events}
    kind = casts.kinds.get(until, until)
    return kind if kind.lower() in asked else ""


def _why_not(casts: Casts, subscription: Subscription, until: str) -> str:
    """Return why an event lawfully did not come, or nothing."""
    came = subscription.came
    if any(notices.is_meant(message, until) for message in came):
        return ""
    wanted = _wanted(casts, subscription, until)
    refused = notices.refusal(came, until)
    if refused:
        for which in [which for which, message in casts.opened.items() if message.get("id") == until]:
            del casts.opened[which]
    return notices.denial(came, wanted) or notices.ungranted(came, wanted) or refused


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
    for (topic, kind), message in acting.casts.opened.items():
        event = {**message["event"], "hub.event": f"{kind}-close"}
        text = dumps({**message, "timestamp": now(), "id": f"{message['id']}-left", "event": event})
        close = Request(method="POST", url=acting.stage.bases["hub"], headers=_JSON, body=text)
        status = acting.teller.send(close, "clean", closing=True).exchange.answer.status
        if status not in _ACCEPTED:
            why = f"the hub answered its closing {status}" if status else "the hub did not answer its closing"
            left(acting.teller, f"{CONTEXT}{topic}: {kind} may still be open", why)
    for subscription in acting.casts.subscriptions.values():
        asked = {"hub.mode": "unsubscribe", "hub.topic": subscription.topic, _ENDPOINT: subscription.endpoint}
        leaving = _form(acting.stage.bases["hub"], {**_CHANNEL, **asked}, _FORM, subscription.whose)
        acting.teller.send(leaving, "clean", closing=True)
        if subscription.channel is not None:
            subscription.channel.close()
    acting.casts.opened.clear()
    acting.casts.subscriptions.clear()
