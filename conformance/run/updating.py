"""Plays what alters a resource, and binds what it has become."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.judge.names import Lookups
from conformance.model import Resource
from conformance.run.creating import Making, intend, took, version_of
from conformance.run.ends import Ended, trouble
from conformance.run.interactions import named, request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.judge.stage import Sent
    from conformance.model import Json, Step
    from conformance.run.steps import Acting

_OK = 200
_SUCCESS = frozenset({200, 201})
# An id of ours holds the run's own number. Where a server says of everything that is not there that it may
# not be seen (fairness F20), it is nobody else's either.
_NOT_SHOWN = frozenset({401, 403, 404, 410})


def read_back(acting: Acting, resource: Resource) -> None:
    """Read what a write answered without a body, since checks and later steps may need it."""
    sent = acting.read(resource.reference)
    if sent.exchange.answer.status == _OK and isinstance(sent.body, dict):
        acting.teller.bind(replace(resource, received=sent.body, version=version_of(sent)), "read")


def update(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """PUT a resource that has a name, or one that is new."""
    if str(step.subject) not in acting.stage.names:
        _update_as_create(acting, step, args, round_)
        return
    resource = named(step, acting.stage)
    if args.get("from") not in {None, "server"}:
        body, _tag = acting.bodies.new(args["from"], args.get("set") or {}, tuple(args.get("drop") or ()))
        body = {**body, "id": resource.id}
    else:
        body = acting.bodies.again(resource, args)
    sent = acting.send(step, request(step, args, acting.stage, body), round_)
    if sent.exchange.answer.status in _SUCCESS:
        rebind(acting, resource, sent, body)


def _update_as_create(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """PUT to an id of ours that is free; a read makes sure of that first."""
    body, tag = acting.bodies.new(args["from"], args.get("set") or {}, tuple(args.get("drop") or ()))
    conditional = "where" in args
    id_ = f"dermconf-{tag}"
    body = body if conditional else {**body, "id": id_}
    making = Making(name=str(step.subject), body=body, tag=tag)
    if not conditional:
        _make_sure_it_is_free(acting, f"{making.type}/{id_}")
    intend(acting.teller, making, "update", conditional=conditional, id_="" if conditional else id_)
    stage = acting.stage
    stand_in = Resource(name=making.name, reference=f"{making.type}/{id_}", sent=body)
    stage.names[making.name] = (stand_in,)
    try:
        req = request(step, args, stage, body)
    finally:
        del stage.names[making.name]
    sent = acting.send(step, req, round_)
    if sent.exchange.answer.status in _SUCCESS:
        made = took(acting.teller, making, sent, "created", conditional=conditional)
        if made is not None and made.received is None:
            read_back(acting, made)


def _make_sure_it_is_free(acting: Acting, reference: str) -> None:
    sent = acting.read(reference)
    lack = trouble(sent, welcome=bool(acting.stage.own))
    if lack is not None:
        raise lack
    if sent.exchange.answer.status not in _NOT_SHOWN:
        raise Ended(f"{reference} may be somebody else's: a read was answered {sent.exchange.answer.status}")


def rebind(acting: Acting, resource: Resource, sent: Sent, body: Json) -> None:
    """Let a name stand for what its resource has become."""
    ours = isinstance(sent.body, dict) and sent.body.get("resourceType") == resource.type
    answer = sent.body if ours else None
    version = version_of(sent) or resource.version
    # An update brings a deleted resource back (R4-UPD-06 and http.html#delete).
    after = replace(resource, sent=body, received=answer, version=version, deleted=False)
    acting.teller.bind(after, "updated")
    if answer is None:
        read_back(acting, after)


def patch(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Send a JSON Patch."""
    resource = named(step, acting.stage)
    lookups = Lookups(acting.stage)
    whole = {**args, "set": lookups.filled(dict(args.get("set") or {}))}
    sent = acting.send(step, request(step, whole, acting.stage), round_)
    if sent.exchange.answer.status in _SUCCESS:
        rebind(acting, resource, sent, acting.bodies.patched(resource, whole))
