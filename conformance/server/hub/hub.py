"""The hub of one mount: who listens to which topic, and what is answered to a request."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from conformance.server.hub.behaviour import Casting
from conformance.server.hub.topics import Refused, Topic
from conformance.server.messages import Reply
from conformance.server.wire import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json
    from conformance.server.messages import Request

_CONFIGURATION = (".well-known", "fhircast-configuration")
_EVENTS = tuple(
    f"{kind}-{verb}"
    for kind, verbs in (
        ("Patient", ("open", "close")),
        ("ImagingStudy", ("open", "close")),
        ("DiagnosticReport", ("open", "update", "select", "close")),
    )
    for verb in verbs
)
_LEASE = 3600
_MOST_LISTENERS = 1000
_MOST_TOPICS = 1000
_MOST_WAITING = 1000
_FORM = "application/x-www-form-urlencoded"
_JSON = {"content-type": "application/json"}
_PLAIN = {"content-type": "text/plain"}


@dataclass(slots=True, kw_only=True)
class Listener:
    """One subscriber; what it is told waits in its queue, None ends it."""

    topic: str
    events: frozenset[str]
    named: str
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))

    def tell(self, text: str | None) -> None:
        """Let a message wait; who takes none for long is told no more."""
        if not self.queue.full():
            self.queue.put_nowait(text)


@dataclass(slots=True)
class Hub:
    """What a hub remembers."""

    casting: Casting = field(default_factory=Casting)
    _topics: dict[str, Topic] = field(default_factory=dict)
    _listeners: dict[str, Listener] = field(default_factory=dict)

    def answer(self, request: Request) -> Reply:
        """Return the answer to a request of the hub."""
        try:
            if request.method == "POST" and not request.path:
                form = request.header("content-type").startswith(_FORM)
                return self._subscription(request) if form else self._event(request)
            if request.method == "GET" and request.path == _CONFIGURATION:
                return self._configuration()
            if request.method == "GET" and len(request.path) == 1 and self.casting.tells_current():
                return _json(HTTPStatus.OK, self._topic(request.path[0]).current())
        except Refused as refused:
            return _refused(self.casting.refuse(refused.status), str(refused))
        return _refused(HTTPStatus.NOT_FOUND, "there is nothing here")

    def listener(self, secret: str) -> Listener | None:
        """Return who listens at an address."""
        return self._listeners.get(secret)

    def greeting(self, listener: Listener) -> Iterator[str]:
        """Yield what a subscriber is told first: that it is one, and what is open (2-4-Subscribing.html)."""
        told = {
            "hub.mode": "subscribe",
            "hub.topic": listener.topic,
            "hub.events": listener.named,
            "hub.lease_seconds": _LEASE,
        }
        yield dumps(dict(self.casting.confirm(told)))
        opened = self._topic(listener.topic).opened
        if opened is not None and _kind(opened) in listener.events:
            greeted = self.casting.greet(opened)
            if greeted is not None:
                yield dumps(greeted)

    def _configuration(self) -> Reply:
        told = {
            "eventsSupported": list(_EVENTS),
            "websocketSupport": True,
            "fhircastVersion": "3.0.0",
            "getCurrentSupport": True,
            "capabilities": {"supportsGetCurrentContext": True},
            "fhirVersion": "R4",
        }
        return _json(HTTPStatus.OK, self.casting.configure(told))

    def _topic(self, name: str) -> Topic:
        if name not in self._topics and len(self._topics) >= _MOST_TOPICS:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "too many topics")
        return self._topics.setdefault(name, Topic(self.casting))

    def _subscription(self, request: Request) -> Reply:
        asked = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        topic, mode = asked.get("hub.topic", ""), asked.get("hub.mode", "")
        if asked.get("hub.channel.type") != "websocket" or not topic:
            raise Refused(HTTPStatus.BAD_REQUEST, "hub.channel.type websocket and hub.topic are required")
        if mode == "unsubscribe":
            return self._unsubscribed(asked.get("hub.channel.endpoint", "").rpartition("/")[2])
        if mode != "subscribe" or not asked.get("hub.events"):
            raise Refused(HTTPStatus.BAD_REQUEST, "hub.mode is subscribe, with hub.events, or unsubscribe")
        if len(self._listeners) >= _MOST_LISTENERS:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "too many subscribers")
        secret = self.casting.endpoint(secrets.token_hex(16))
        events = frozenset(asked["hub.events"].lower().split(","))
        self._listeners[secret] = Listener(topic=topic, events=events, named=asked["hub.events"])
        base = f"ws{request.base.removeprefix('http')}"
        return _json(HTTPStatus.ACCEPTED, {"hub.channel.endpoint": f"{base}/ws/{secret}"})

    def _unsubscribed(self, secret: str) -> Reply:
        listener = self._listeners.pop(secret, None)
        if listener is None:
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such subscription")
        listener.tell(None)
        return Reply(status=HTTPStatus.ACCEPTED, headers=_PLAIN, content=b"")

    def _event(self, request: Request) -> Reply:
        message = _message(request.body)
        topic = str(message["event"]["hub.topic"])
        told = self.casting.tell(self._topic(topic).take(message))
        if told is not None:
            text = dumps(dict(told))
            for listener in self._listeners.values():
                if listener.topic == topic and self.casting.hears(_kind(told), listener.events):
                    listener.tell(text)
        return Reply(status=HTTPStatus.ACCEPTED, headers=_PLAIN, content=b"")


def _message(body: bytes) -> Mapping[str, Json]:
    """Return an event notification; raises Refused for what is none."""
    try:
        message = loads(body)
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is no JSON") from None
    event = message.get("event") if isinstance(message, dict) else None
    named = isinstance(event, dict) and all(isinstance(event.get(k), str) for k in ("hub.topic", "hub.event"))
    listed = named and all(isinstance(each, dict) for each in (event or {}).get("context") or ())
    if not listed or not message.get("id") or not message.get("timestamp"):
        raise Refused(HTTPStatus.BAD_REQUEST, "an event has timestamp, id, hub.topic and hub.event")
    return dict(message)


def _kind(message: Json) -> str:
    return str(message["event"]["hub.event"]).lower()


def _json(status: int, told: Mapping[str, Json]) -> Reply:
    return Reply(status=status, headers=_JSON, content=dumps(dict(told)).encode())


def _refused(status: int, text: str) -> Reply:
    return Reply(status=status, headers=_PLAIN, content=text.encode())
