"""Batches and transactions (R4 http.html#transaction)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.bodies import bundle_of
from conformance.server.entries import entries_of, response_entry
from conformance.server.messages import Refusal, Reply
from conformance.server.routing import answer
from conformance.server.transactions import transact

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.entries import Entry
    from conformance.server.messages import Request
    from conformance.server.site import Site

# R4-TRX-03; a batch has no order of its own, so it takes the same one
ORDER = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")


def process(site: Site, request: Request) -> Reply:
    """Answer `POST [base]`."""
    bundle = bundle_of(request)
    processors = {"batch": _batch, "transaction": transact}
    kind = bundle.get("type")
    if kind not in processors:
        text = f"A Bundle of type '{kind}' cannot be processed; POST it to /Bundle to store it."
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", text, "Bundle.type")
    entries = entries_of(site, request, bundle)
    replies = processors[kind](site, entries)
    return Reply(status=HTTPStatus.OK, resource=_response(site, f"{kind}-response", replies))


def _batch(site: Site, entries: list[Entry]) -> list[Reply]:
    # R4-BAT-03, R4-BAT-04: what one entry does is no matter of the others
    if site.behaviour.isolating:
        return _answers(site, entries)
    replies: list[Reply] = []
    try:
        with site.store.transaction():
            replies = _answers(site, entries)
            _require_success(replies)
    except Refusal:
        return replies
    return replies


def _answers(site: Site, entries: list[Entry]) -> list[Reply]:
    replies = {
        entry.index: answer(site, entry.request)
        for entry in sorted(entries, key=lambda entry: ORDER.index(entry.request.method))
    }
    return [replies[entry.index] for entry in entries]


def _require_success(replies: list[Reply]) -> None:
    if any(reply.status >= HTTPStatus.BAD_REQUEST for reply in replies):
        raise Refusal(HTTPStatus.BAD_REQUEST, "processing", "An entry of the batch has failed.")


def _response(site: Site, kind: str, replies: list[Reply]) -> Json:
    made: dict[str, Json] = {"resourceType": "Bundle", "type": kind}
    if replies:
        made["entry"] = [response_entry(site, reply) for reply in replies]
    return made
