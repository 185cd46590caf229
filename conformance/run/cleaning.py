"""Deletes what this run made, in reverse, and nothing else; what stays is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model import Request
from conformance.run.creating import tagged_hits
from conformance.run.interactions import FHIR_JSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json
    from conformance.run.telling import Teller

_GONE = frozenset({200, 202, 204, 404, 410})


def clean(teller: Teller, created: Iterable[str], unknown: Iterable[tuple[str, str]]) -> list[str]:
    """Delete references in reverse order; return those that would not go. `unknown` are (type, tag)."""
    found = [(type_, tag, _lost(teller, type_, tag)) for type_, tag in unknown]
    for type_, tag, references in found:
        if not references:
            teller.tell(
                "leftover",
                reference="",
                tag=tag,
                why=f"a {type_} was sent; whether it was stored is not known",
            )
    late = [reference for *_, references in found for reference in references]
    return [r for r in [*late, *reversed(list(created))] if not delete(teller, r)]


def _lost(teller: Teller, type_: str, tag: str) -> list[str]:
    return [f"{type_}/{body['id']}" for body in tagged_hits(teller, type_, tag, closing=True)]


def delete(teller: Teller, reference: str) -> bool:
    """Delete one resource of ours; tell whether it is gone."""
    request = Request(method="DELETE", url=f"{teller.stage.base}/{reference}", headers={"Accept": FHIR_JSON})
    sent = teller.send(request, "clean", verb="delete", closing=True)
    status = sent.exchange.answer.status
    if status in _GONE:
        teller.tell("deleted", reference=reference, how="DELETE", status=status)
    return status in _GONE


def left(teller: Teller, reference: str, why: str) -> None:
    """List what stays on the server."""
    teller.tell("leftover", reference=reference, tag="", why=why)


def unanswered(events: Iterable[Mapping[str, Json]]) -> list[tuple[str, str]]:
    """Return (type, tag) of each intent of which nobody knows what became: no `created`, and no refusal."""
    intents: dict[str, str] = {}
    for event in events:
        if event["event"] == "intent":
            intents[event["tag"]] = event["type"]
        elif event["event"] == "created":
            intents.pop(event["tag"], None)
        elif event["event"] == "exchange" and _refused(event):
            # An intent is written right before its request, so a refusal answers all that are open.
            intents.clear()
    return [(type_, tag) for tag, type_ in intents.items()]


def _refused(event: Mapping[str, Json]) -> bool:
    status = event["attempts"][-1]["status"]
    return event["request"]["method"] in {"POST", "PUT"} and status is not None and 400 <= status < 500  # noqa: PLR2004
