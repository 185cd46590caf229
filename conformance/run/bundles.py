"""Transactions and batches: entries to one Bundle, its answer to names (R4 http.html#transaction)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from conformance.jsontext import dumps, parsed
from conformance.judge.builtin import location_of
from conformance.judge.names import Lookups
from conformance.model import Request, Resource
from conformance.run.creating import Making
from conformance.run.interactions import encoded, named, pairs, patch_operations, request
from conformance.run.tracing import id_of, looked_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.judge.stage import Sent, Stage
    from conformance.model import Json, Step
    from conformance.run.bodies import Bodies
    from conformance.run.telling import Teller


def bundle(step: Step, stage: Stage, bodies: Bodies) -> tuple[list[Making | None], Json]:
    """Return what each entry makes (None: nothing new) and the Bundle to send."""
    pending = {
        str(
            entry.subject
        ): f"urn:uuid:{uuid5(NAMESPACE_URL, f'{stage.run}/{stage.scenario.name}/{step.index}/{n}')}"
        for n, entry in enumerate(step.entries)
        if entry.verb == "create"
    }
    built = [_entry(entry, stage, bodies, pending) for entry in step.entries]
    body: Json = {"resourceType": "Bundle", "type": step.verb}
    if built:  # FHIR's JSON has no empty arrays
        body["entry"] = [entry for _, entry in built]
    return [making for making, _ in built], body


def with_bodies(body: Json, makings: Sequence[Making | None]) -> Json:
    """Return a Bundle with what its entries make in the place of what they had."""
    entries = [
        {**entry, "resource": making.body} if making is not None else entry
        for entry, making in zip(body["entry"], makings, strict=True)
    ]
    return {**body, "entry": entries}


_Built = tuple["Making | None", "Json"]


def _entry(entry: Step, stage: Stage, bodies: Bodies, pending: Mapping[str, str]) -> _Built:
    lookups = Lookups(stage, pending=pending)
    plain = {k: v for k, v in entry.args.items() if k not in {"set", "drop", "from"}}
    args = {**entry.args, **lookups.filled(plain), "subject": lookups.filled(entry.subject)}
    return _ENTRIES.get(entry.verb, _other)(entry, args, stage, bodies, pending)


def _create(
    entry: Step, args: Mapping[str, Json], _stage: Stage, bodies: Bodies, pending: Mapping[str, str]
) -> _Built:
    put, drop = args.get("set") or {}, tuple(args.get("drop") or ())
    body, tag = bodies.new(args["from"], put, drop, pending=pending)
    name = str(entry.subject)
    asked = {"method": "POST", "url": body["resourceType"]}
    condition = args.get("if") or {}
    if "none" in condition:
        asked["ifNoneExist"] = str(condition["none"])
    return Making(name=name, body=body, tag=tag), {
        "fullUrl": pending[name],
        "resource": body,
        "request": asked,
    }


def _update(
    entry: Step, args: Mapping[str, Json], stage: Stage, bodies: Bodies, _pending: Mapping[str, str]
) -> _Built:
    resource = named(entry, stage)
    body = bodies.again(resource, args)
    url = f"{resource.type}?{encoded(pairs(args['where']))}" if "where" in args else resource.reference
    asked = {"method": "PUT", "url": url}
    return None, {"fullUrl": resource.url, "resource": body, "request": asked}


def _patch(
    entry: Step, args: Mapping[str, Json], stage: Stage, bodies: Bodies, _pending: Mapping[str, str]
) -> _Built:
    """R4 carries a JSON Patch within a Bundle as a Binary (http.html#patch)."""
    resource = named(entry, stage)
    operations = patch_operations(args, bodies.again(resource, {}))
    data = b64encode(dumps(operations).encode()).decode()
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}
    asked = {"method": "PATCH", "url": resource.reference}
    return None, {"fullUrl": resource.url, "resource": binary, "request": asked}


