"""A rule that a mistake must be refused is not passed by a server that refuses whatever comes."""

import pytest
from playing import ROOT, play

from conformance.server.app import create
from conformance.server.behaviour import Behaviour
from conformance.server.messages import Refusal
from conformance.server.serving import running
from conformance.server.variations import VARIATIONS, Variation

pytestmark = pytest.mark.long

# What a server refuses whole → the scenarios whose rules want a refusal, and what these come to.
FAMILIES = {
    "update": (lambda one: one.method == "PUT", ["rest/update-wrong-id", "rest/update-stale"]),
    "create": (
        lambda one: one.method == "POST" and one.path[:1] == ("Observation",),
        ["rest/create-unreadable"],
    ),
    "patch": (lambda one: one.method == "PATCH", ["rest/patch-stale", "rest/patch-conditional"]),
    "read": (lambda one: one.method == "GET" and len(one.path) == 2, ["rest/read-unknown", "rest/delete"]),
    "bundle": (
        lambda one: one.method == "POST" and not one.path,
        ["rest/transaction-overlap", "rest/transaction-rollback", "rest/batch"],
    ),
    "search": (
        lambda one: one.method == "GET" and len(one.path) == 1 and one.path != ("metadata",),
        [
            "search/unknown-modifier",
            "search/unknown-query",
            "search/malformed-date",
            "search/unknown-parameter",
        ],
    ),
    "everything": (
        lambda one: one.path != ("metadata",),
        ["rest/read-unknown", "rest/update-wrong-id", "rest/transaction-overlap", "search/unknown-modifier"],
    ),
}
PLAYS = [(family, name) for family, (_, names) in FAMILIES.items() for name in names]


def refusing(family):
    """Return a server that refuses a whole family of requests with 400 and a good OperationOutcome."""
    concerned = FAMILIES[family][0]

    class Refusing(Behaviour):
        """A server that refuses whatever comes."""

        def hear(self, request):
            if not request.within and concerned(request):
                raise Refusal(400, "invalid", "No.")
            return super().hear(request)

    return Variation(name="refusing", rules=(), sentence="x", classes=(Refusing,))


@pytest.mark.parametrize(("family", "scenario"), PLAYS)
def test_what_is_refused_without_the_mistake_shows_nothing(family, scenario, monkeypatch, tmp_path):
    monkeypatch.setitem(VARIATIONS, "refusing", refusing(family))
    with running(create(seed=True)) as base:
        target = base.replace("/fhir", "/variations/refusing/fhir")
        played = play(target, tmp_path, ROOT / "testcases" / f"{scenario}.yaml", formats=("json",))
    assert set(played.verdicts.values()) == {"untested"}, played.told
    assert played.exit in {0, 3}  # what is no SHALL leaves no run incomplete
    # A refusal says how refusals are made, and nothing of what was to be refused.
    own = [f for f in played.findings if not str(f["check"]).startswith("built-in")]
    assert {f["result"] for f in own if f["exchange"]} <= {"untested", "not-asked"}
