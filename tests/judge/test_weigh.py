"""Whose doing it was: sent, altered, found or published, and whether it may fail the run."""

import pytest
from answers import BASE, claims

from conformance.capability import Capability
from conformance.checks import judge
from conformance.checks.scene import Scene
from conformance.judge.weigh import OURSELVES, Bench, Spot, by_origin, plain
from conformance.model import (
    Check,
    Evidence,
    Gate,
    Level,
    Outcome,
    Party,
    Requirement,
    Resource,
    Result,
    State,
    Target,
)

PROFILE = "https://example.org/StructureDefinition/annotation"
SENT = {"resourceType": "Observation", "id": "1", "status": "preliminary"}
ALTERED = {**SENT, "status": "final"}
CHECK = Check(
    index=1,
    kind="fhirpath",
    value="Observation.status",
    predicates={"is": "preliminary"},
    requirement="DERM-X-01",
)
SPOT = Spot(scenario="s", step=1, check=1)


def rule(binds=Party.PRODUCER, gate=Gate.ALWAYS, level=Level.SHALL):
    return Requirement(
        id="DERM-X-01",
        spec="dermatology",
        level=level,
        evidence=Evidence.EXPLICIT,
        gate=gate,
        binds=binds,
        statement="A rule.",
        source="x",
        state=State.TESTED,
        hint="Keep the status.",
    )


def bench(known=None, *roles):
    target = Target(base=BASE, roles=roles or (Party.REPOSITORY,))
    return Bench(target=target, claims=known or Capability(), catalogue={})


def weighed(received, sent=None, *, binds=Party.PRODUCER, known=None, roles=(), gate=Gate.ALWAYS):
    """Return the one finding of the check on what a server returned."""
    resource = Resource(name="a", reference="Observation/1", sent=sent, received=received, found=sent is None)
    own = {} if sent is None else {resource.reference: resource}
    scene = Scene(
        verb="read", type="Observation", base=BASE, body=received, names={"a": (resource,)}, own=own
    )
    [outcome] = judge(CHECK, scene)
    return by_origin(outcome, rule(binds, gate), SPOT, bench(known, *roles), check=CHECK, scene=scene)


def test_what_came_back_as_it_was_sent_holds():
    found = weighed(SENT, SENT)
    assert (found.result, found.party, found.gating) == (Result.HELD, "repository", True)


def test_what_the_server_altered_fails_the_server_and_shows_what_was_sent():
    found = weighed(ALTERED, SENT)
    assert (found.result, found.party, found.gating) == (Result.FAILED, "repository", True)
    assert (found.sent, found.actual) == ("preliminary", "final")


def test_what_was_broken_when_it_was_sent_is_our_mistake():
    found = weighed(ALTERED, ALTERED)
    assert (found.result, found.party, found.gating) == (Result.UNTESTED, OURSELVES, False)


def test_a_rule_that_binds_the_server_looks_at_no_origin():
    found = weighed(ALTERED, ALTERED, binds=Party.REPOSITORY)
    assert (found.result, found.party, found.gating) == (Result.FAILED, "repository", True)


def test_what_others_wrote_is_data():
    found = weighed(ALTERED)
    assert (found.result, found.gating) == (Result.DATA, False)


def test_what_others_wrote_well_is_no_pass_of_the_server():
    assert weighed(SENT).result is not Result.HELD


def test_a_declared_producer_answers_for_what_is_found():
    found = weighed(ALTERED, roles=(Party.REPOSITORY, Party.PRODUCER))
    assert (found.result, found.party, found.gating) == (Result.FAILED, "producer", True)


@pytest.mark.parametrize(
    ("claimed", "named", "result"),
    [
        (PROFILE, [PROFILE], Result.FAILED),
        (PROFILE, [f"{PROFILE}|1.0"], Result.FAILED),
        (f"{PROFILE}|1.0", [PROFILE], Result.FAILED),
        (PROFILE, ["https://example.org/StructureDefinition/other"], Result.DATA),
        (PROFILE, [], Result.DATA),
        (PROFILE, "junk", Result.DATA),
        ("https://example.org/StructureDefinition/other", [PROFILE], Result.DATA),
    ],
)
def test_what_a_server_publishes_as_conformant_it_answers_for(claimed, named, result):
    known = claims("read", supportedProfile=[claimed])
    found = weighed({**ALTERED, "meta": {"profile": named}}, known=known)
    assert (found.result, found.gating) == (result, result is Result.FAILED)


def test_a_rule_for_claims_does_not_gate_where_no_claim_could_be_read():
    assert not weighed(ALTERED, SENT, gate=Gate.CLAIMED).gating
    assert weighed(ALTERED, SENT, gate=Gate.CLAIMED, known=claims("read")).gating


def test_a_rule_for_a_role_that_was_not_declared_does_not_gate():
    outcome = Outcome(result=Result.FAILED)
    assert not plain(outcome, rule(Party.IMAGE_SOURCE), SPOT, bench()).gating
    declared = bench(None, Party.REPOSITORY, Party.IMAGE_SOURCE)
    assert plain(outcome, rule(Party.IMAGE_SOURCE), SPOT, declared).gating


def test_an_altered_neighbour_is_the_servers_doing_too():
    """A link from our annotation to an image whose patient the server replaced."""
    ours = {"resourceType": "Observation", "subject": {"reference": "Patient/p"}}
    annotation = {**ours, "derivedFrom": [{"reference": "Media/m"}]}
    image = {"resourceType": "Media", "subject": {"reference": "Patient/p"}}
    stolen = {**image, "id": "m", "subject": {"reference": "Patient/other"}}
    names = {
        "annotation": (
            Resource(name="annotation", reference="Observation/o", sent=annotation, received=annotation),
        ),
        "image": (Resource(name="image", reference="Media/m", sent=image, received=stolen),),
    }
    check = Check(
        index=1,
        kind="reference",
        value="Observation.derivedFrom",
        predicates={"same-patient": "annotation"},
        requirement="DERM-X-01",
    )
    body = {**annotation, "id": "o"}
    scene = Scene(
        verb="read",
        type="Observation",
        base=BASE,
        body=body,
        names=names,
        own={r.reference: r for held in names.values() for r in held},
        resolved={"Media/m": stolen},
    )
    [outcome] = judge(check, scene)
    found = by_origin(outcome, rule(), SPOT, bench(), check=check, scene=scene)
    assert (outcome.result, found.result, found.party) == (Result.FAILED, Result.FAILED, "repository")


def test_how_to_mend_stands_where_something_is_broken_and_nowhere_else():
    assert weighed(ALTERED, SENT).hint == "Keep the status."
    assert weighed(ALTERED).hint == "Keep the status."
    assert not weighed(SENT, SENT).hint
    assert not weighed(ALTERED, ALTERED).hint


def test_a_check_that_knows_better_how_to_mend_is_heard_first():
    outcome = Outcome(result=Result.FAILED, hint="Look at the trigger.")
    assert plain(outcome, rule(), SPOT, bench()).hint == "Look at the trigger."
