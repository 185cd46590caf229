"""Deletes what this run made, in reverse, and nothing else; what stays is listed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.jsontext import parsed
from conformance.model import Request
from conformance.run.ends import trouble
from conformance.run.interactions import FHIR_JSON
from conformance.run.tracing import Lost, carries, traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json
    from conformance.run.telling import Teller

_GONE = frozenset({200, 202, 204, 404, 410})
_NOT_THERE = frozenset({404, 410})
_BUSY = frozenset({429, 503})
_WRITES = frozenset({"create", "update", "transaction", "batch"})
# After 408 nobody knows whether the request came through; 501 says that nothing was done.
_TIMED_OUT, _NOT_IMPLEMENTED = 408, 501
# What every resource of a type may share, or what a server may write itself.
_COMMON = frozenset({"resourceType", "id", "meta", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A resource of ours: where it is, its tag, whether an answer showed that there, the body's JSON text."""

    reference: str
    tag: str
    tagged: bool
    sent: str | None = None
    gone: bool = False


def made(events: Iterable[Mapping[str, Json]]) -> list[Made]:
    """Return what some events created and nothing has deleted since, oldest first."""
    found: dict[str, Made] = {}
    for event in events:
        kind, reference = event["event"], event.get("reference", "")
        if kind == "created" and event["ours"] and reference:
            found[reference] = Made(reference=reference, tag=event["tag"], tagged=event["tagged"])
        elif kind == "bound" and reference in found:
            sent = event["sent"] or found[reference].sent
            found[reference] = replace(found[reference], sent=sent, gone=event["deleted"])
        elif kind == "deleted" and reference in found:
            found[reference] = replace(found[reference], gone=True)
    return [one for one in found.values() if not one.gone]


@dataclass(frozen=True, slots=True)
class Rest:
    """What would not be deleted, what was not found though it may be there, and what may be another's."""

    stay: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()
    doubtful: tuple[str, ...] = ()


def clean(teller: Teller, created: Iterable[Made], unknown: Iterable[Lost]) -> Rest:
    """Delete what was made, in reverse; return what is left.

    One request without an answer is enough waiting: what is left then is tried at the end of the run.
    """
    late, lost, answers = _looked_for(teller, unknown)
    stay: list[str] = []
    doubtful: list[str] = []
    everything = [*late, *reversed(list(created))]
    for one in everything:
        if not one.tagged and not (answers and _still_ours(teller, one)):
            left(teller, one.reference, "what lies there could not be told to be ours")
            doubtful.append(one.reference)
            continue
        status = delete(teller, one.reference) if answers else None
        answers = status is not None
        stay += [] if gone(status) else [one.reference]
    again = answers and len(stay) < len(everything)
    return Rest(tuple(_again(teller, stay) if again else stay), tuple(lost), tuple(doubtful))


def _again(teller: Teller, stay: list[str]) -> list[str]:
    """Delete in rounds for as long as a round deletes something; return what stays.

    The order of a transaction does not matter (http.html#trules), so that what is referred to may have been
    created last, and a server may keep whatever is still referred to.
    """
    while stay:
        statuses = _statuses(teller, stay)
        kept = [reference for reference in stay if not gone(statuses.get(reference))]
        if None in statuses.values() or len(kept) == len(stay):
            return kept
        stay = kept
    return stay


def _statuses(teller: Teller, references: list[str]) -> dict[str, int | None]:
    """Delete some resources, as far as the server answers; return how each was answered."""
    found: dict[str, int | None] = {}
    for reference in references:
        found[reference] = delete(teller, reference)
        if found[reference] is None:
            break
    return found


def _looked_for(teller: Teller, unknown: Iterable[Lost]) -> tuple[list[Made], list[Lost], bool]:
    """Return what lost answers had made, what was not found, and whether the server answers."""
    found: list[Made] = []
    missing: list[Lost] = []
    answers = True
    for lost in unknown:
        hits = traced(teller, lost, closing=True) if answers else None
        answers = hits is not None
        found += [
            Made(reference=f"{lost.type}/{body['id']}", tag=lost.tag, tagged=True) for body in hits or ()
        ]
        missing += [] if hits else [lost]
    return found, missing, answers


def _still_ours(teller: Teller, one: Made) -> bool:
    """Make sure that what lies there is what we sent: a server may name another's resource as the new one."""
    request = Request(method="GET", url=f"{teller.stage.base}/{one.reference}", headers={"Accept": FHIR_JSON})
    sent = teller.send(request, "clean", verb="read", closing=True)
    status, body = sent.exchange.answer.status, sent.body
    return status in _NOT_THERE or carries(body, one.tag) or _alike(body, parsed(one.sent))


def _alike(body: Json, sent: Json) -> bool:
    """Tell whether a good part of what was sent is there unchanged, for a server that drops tags."""
    if not isinstance(body, dict) or not isinstance(sent, dict):
        return False
    told = [key for key in sent if key not in _COMMON]
    same = [key for key in told if body.get(key) == sent[key]]
    return len(same) * 3 >= len(told)


def delete(teller: Teller, reference: str) -> int | None:
    """Delete one resource of ours, and return how that was answered; None where it was not."""
    request = Request(method="DELETE", url=f"{teller.stage.base}/{reference}", headers={"Accept": FHIR_JSON})
    sent = teller.send(request, "clean", verb="delete", closing=True)
    status = sent.exchange.answer.status
    if status in _BUSY or (gone(status) and trouble(sent) is not None):
        # A web page that says 200 has deleted nothing, and who asks for patience is not asked on and on.
        return None
    if gone(status):
        teller.tell("deleted", reference=reference, how="DELETE", status=status)
    return status


def gone(status: int | None) -> bool:
    """Tell whether a delete that was answered so leaves nothing behind."""
    return status in _GONE


def left(teller: Teller, reference: str, why: str) -> None:
    """List what stays on the server."""
    teller.tell("leftover", reference=reference, tag="", why=why)


def unanswered(events: Iterable[Mapping[str, Json]]) -> list[Lost]:
    """Return each intent of which nobody knows what became: no `created`, and no refusal."""
    intents: dict[str, Lost] = {}
    sent: list[str] = []
    for event in events:
        if event["event"] == "intent":
            intents[event["tag"]] = Lost(event["type"], event["tag"], event["id"])
            sent.append(event["tag"])
        elif event["event"] == "created":
            intents.pop(event["tag"], None)
        elif event["event"] == "exchange" and event.get("verb") in _WRITES:
            # Intents are written right before their request, so its refusal answers those and no others.
            for tag in sent if _refused(event) else ():
                intents.pop(tag, None)
            sent = []
    return list(intents.values())


def _refused(event: Mapping[str, Json]) -> bool:
    status = event["attempts"][-1]["status"] or 0
    return (400 <= status < 500 and status != _TIMED_OUT) or status == _NOT_IMPLEMENTED  # noqa: PLR2004
