"""Profiles in whole runs: whose doing a broken rule is, what gates, and invalid fixtures of ours."""

import json

import pytest
from miniature import Miniature
from playing import play, written
from tiny import STRANGER, Tiny

from conformance.model import Evidence

ROUND_TRIP = """
scenario: A prediction comes back as the guide asks for it
requirements:
  DERM-AIP-03: SHALL NOT
  DERM-AIP-05: SHALL
  DERM-AIP-08: SHALL
  DERM-AIP-09: SHOULD
given: {patient: patient.json, photo: documentreference-photo.json, device: device-ai-model.json}
steps:
  - create: prediction
    from: observation-ai-prediction.json
  - read: prediction
    expect:
      - profile: ai-prediction
"""
NEVER_REACHED = ROUND_TRIP.replace(
    "  - read: prediction\n", "    expect: [{status: 409}]\n  - read: prediction\n"
)
STORED = """
scenario: What is stored keeps the profile
requirements: {DERM-AIP-03: SHALL NOT}
discover:
  prediction: {search: Observation, unlock: store a prediction}
steps:
  - inspect: prediction
    expect:
      - {profile: ai-prediction, for: DERM-AIP-03}
"""


class Alters(Tiny):
    """Stores predictions with other members, and without some."""

    def __init__(self, put=None, drop=()):
        super().__init__()
        self.put, self.drop = put or {}, drop

    def store(self, body):
        stored = super().store(body)
        if body["resourceType"] != "Observation":
            return stored
        return {key: value for key, value in {**stored, **self.put}.items() if key not in self.drop}


def went(server, text, folder, **options):
    with Miniature(server) as miniature:
        played = play(miniature.base, folder / "reports", written(folder, text), formats=("json",), **options)
    assert played.rejudged == []
    return played


def told(played):
    """Return result and gating of each finding of a profile's rule, by requirement."""
    found = [f for f in played.findings if f["check"] == 1]
    return {(f["requirement"], f["result"], f["gating"]) for f in found}


def test_each_rule_is_a_finding_of_its_own_requirement(tmp_path):
    played = went(Tiny(), ROUND_TRIP, tmp_path)
    assert told(played) == {
        ("DERM-AIP-03", "held", True),
        ("DERM-AIP-05", "held", True),
        ("DERM-AIP-08", "held", False),
        ("DERM-AIP-09", "held", False),
    }


def test_what_the_server_altered_fails_it_under_the_requirement_of_the_rule(tmp_path):
    played = went(Alters({"status": "final"}), ROUND_TRIP, tmp_path)
    broken = {row for row in told(played) if row[1] == "failed"}
    assert broken == {("DERM-AIP-03", "failed", True)}
    assert played.verdict == "nonconformant"
    (finding,) = (f for f in played.findings if f["requirement"] == "DERM-AIP-03")
    assert (finding["at"], finding["sent"], finding["actual"]) == (
        "Observation.status",
        "preliminary",
        "final",
    )


def test_a_rule_that_the_scenario_does_not_name_is_told_where_it_is_broken(tmp_path):
    label_lost = Alters({"meta": {"profile": []}})
    broken = {row for row in told(went(label_lost, ROUND_TRIP, tmp_path)) if row[1] == "failed"}
    assert broken == {("DERM-AIP-01", "failed", True)}


@pytest.mark.parametrize(
    ("evidence", "gates", "verdict"),
    [(Evidence.DESCRIPTIVE, False, "partial"), (Evidence.INFERRED, True, "nonconformant")],
)
def test_an_inferred_rule_gates_only_where_inference_is_enough(tmp_path, evidence, gates, verdict):
    played = went(Alters(drop=("device",)), ROUND_TRIP, tmp_path, evidence=evidence)
    (finding,) = (f for f in played.findings if f["requirement"] == "DERM-AIP-08")
    assert (finding["result"], finding["evidence"], finding["gating"]) == ("failed", "inferred", gates)
    assert played.verdict == verdict


def test_what_is_not_reached_is_untested_for_each_requirement_that_is_left_to_the_profile(tmp_path):
    played = went(Tiny(), NEVER_REACHED, tmp_path)
    assert {(r, result) for r, result, _ in told(played)} == {
        (requirement, "untested")
        for requirement in ("DERM-AIP-03", "DERM-AIP-05", "DERM-AIP-08", "DERM-AIP-09")
    }


def test_what_others_stored_is_a_finding_about_data(tmp_path):
    played = went(Tiny(), STORED, tmp_path)
    assert STRANGER["status"] == "final"
    assert told(played) == {("DERM-AIP-03", "data", False)}


GIVEN = """
scenario: A fixture of one's own
requirements: {R4-READ-01: SHALL}
given: {own: {from: own.json%s}}
steps:
  - read: own
    expect: [{status: 200, for: R4-READ-01}]
"""


def own_fixture(folder, **members):
    (folder / "fixtures").mkdir()
    body = {"resourceType": "Patient", "id": "own", **members}
    (folder / "fixtures/own.json").write_text(json.dumps(body), encoding="utf-8")


@pytest.mark.parametrize(
    ("members", "changes", "at"),
    [
        ({"birthDate": "soon"}, "", "Patient.birthDate"),
        ({"birthDate": "1980-02-03"}, ", set: {/birthDate: soon}", "Patient.birthDate"),
        ({"link": [{"type": "refer"}]}, "", "Patient.link[0]"),
    ],
)
def test_an_invalid_fixture_is_our_problem_and_is_never_sent(tmp_path, members, changes, at):
    own_fixture(tmp_path, **members)
    server = Tiny()
    played = went(server, GIVEN % changes, tmp_path)
    assert (played.verdict, played.exit) == ("error", 5)
    assert played.kinds == {"fixture"}
    after = " after `set`" if changes else ""
    assert f"(own.json{after}) is not valid: {at}" in played.told
    assert not [e for e in played.events("exchange") if e["purpose"] == "given"]


def test_a_fixture_that_claims_what_is_not_at_hand_is_sent(tmp_path):
    own_fixture(tmp_path, meta={"profile": ["http://nowhere.example/p"]})
    assert went(Tiny(), GIVEN % "", tmp_path).verdicts == {"case": "pass"}
