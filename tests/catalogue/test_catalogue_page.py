"""The page of a requirement says who is bound, how sure we are and what fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.catalogue import requirement
from conformance.catalogue.page import Witness, index, page
from conformance.model import Evidence, Exclusion, Gate, Level, State

EXCLUDED = {"state": State.EXCLUDED, "excluded": Exclusion.PERMISSION, "reason": "a | b"}


def test_a_page_holds_all_that_is_known_of_a_requirement():
    scenario, fault = Witness(name="profile/ai-prediction-round-trip"), Witness(name="status-final")
    text = page(requirement("DERM-AIP-03"), [scenario], [fault])
    assert text == (
        "# DERM-AIP-03\n"
        "\n"
        "An AI prediction is never final.\n"
        "\n"
        "| | |\n"
        "| --- | --- |\n"
        "| level | SHALL NOT |\n"
        "| evidence | explicit: the page says it as a rule |\n"
        "| fails a run | always |\n"
        "| binds | producer: whoever wrote the resource, and a server that altered it |\n"
        "| applies when | the instance claims ai-prediction |\n"
        "| source | <https://annotatemd.com/fhir/ig/ValueSet-ai-prediction-status.html> |\n"
        f"| state | {requirement('DERM-AIP-03').state} |\n"
        "\n"
        "## How to mend it\n"
        "\n"
        "Keep the status that the client sent. A reviewed result is a new DermatologyImageAnnotation, "
        "not a final AIPrediction.\n"
        "\n"
        "## Tested by\n"
        "\n"
        "- `profile/ai-prediction-round-trip`\n"
        "\n"
        "## Shown to be found out by breaking it\n"
        "\n"
        "- `status-final`\n"
    )


def test_a_page_leaves_out_what_there_is_not():
    text = page(replace(requirement("R4-META-03a"), hint=""), [], [])
    assert "##" not in text
    assert "applies when" not in text


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"level": Level.SHOULD}, "| fails a run | never: the rule is a SHOULD |"),
        ({"evidence": Evidence.INFERRED}, "| fails a run | only with `--evidence inferred` |"),
        ({"spec": "house"}, "| fails a run | with `--gate house`: always |"),
        ({"spec": "house", "gate": Gate.NEVER}, "| fails a run | never |"),
        ({"policy": "label"}, "| fails a run | only with `--require-label` |"),
        ({"gate": Gate.CLAIMED}, "| fails a run | where the server declares it |"),
        ({"gate": Gate.NEVER, "evidence": Evidence.ASSUMED}, "| fails a run | never |"),
        (EXCLUDED, "| state | not tested |\n| excluded | permission: a permission |\n| reason | a \\| b |"),
    ],
)
def test_a_page_says_what_a_broken_rule_does_to_a_run(changes, row):
    assert row in page(replace(requirement("DERM-AIP-03"), **changes), [], [])


@pytest.mark.parametrize("kind", Exclusion)
def test_a_page_has_words_for_each_kind_of_exclusion(kind):
    found = replace(requirement("DERM-AIP-03"), **(EXCLUDED | {"excluded": kind}))
    assert f"| excluded | {kind}: " in page(found, [], [])
    assert f"| not tested: {kind} |" in index([found], {}, "note")
