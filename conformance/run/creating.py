"""Creates resources: intent first, then the request, then what became of it; with a ladder for `given`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from conformance.jsontext import dumps
from conformance.judge.builtin import location_of, refusal
from conformance.model import Request, Resource
from conformance.run.ends import Ended, Skipped, trouble
from conformance.run.interactions import FHIR_JSON
from conformance.run.tracing import Lost, carries, id_of, looked_for
from conformance.talk.client import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.capability import Capability
    from conformance.judge.stage import Sent
    from conformance.model import Json
    from conformance.run.telling import Teller

_MADE = frozenset({200, 201})
_NOT_HERE = frozenset({405, 501})
_FORBIDDEN = 403
# Refusals of this body, not of this client or this interaction: another way in may be open (fairness F4).
_NEGOTIABLE = frozenset({400, 404, 409, 412, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One resource to be created: the name it gets, the body, the tag it carries."""

    name: str
    body: Json
    tag: str
    index: int = 0

    @property
    def type(self) -> str:
        """Return the resource type."""
        return str(self.body["resourceType"])

    @property
    def lost(self) -> Lost:
        """Return what to look for where no answer says what became of it."""
        return Lost(self.type, self.tag)


def intend(
    teller: Teller, making: Making, verb: str = "create", *, conditional: bool = False, id_: str = ""
) -> None:
    """Record that a resource is about to be created, before anything is sent; raises Stopped instead."""
    if teller.client.stop.is_set():
        raise Stopped
    teller.tell(
        "intent",
        step=teller.stage.event.get("step", 0),
        name=making.name,
        verb=verb,
        type=making.type,
        tag=making.tag,
        conditional=conditional,
        id=id_,
        sha256=sha256(dumps(making.body).encode("utf-8", "surrogatepass")).hexdigest(),
    )


def took(
    teller: Teller, making: Making, sent: Sent, how: str, *, conditional: bool = False
) -> Resource | None:
    """Record what a successful create made, and bind its name; None where the server does not say which."""
    body = sent.body if isinstance(sent.body, dict) and sent.body.get("resourceType") == making.type else None
    place = location_of(sent.exchange.answer.headers.get("location", ""), teller.stage.base)
    id_ = (place[1] if place and place[0] == making.type else "") or id_of(body)
    if not id_:
        id_ = looked_for(teller, making.lost, sent.exchange.answer.headers.get("location", ""))
    if not id_:
        return None
    reference = f"{making.type}/{id_}"
    ours = not conditional or sent.exchange.answer.status == 201  # noqa: PLR2004
    version = (place[2] if place else "") or version_of(sent)
    created = {
        "name": making.name,
        "reference": reference,
        "version": version,
        "tag": making.tag,
        "tagged": id_of(body) == id_ and carries(body, making.tag),
        "ours": ours,
    }
    resource = Resource(
        name=making.name,
        reference=reference,
        url=f"{teller.stage.base}/{reference}",
        version=version,
        index=making.index,
        sent=making.body if ours else None,
        received=body,
        found=not ours,
    )
    teller.bind(resource, how, created)
    return resource


def version_of(sent: Sent) -> str:
    """Return the version that an answer shows: in its body, else in its ETag (R4-HTTP-15)."""
    meta = sent.body.get("meta") if isinstance(sent.body, dict) else None
    if isinstance(meta, dict) and isinstance(meta.get("versionId"), str):
        return str(meta["versionId"])
    etag = sent.exchange.answer.headers.get("etag", "")
    return etag.removeprefix("W/").strip('"')


def give(teller: Teller, making: Making, claims: Capability) -> Resource:
    """Create one resource of `given`; raises Skipped where the server refuses it, Trouble without answer."""
    first = _post(teller, making)
    rungs = [(making, first)]
    if negotiable(first):
        rungs += list(_other_ways(teller, making, claims))
    for attempt, sent in rungs:
        if sent.exchange.answer.status in _MADE:
            resource = took(teller, attempt, sent, "given")
            if resource is None:
                raise Ended(f"the server did not say where it stored '{making.name}'")
            return resource
    raise _refused(making, first, claims)


def _post(teller: Teller, making: Making) -> Sent:
    intend(teller, making)
    request = Request(
        method="POST",
        url=f"{teller.stage.base}/{making.type}",
        headers={"Accept": FHIR_JSON, "Content-Type": FHIR_JSON},
        body=dumps(making.body),
    )
    sent = teller.send(request, "given", verb="create", name=f"{making.name}#{making.index}")
    lack = trouble(sent)
    if lack is not None:
        raise lack
    return sent


def _other_ways(teller: Teller, making: Making, claims: Capability) -> Iterator[tuple[Making, Sent]]:
    """Try without the profile claim, then by PUT where client ids are claimed; stop at the first success."""
    plain = unclaimed(making)
    if plain is not None:
        sent = _post(teller, plain)
        yield plain, sent
        if sent.exchange.answer.status in _MADE:
            return
    if claims.claims(making.type, "update-create"):
        yield making, _put(teller, making)


def negotiable(sent: Sent) -> bool:
    """Tell whether a refusal is one of this body, so that another one may be taken (fairness F4)."""
    return sent.exchange.answer.status in _NEGOTIABLE


def unclaimed(making: Making) -> Making | None:
    """Return the same without its profile claim, or None where it makes none."""
    meta = making.body.get("meta", {})
    if "profile" not in meta:
        return None
    rest = {key: value for key, value in meta.items() if key != "profile"}
    return replace(making, body={**making.body, "meta": rest})


def _put(teller: Teller, making: Making) -> Sent:
    """Create under an id of ours; the id is new, since it holds the run's tag."""
    id_ = f"dermconf-{making.tag}"
    body = {**making.body, "id": id_}
    intend(teller, making, "update", id_=id_)
    request = Request(
        method="PUT",
        url=f"{teller.stage.base}/{making.type}/{id_}",
        headers={"Accept": FHIR_JSON, "Content-Type": FHIR_JSON},
        body=dumps(body),
    )
    sent = teller.send(request, "given", verb="update", name=f"{making.name}#{making.index}")
    lack = trouble(sent)
    if lack is not None:
        raise lack
    return sent


def _refused(making: Making, sent: Sent, claims: Capability) -> Skipped:
    status = sent.exchange.answer.status
    why = refusal(sent)
    if status in _NOT_HERE and not claims.claims(making.type, "create"):
        return Skipped("skip", f"create of {making.type} ({why})", f"POST {making.type}")
    if status == _FORBIDDEN:
        return Skipped("untested", why, f"POST {making.type}", f"a credential that may create {making.type}")
    return Skipped(
        "untested",
        f"'{making.name}' was {why}",
        f"POST {making.type}",
        "see why the server refuses a valid resource; a business rule of its own is lawful",
    )
