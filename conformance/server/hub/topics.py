"""One topic of a hub: the context that is open, its content, and its versions (FHIRcast 3.0.0, 2.10)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.model import Json
    from conformance.server.hub.behaviour import Casting

_MOST_RESOURCES = 1000
# FHIRcast 3.0.0, 2-9-GetCurrentContext.html: what is told where nothing is open.
_NOTHING: Mapping[str, Json] = {"context.type": "", "context": []}


class Refused(Exception):  # noqa: N818 - an answer to the client, not an error of the program
    """An event that is not taken, and the status that says so."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(slots=True)
class Topic:
    """What is open in a topic; `opened` is the last open event, as it was passed on."""

    casting: Casting
    kind: str = ""
    version: str = ""
    opened: Json = None
    context: list[Json] = field(default_factory=list)
    content: Mapping[str, Json] = field(default_factory=dict)

    def take(self, message: Mapping[str, Json]) -> Mapping[str, Json]:
        """Carry out an event, and return it as subscribers are told it; raises Refused."""
        event = message["event"]
        name, _, verb = str(event["hub.event"]).partition("-")
        act = _ACTS.get(verb.lower())
        told = {**message, "event": act(self, name, event) if act else event}
        if verb.lower() == "open":
            self.opened = told
        return told

    def open(self, kind: str, event: Mapping[str, Json]) -> Mapping[str, Json]:
        """Let a resource be what the topic is about."""
        self.kind, self.context, self.content = kind, list(event.get("context") or []), {}
        return self._numbered(event, "")

    def close(self, _kind: str, event: Mapping[str, Json]) -> Mapping[str, Json]:
        """Let the topic be about nothing, and forget its content."""
        self.kind, self.opened, self.context, self.content, self.version = "", None, [], {}, ""
        return event

    def update(self, kind: str, event: Mapping[str, Json]) -> Mapping[str, Json]:
        """Change the content as a whole or not at all; raises Refused."""
        if not self.casting.shares():
            raise Refused(HTTPStatus.NOT_IMPLEMENTED, "content is not shared here")
        if self.kind.lower() != kind.lower():
            raise Refused(HTTPStatus.CONFLICT, f"no {kind} is open")
        if not self.casting.takes(str(event.get("context.versionId", "")), self.version):
            raise Refused(HTTPStatus.CONFLICT, "the version is not the current one")
        before, after = self.content, dict(self.content)
        try:
            for entry in _entries(event):
                _carry_out(entry, after)
        except Refused:
            self.content = self.casting.refused(before, after)
            raise
        self.content = after
        return self._numbered(event, self.version)

    def select(self, _kind: str, event: Mapping[str, Json]) -> Mapping[str, Json]:
        """Take note of what somebody looks at; nothing changes by it."""
        named = [
            str((each.get("reference") or {}).get("reference", ""))
            for each in event.get("context") or ()
            if each.get("key") == "select"
        ]
        self.content = self.casting.selected(
            self.content, known=all(reference in self.content for reference in named)
        )
        return event

    def current(self) -> Mapping[str, Json]:
        """Return the current context with its content."""
        if not self.kind:
            return _NOTHING
        shown = self.casting.show(self.content)
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": each} for each in shown.values()],
        }
        content = {"key": "content", "resource": bundle if shown else {**bundle, "entry": []}}
        return {
            "context.type": self.kind,
            "context.versionId": self.version,
            "context": [*self.context, content],
        }

    def _numbered(self, event: Mapping[str, Json], prior: str) -> Mapping[str, Json]:
        self.version = secrets.token_hex(4)
        return self.casting.number(event, self.version, prior)


_ACTS: Mapping[str, Callable[[Topic, str, Mapping[str, Json]], Mapping[str, Json]]] = {
    "open": Topic.open,
    "close": Topic.close,
    "update": Topic.update,
    "select": Topic.select,
}


def _entries(event: Mapping[str, Json]) -> Iterable[Json]:
    """Return the entries of the one Bundle of an update; raises Refused."""
    bundles = [each.get("resource") for each in event.get("context") or () if each.get("key") == "updates"]
    entries = bundles[0].get("entry", []) if len(bundles) == 1 and isinstance(bundles[0], dict) else None
    if not isinstance(entries, list):
        raise Refused(HTTPStatus.BAD_REQUEST, "an update has one Bundle under the key updates")
    return entries


def _carry_out(entry: Json, content: dict[str, Json]) -> None:
    """Change the content by one entry: PUT, or DELETE of a fullUrl; raises Refused."""
    method = str((entry.get("request") or {}).get("method", ""))
    resource = entry.get("resource") or {}
    if method == "DELETE":
        content.pop("/".join(str(entry.get("fullUrl", "")).split("/")[-2:]), None)
    elif method == "PUT" and resource.get("resourceType") and resource.get("id"):
        content[f"{resource['resourceType']}/{resource['id']}"] = resource
    else:
        raise Refused(HTTPStatus.BAD_REQUEST, "an entry is PUT with a resource that has an id, or DELETE")
    if len(content) > _MOST_RESOURCES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {_MOST_RESOURCES} resources")
