"""What applications do at a hub so that each of its faults would show, and what they see."""

from __future__ import annotations

import json
import re

from conformance.server.messages import Request
from conformance.server.wire import dumps

BASE = "http://s/hub"
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
EVENTS = b"DiagnosticReport-open,DiagnosticReport-update"
SUBSCRIBED = b"hub.channel.type=websocket&hub.mode=subscribe&hub.topic=t&hub.events=" + EVENTS
REPORT = {"key": "report", "resource": {"resourceType": "DiagnosticReport", "id": "r"}}
# Whatever is made at random has 8 or 32 of these.
RANDOM = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{8})\b")


def event(verb, name, *context, version=""):
    told = {"hub.topic": "t", "hub.event": f"DiagnosticReport-{verb}", "context": list(context)}
    told |= {"context.versionId": version} if version else {}
    return {"timestamp": "2026-01-01T00:00:00Z", "id": name, "event": told}


def put(id_, method="PUT"):
    return {
        "request": {"method": method},
        "resource": {"resourceType": "Observation", "id": id_, "status": "final"},
    }


def updates(*entries):
    return {
        "key": "updates",
        "resource": {"resourceType": "Bundle", "id": "b", "type": "transaction", "entry": list(entries)},
    }


def ask(hub, method, path="", body=b"", headers=None):
    parts = tuple(part for part in path.split("/") if part)
    return hub.answer(Request(method=method, path=parts, headers=headers or {}, body=body, base=BASE))


def cast(hub, message):
    return ask(hub, "POST", body=dumps(message).encode(), headers=JSON)


def subscribe(hub, form=SUBSCRIBED):
    endpoint = json.loads(ask(hub, "POST", body=form, headers=FORM).content)["hub.channel.endpoint"]
    return hub.listener(endpoint.rpartition("/")[2])


def heard(listener):
    said = []
    while not listener.queue.empty():
        said.append(listener.queue.get_nowait())
    return said


def version(hub):
    reply = ask(hub, "GET", "t")
    return json.loads(reply.content)["context.versionId"] if reply.status == 200 else "untold"


def seen(hub):
    """Return all that two applications see of a session, what is random by its order."""
    first = subscribe(hub)
    replies = [ask(hub, "GET", ".well-known/fhircast-configuration"), cast(hub, event("open", "1", REPORT))]
    second = subscribe(hub)
    told = [*hub.greeting(first), *hub.greeting(second), str(first is second)]
    old = version(hub)
    replies.append(cast(hub, event("update", "2", updates(put("a")), version=old)))
    replies += [ask(hub, "GET", "t"), cast(hub, event("update", "3", updates(put("stale")), version=old))]
    select = {"key": "select", "reference": {"reference": "Observation/nobody"}}
    replies += [cast(hub, event("select", "4", select)), ask(hub, "GET", "t")]
    half = updates(put("half"), put("other", "POST"))
    replies += [cast(hub, event("update", "5", half, version=version(hub))), ask(hub, "GET", "t")]
    replies += [cast(hub, event("close", "6")), ask(hub, "GET", "t")]
    texts = [
        *told,
        *heard(first),
        *heard(second),
        *(f"{int(reply.status)} {reply.content.decode()}" for reply in replies),
    ]
    numbers = {}
    return [
        RANDOM.sub(lambda found: f"#{numbers.setdefault(found[0], len(numbers))}", text) for text in texts
    ]
