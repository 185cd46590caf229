"""What the messages of a hub of FHIRcast say: an event, a denial, a refusal, or what is granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.jsontext import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.model import Json

_REFUSAL = "syncerror"
_LONGEST_REASON = 200


def is_meant(message: Json, until: str) -> bool:
    """Tell whether a message is the event of an id or of a kind, or of a mode as `subscribe`.

    Kinds are spelt in any case, and a SyncError that bears the id of an event is not that event.
    """
    if not isinstance(message, dict):
        return False
    named = message.get("id") == until and kind(message) != _REFUSAL
    return named or until.lower() in {kind(message), message.get("hub.mode")}


def kind(message: Json) -> str:
    """Return what kind of event a message is, in small letters; nothing where it is none."""
    return str(_event(message).get("hub.event", "")).lower()


def version(message: Json) -> Json:
    """Return the version of the context that an event tells, or None."""
    return _event(message).get("context.versionId")


def denial(came: Iterable[Json], wanted: str) -> str:
    """Return the sentence that a subscription to a kind of event was denied, or nothing.

    FHIRcast 3.0.0, 2-4-Subscribing.html: at any time, and for the events that the message names.
    """
    for message in came:
        if isinstance(message, dict) and message.get("hub.mode") == "denied":
            named = _events(message)
            if not wanted or not named or wanted.lower() in named:
                reason = " ".join(str(message.get("hub.reason") or "it gives no reason").split())
                return f"the hub denied the subscription: {reason[:_LONGEST_REASON]}"
    return ""


def ungranted(came: Sequence[Json], wanted: str) -> str:
    """Return the sentence that the hub, by its last word, grants less than a kind of event, or nothing.

    2-4-Subscribing.html: what is granted may be less than what was asked for.
    """
    granted = [
        message
        for message in came
        if isinstance(message, dict) and message.get("hub.mode") == "subscribe" and _events(message)
    ]
    if not wanted or not granted or wanted.lower() in _events(granted[-1]):
        return ""
    return f"the hub granted the subscription without {wanted}: it is not asked for"


def refusal(came: Iterable[Json], named: str) -> str:
    """Return the sentence that an event was refused after it had been taken, or nothing.

    2-6-SendEventNotification.html: by a SyncError that names the event, in the place of the event.
    """
    quoted = dumps(named)
    about = any(kind(message) == _REFUSAL and quoted in dumps(message) for message in came)
    return f"the hub took '{named}' and then refused it by a SyncError" if about else ""


def _event(message: Json) -> Json:
    event = message.get("event") if isinstance(message, dict) else None
    return event if isinstance(event, dict) else {}


def _events(message: Json) -> set[str]:
    named = message.get("hub.events")
    return {each.strip().lower() for each in named.split(",")} - {""} if isinstance(named, str) else set()
