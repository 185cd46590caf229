"""A scenario about what a server goes without is played where a server says that it does, and only there."""

import pytest

from conformance.capability import Capability
from conformance.model import Scenario, Target
from conformance.read.needs import Needs
from conformance.run.unmet import unmet

ABSENT = Needs(absent={"Patient": frozenset({"conditional-create"})})
UNVERSIONED = Needs(interactions={"Patient": frozenset({"no-version"})})


def claiming(**more):
    rest = {"mode": "server", "resource": [{"type": "Patient", **more}]}
    return Capability({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [rest]})


@pytest.mark.parametrize(
    ("needs", "claims", "lacks"),
    [
        (ABSENT, claiming(conditionalCreate=False), None),
        (ABSENT, claiming(), None),
        (ABSENT, claiming(conditionalCreate=True), "conditional-create of Patient is claimed"),
        (ABSENT, Capability(), "a CapabilityStatement that tells what the server does without"),
        (UNVERSIONED, claiming(versioning="no-version"), None),
        (UNVERSIONED, claiming(versioning="versioned"), "no-version of Patient is not claimed"),
        # Who says nothing of versions has not said that there are none.
        (UNVERSIONED, claiming(), "no-version of Patient is not claimed"),
        (UNVERSIONED, Capability(), "a CapabilityStatement that tells what the server does without"),
    ],
)
def test_what_is_said_to_be_lacking_decides(needs, claims, lacks):
    scenario = Scenario(id="x", row="", sentence="x", requirements={}, steps=(), file="x", text="", sha256="")
    skipped = unmet(scenario, needs, claims, Target(base="http://h/fhir"))
    assert (skipped and (skipped.verdict, skipped.lacks)) == (lacks and ("skip", lacks))


@pytest.mark.parametrize(
    ("optional", "told"),
    [
        ("", ("untested", "known values: study-c")),
        ("nobody has to", ("skip", "known values: study-c (nobody has to)")),
    ],
)
def test_what_nobody_has_to_have_is_skipped_where_it_is_not_named(optional, told):
    named = {"id": "x", "row": "", "sentence": "x", "file": "x", "text": "", "sha256": ""}
    scenario = Scenario(requirements={}, steps=(), optional=optional, **named)
    skipped = unmet(scenario, Needs(known=frozenset({"study-c"})), claiming(), Target(base="http://h/fhir"))
    assert (skipped.verdict, skipped.lacks) == told


@pytest.mark.parametrize(
    ("versions", "claims", "lacks"),
    [
        ({}, claiming(), "FHIR R5; the server speaks 4.0.1"),
        ({}, Capability(), "FHIR R5; the server does not say which it speaks"),
        ({"R5": "http://h/r5"}, Capability(), None),
    ],
)
def test_a_scenario_of_another_release_is_played_only_where_that_release_is_spoken(versions, claims, lacks):
    named = {"id": "x", "row": "", "sentence": "x", "file": "x", "text": "", "sha256": ""}
    scenario = Scenario(requirements={}, steps=(), fhir="R5", **named)
    skipped = unmet(scenario, Needs(), claims, Target(base="http://h/fhir", versions=versions))
    assert (skipped and (skipped.verdict, skipped.lacks)) == (lacks and ("skip", lacks))