def _other(
    entry: Step, args: Mapping[str, Json], stage: Stage, _bodies: Bodies, _pending: Mapping[str, str]
) -> _Built:
    plain: Request = request(entry, args, stage)
    path = plain.url.removeprefix(f"{stage.base}/")
    return None, {"request": {"method": plain.method, "url": path}}


_ENTRIES: Mapping[str, Callable[[Step, Mapping[str, Json], Stage, Bodies, Mapping[str, str]], _Built]] = {
    "create": _create,
    "update": _update,
    "patch": _patch,
}


def take_entries(teller: Teller, step: Step, makings: Sequence[Making | None], sent: Sent) -> None:
    """Record what each entry made, by position (R4-TRX-07: same order), and bind the names."""
    answers = sent.body.get("entry") if isinstance(sent.body, dict) else None
    listed = answers if isinstance(answers, list) else []
    made: list[Resource] = []
    for entry, making, answer in zip(step.entries, makings, [*listed, *[None] * len(makings)], strict=False):
        response = answer.get("response") if isinstance(answer, dict) else None
        if making is not None and isinstance(response, dict):
            made += _made(teller, making, answer, response)
        elif entry.verb == "delete" and isinstance(response, dict) and _status(response) in _DONE:
            teller.bind(replace(named(entry, teller.stage), deleted=True), "deleted")
    urls = _urls(makings, sent)
    actual = {urls[r.name]: r.reference for r in made if r.name in urls}
    for resource in made:
        teller.bind(replace(resource, sent=_translated(resource.sent, actual)), "created")


_DONE = frozenset({200, 202, 204})
_MADE = frozenset({200, 201})
_CREATED = 201
_REFUSED = 400


def _urls(makings: Sequence[Making | None], sent: Sent) -> dict[str, str]:
    """Return the fullUrl under which each name was sent."""
    entries = (parsed(sent.exchange.request.body) or {}).get("entry", [])
    pairs_ = zip(makings, entries, strict=False)
    return {making.name: str(entry.get("fullUrl")) for making, entry in pairs_ if making is not None}


def _translated(value: Json, actual: Mapping[str, str]) -> Json:
    """Return what was sent as it should be stored: R4-TRX-05, every urn:uuid rewritten."""
    if isinstance(value, dict):
        return {key: _translated(part, actual) for key, part in value.items()}
    if isinstance(value, list):
        return [_translated(part, actual) for part in value]
    return actual.get(value, value) if isinstance(value, str) else value


def _status(response: Mapping[str, Json]) -> int:
    first = str(response.get("status", ""))[:3]
    return int(first) if first.isdigit() else 0


def _made(
    teller: Teller, making: Making, answer: Mapping[str, Json], response: Mapping[str, Json]
) -> list[Resource]:
    status = _status(response)
    place = location_of(str(response.get("location", "")), teller.stage.base)
    body = answer.get("resource") if isinstance(answer.get("resource"), dict) else None
    id_ = place[1] if place and place[0] == making.type else id_of(body)
    if not id_ and status in _MADE:
        id_ = looked_for(teller, making.lost, str(response.get("location", "")))
    if not id_ or status not in _MADE:
        if status >= _REFUSED:
            # Refused inside the Bundle: nothing was stored, and the intent is settled.
            _tell_created(teller, making, "", "", ours=False)
        return []
    # 200 instead of 201 is what a conditional create says of a resource that was there before.
    ours = status == _CREATED
    reference, version = f"{making.type}/{id_}", place[2] if place else ""
    _tell_created(teller, making, reference, version, ours=ours)
    return [
        Resource(
            name=making.name,
            reference=reference,
            url=f"{teller.stage.base}/{reference}",
            version=version,
            sent=making.body if ours else None,
            received=body if body and body.get("resourceType") == making.type else None,
            found=not ours,
        )
    ]


def _tell_created(teller: Teller, making: Making, reference: str, version: str, *, ours: bool) -> None:
    teller.tell(
        "created",
        name=making.name,
        reference=reference,
        version=version,
        tag=making.tag,
        tagged=False,
        ours=ours,
    )
