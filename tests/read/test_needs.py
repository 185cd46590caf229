"""What a scenario needs is read off its steps."""

import pytest

from conformance import read
from conformance.read.needs import needs
from conformance.read.types import types

HEAD = "scenario: x\nrequirements: {R-01: SHALL}\ngiven: {patient: patient.json, photo: photo.json}\n"


def needed(text, around, head=HEAD, **how):
    (one,) = read.parse(head + text, "x", id="x")
    return needs(one, types(one, around.fixtures), **how)


@pytest.mark.parametrize(
    ("steps", "type_", "interactions"),
    [
        ("[{read: photo}]", "DocumentReference", {"create", "read"}),
        ('[{read: "{{ photo }}"}]', "DocumentReference", {"create", "read"}),
        ('[{read: "Practitioner/7"}]', "Practitioner", {"read"}),
        (
            "[{read: photo, if: {none-match: current}}]",
            "DocumentReference",
            {"create", "read", "conditional-read"},
        ),
        ("[{update: photo}]", "DocumentReference", {"create", "update"}),
        (
            "[{update: photo, where: {identifier: x}}]",
            "DocumentReference",
            {"create", "update", "conditional-update"},
        ),
        (
            "[{create: more, from: photo.json, if: {none: a=b}}]",
            "DocumentReference",
            {"create", "conditional-create"},
        ),
        ("[{patch: photo, drop: [/status]}]", "DocumentReference", {"create", "patch"}),
        ("[{delete: photo}]", "DocumentReference", {"create", "delete"}),
        ('[{vread: photo, version: "1"}]', "DocumentReference", {"create", "vread"}),
        ("[{history: photo}]", "DocumentReference", {"create", "history-instance"}),
        ("[{history: Observation}]", "Observation", {"history-type"}),
        ("[{history: system}]", "", {"history-system"}),
        ("[{search: Observation}]", "Observation", {"search-type"}),
        ("[{transaction: [{delete: photo}]}]", "", {"transaction"}),
        ("[{batch: [{read: photo}]}]", "", {"batch"}),
    ],
)
def test_a_verb_needs_its_interaction(steps, type_, interactions, around):
    assert needed(f"steps: {steps}\n", around).interactions[type_] == interactions


def test_a_search_needs_its_parameters_and_its_includes(around):
    found = needed(
        "steps:\n  - search: Observation\n    where:\n"
        '      patient: x\n      "derived-from:DocumentReference.patient": x\n      "code:text": x\n'
        "      _count: 2\n      _sort: date\n"
        '      _include: ["Observation:derived-from"]\n      "_revinclude:iterate": ["Provenance:target"]\n'
        '      "_has:Provenance:target:agent": x\n',
        around,
    )
    assert found.parameters == {
        "Observation": {"patient", "derived-from", "code"},
        "Provenance": {"target", "agent"},
    }
    assert found.includes == {"Observation": {"Observation:derived-from"}}
    assert found.revincludes == {"Observation": {"Provenance:target"}}


def test_what_cannot_be_derived_is_added(around):
    found = needed(
        "needs: {Observation: [vread, search: code], system: [search-system]}\nsteps: [{read: photo}]\n",
        around,
    )
    assert found.interactions["Observation"] == {"vread"}
    assert found.parameters["Observation"] == {"code"}
    assert found.interactions[""] == {"search-system"}


def test_a_profile_is_a_need_of_its_own(around):
    found = needed("needs: {Observation: [profile: http://x/p]}\nsteps: [{read: photo}]\n", around)
    assert found.profiles == {"Observation": {"http://x/p"}}
    assert found.parameters == {}


def test_an_include_is_listed_with_the_type_that_refers(around):
    found = needed(
        "steps:\n  - search: Observation\n    where:\n      patient: x\n"
        '      _include: ["Observation:derived-from", "DocumentReference:patient"]\n',
        around,
    )
    assert found.includes == {
        "Observation": {"Observation:derived-from"},
        "DocumentReference": {"DocumentReference:patient"},
    }


def test_over_discovered_resources_nothing_is_created(around):
    head = (
        HEAD
        + "discover:\n  photo: {search: DocumentReference, where: {status: current}, unlock: store one}\n"
    )
    writing = needed("steps: [{read: photo}]\n", around, head)
    reading = needed("steps: [{read: photo}]\n", around, head, given=False)
    assert writing.writes
    assert writing.interactions["DocumentReference"] == {"create", "read"}
    assert not reading.writes
    assert reading.interactions == {"DocumentReference": {"search-type", "read"}}
    assert reading.parameters == {"DocumentReference": {"status"}}


def test_a_delete_is_told(around):
    assert needed("steps: [{transaction: [{delete: photo}]}]\n", around).deletes
    assert not needed("steps: [{read: photo}]\n", around).deletes


def test_an_entry_of_a_bundle_needs_its_own_interaction_too(around):
    found = needed("steps: [{transaction: [{update: photo, set: {/status: superseded}}]}]\n", around)
    assert found.interactions["DocumentReference"] == {"create", "update"}


def test_what_a_scenario_is_about_the_lack_of_is_not_needed(around):
    found = needed(
        "needs: {DocumentReference: [{without: conditional-create}], system: [{without: batch}]}\n"
        "steps: [{create: more, from: photo.json, if: {none: a=b}}, {batch: [{read: photo}]}]\n",
        around,
    )
    assert found.absent == {"DocumentReference": {"conditional-create"}, "": {"batch"}}
    assert found.interactions["DocumentReference"] == {"create", "read"}
    assert found.interactions[""] == frozenset()
