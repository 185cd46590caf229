"""What is claimed works, and what works is claimed."""

from __future__ import annotations

import pytest

from conformance.definitions import r4
from conformance.server.search import Refused, claims

TYPES = sorted(r4.resource_types())


@pytest.mark.parametrize("type_", TYPES)
def test_every_claimed_parameter_is_accepted_and_named_in_the_self_link(world, type_):
    for claim in claims(type_).parameters:
        # A composite takes no modifier; escaped nonsense in it is no question of support.
        name = claim.name if claim.type == "composite" else f"{claim.name}:missing"
        query = world.searcher.split(type_, [(name, "false")])
        assert query.used == ((name, "false"),)


@pytest.mark.parametrize("type_", TYPES)
def test_every_claimed_include_is_accepted(world, type_):
    listed = claims(type_)
    along = [("_include", value) for value in listed.includes]
    back = [("_revinclude", value) for value in listed.revincludes]
    assert world.searcher.parse(type_, [*along, *back], strict=True).ignored == ()


@pytest.mark.parametrize("type_", TYPES)
def test_a_parameter_that_r4_has_and_that_is_not_claimed_is_not_supported(world, type_):
    claimed = {claim.name for claim in claims(type_).parameters}
    for code in sorted(set(r4.parameters(type_)) - claimed):
        with pytest.raises(Refused):
            world.searcher.parse(type_, [(code, "x")], strict=True)


def test_claims_carry_the_canonical_and_the_type_of_the_definition():
    listed = {claim.name: claim for claim in claims("Observation").parameters}
    for code, claim in listed.items():
        defined = r4.parameter("Observation", code)
        assert (claim.definition, claim.type) == (defined.url, defined.type)
    assert set(r4.parameters("Observation")) - set(listed) == {"_content", "_query", "_text"}


def test_the_modifiers_of_a_parameter_are_told():
    listed = {claim.name: claim.documentation for claim in claims("Observation").parameters}
    assert listed["code"] == "Modifiers: missing, not, text."
    assert listed["derived-from"] == "Modifiers: identifier, missing, [type]."
    assert listed["code-value-quantity"] == ""


def test_what_points_at_a_type_is_claimed_for_revinclude():
    assert {"Provenance:target", "Observation:derived-from"} <= set(claims("Media").revincludes)
    assert "Observation:subject" not in claims("Media").revincludes
