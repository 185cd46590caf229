"""From what a check saw to a finding: whom the rule binds, who authored the body, whether it gates.

The law is fairness: a server is failed only for what it altered, made or claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.checks import on_sent
from conformance.locations import plain as plain_at
from conformance.model import Evidence, Finding, Gate, Outcome, Party, Result
from conformance.references import identity
from conformance.verdicts import gate_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.capability import Capability
    from conformance.checks.scene import Scene
    from conformance.guides import Guides
    from conformance.model import Check, Requirement, Resource, Target

# Whom a broken producer rule points at when the body is our own: nobody but us.
OURSELVES = "dermconf"
# Where something is to be mended, a finding says how.
_BROKEN = frozenset({Result.FAILED, Result.DATA})
_NOT_BROKEN = frozenset({Result.HELD, Result.NOT_ASKED})
# What holds or fails in data that the server neither wrote nor publishes says nothing of the server.
_SAID_OF_DATA = {Result.HELD: Result.OBSERVED, Result.FAILED: Result.DATA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What every judgement of a run goes by; `guides` where they are others than the shipped ones."""

    target: Target
    claims: Capability
    catalogue: Mapping[str, Requirement] = field(repr=False)
    guides: Guides | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a judgement belongs: scenario, step, check, and the exchange it looked at."""

    scenario: str
    step: int
    check: int | str
    exchange: int = 0
    place: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Weight:
    result: Result
    party: str
    sent: object = None
    message: str = ""
    published: bool = False


def weigh(outcome: Outcome, requirement: Requirement, spot: Spot, bench: Bench, weight: _Weight) -> Finding:
    """Return the finding of an outcome once its origin is known."""
    if outcome.evidence:
        # A rule of a profile may be less sure than the requirement that it stands for.
        requirement = replace(requirement, evidence=Evidence(outcome.evidence))
    return Finding(
        scenario=spot.scenario,
        step=spot.step,
        check=spot.check,
        requirement=requirement.id,
        level=requirement.level.value,
        evidence=requirement.evidence.value,
        party=weight.party,
        gating=_gates(requirement, weight, bench),
        result=weight.result,
        at=outcome.at,
        sent=weight.sent,
        expected=outcome.expected,
        actual=outcome.actual,
        message=weight.message or outcome.message,
        hint=outcome.hint or (requirement.hint if weight.result in _BROKEN else ""),
        exchange=spot.exchange,
        place=spot.place,
        label=spot.label,
        about=outcome.about,
    )


def _gates(requirement: Requirement, weight: _Weight, bench: Bench) -> bool:
    # A scenario runs only where its needs are claimed or nothing could be read; a rule that binds
    # claims alone does not gate in the second case.
    claimed = requirement.gate is Gate.ALWAYS or bench.claims.readable
    declared = weight.published or weight.party in bench.target.roles
    return claimed and declared and gate_open(requirement, bench.target)


def plain(outcome: Outcome, requirement: Requirement, spot: Spot, bench: Bench) -> Finding:
    """Return the finding of a rule that binds whoever answered."""
    party = Party.REPOSITORY if requirement.binds is Party.PRODUCER else requirement.binds
    return weigh(outcome, requirement, spot, bench, _Weight(outcome.result, party.value))


def by_origin(
    outcome: Outcome, requirement: Requirement, spot: Spot, bench: Bench, *, check: Check, scene: Scene
) -> Finding:
    """Return the finding of a check, whoever authored the body that it looked at."""
    if requirement.binds is not Party.PRODUCER or outcome.result not in _SAID_OF_DATA:
        return plain(outcome, requirement, spot, bench)
    resource = _judged(outcome, scene)
    if resource is None or resource.sent is None:
        weight = _found(outcome.result, resource, bench)
    elif outcome.result is Result.HELD:
        return plain(outcome, requirement, spot, bench)
    else:
        weight = _own(outcome, check, scene, resource)
    return weigh(outcome, requirement, spot, bench, weight)


def _judged(outcome: Outcome, scene: Scene) -> Resource | None:
    everything = {r.reference: r for held in scene.names.values() for r in held}
    if outcome.about:
        return everything.get(outcome.about)
    body = scene.body if isinstance(scene.body, dict) else {}
    return everything.get(f"{body.get('resourceType')}/{body.get('id')}")


def _own(outcome: Outcome, check: Check, scene: Scene, resource: Resource) -> _Weight:
    """Put the same check to what was sent: broken there, it is our bug; held there, the server altered it."""
    judged = on_sent(check, _as_sent(scene), resource.sent, resource.reference)
    before = [o for o in judged if o.requirement == outcome.requirement]
    if any(o.result is Result.FAILED for o in before):
        return _Weight(
            Result.UNTESTED,
            OURSELVES,
            message="what dermconf itself sent breaks this rule already: our mistake",
        )
    if check.kind == "same":
        return _Weight(Result.FAILED, Party.REPOSITORY.value, sent=outcome.expected)
    # What was not there to be asked about was not broken either: the server brought it in.
    if not any(o.result in _NOT_BROKEN for o in before):
        return _Weight(Result.CANNOT_SAY, Party.REPOSITORY.value)
    if check.kind == "profile":
        # A rule that holds names no value: what stood at the place is what was sent.
        return _Weight(Result.FAILED, Party.REPOSITORY.value, sent=plain_at(resource.sent, outcome.at))
    same_place = [o for o in before if o.at == outcome.at] or before
    return _Weight(Result.FAILED, Party.REPOSITORY.value, sent=same_place[0].actual)


def _as_sent(scene: Scene) -> Scene:
    """Return the scene as it would be had the server altered nothing of ours, whatever a check looks up."""
    names = {name: tuple(map(_unaltered, held)) for name, held in scene.names.items()}
    own = {reference: _unaltered(resource) for reference, resource in scene.own.items()}
    sent = {reference: resource.sent for reference, resource in own.items() if resource.sent is not None}
    resolved = {
        text: sent.get(identity(text, scene.base).reference, body) for text, body in scene.resolved.items()
    }
    return replace(scene, names=names, own=own, resolved=resolved)


def _unaltered(resource: Resource) -> Resource:
    return resource if resource.sent is None else replace(resource, received=None)


def _found(result: Result, resource: Resource | None, bench: Bench) -> _Weight:
    """Weigh data that others wrote: the server's own only where it says that it authors or publishes it."""
    producer = Party.PRODUCER in bench.target.roles
    body = resource.received if resource is not None else None
    meta = body.get("meta") if isinstance(body, dict) else None
    named = meta.get("profile") if isinstance(meta, dict) else None
    profiles = {str(p).split("|", 1)[0] for p in named} if isinstance(named, list) else set()
    published = resource is not None and bool(profiles & bench.claims.profiles(resource.type))
    told = result if producer or published else _SAID_OF_DATA[result]
    return _Weight(told, Party.PRODUCER.value, published=published)
