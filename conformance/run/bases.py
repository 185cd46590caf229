"""The bases of a target in other releases of FHIR: what each claims, read once and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.capability import Capability
from conformance.events import exchange_event
from conformance.jsontext import parsed
from conformance.model import Request
from conformance.run.interactions import FHIR_JSON
from conformance.run.telling import tell_asides
from conformance.talk.client import Stopped

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.run.recorder import Recorder
    from conformance.talk.client import Client

_OK = 200


def claims_at(base: str, client: Client, recorder: Recorder) -> Capability:
    """Return what a base claims; the exchange is recorded, so that it can be judged again."""
    request = Request(method="GET", url=f"{base}/metadata", headers={"Accept": FHIR_JSON})
    try:
        exchange = recorder.allowance.admitted(client.send(request))
    except Stopped:
        return Capability()
    tell_asides(recorder, client)
    recorder.tell("exchange", purpose="doctor", round=1, step=0, **exchange_event(exchange))
    return Capability(stated(exchange.answer.status, exchange.answer.body))


def stated(status: int | None, body: str | None) -> Json:
    """Return the statement that an answer holds, or None."""
    return parsed(body) if status == _OK and body else None
