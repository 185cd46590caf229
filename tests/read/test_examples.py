"""The examples of the language: they read without a fault, and say what they should."""

from pathlib import Path

import pytest

from conformance import read, shipped
from conformance.model import Check, Discover, Level, Step
from conformance.read.loading import examined, surroundings
from conformance.read.needs import needs

HERE = Path(__file__).parent / "scenarios"


def scenarios(name):
    file = HERE / f"{name}.yaml"
    return read.parse(file.read_text(encoding="utf-8"), file.name, id=name)


@pytest.mark.parametrize("file", sorted(HERE.glob("*.yaml")), ids=lambda file: file.stem)
def test_an_example_has_no_fault(file):
    around = surroundings(shipped.testcases())
    loaded = examined(file.read_text(encoding="utf-8"), file.name, id=file.stem, around=around)
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.scenarios


def test_a_scenario_of_images_needs_what_its_steps_name_of_the_settings():
    (pixels,) = scenarios("10c-pixels")
    assert needs(pixels, {}).bases == {"wado"}
    (other,) = scenarios("10a-other-patient")
    found = needs(other, {})
    assert (found.bases, found.credentials) == ({"imaging"}, {"patient-a"})
    assert found.known == {"patient-a", "study-b"}
    assert found.interactions == {}


def test_a_step_keeps_what_was_written():
    (scenario,) = scenarios("02b-versions-keep-label")
    assert scenario.sentence == "The first version of a prediction and all later ones carry the AI label"
    assert scenario.requirements == {"DERM-AIP-01": Level.SHALL}
    assert scenario.needs == {"Observation": ["vread", "history-instance"]}
    assert [given.name for given in scenario.given] == ["patient", "photo", "device"]
    create, update, vread, history = scenario.steps
    assert (create.verb, create.subject, create.index) == ("create", "prediction", 1)
    assert create.args == {"from": "observation-ai-prediction.json"}
    assert create.keep == {"before": {"fhirpath": "Observation.meta.versionId"}}
    assert update.args == {"set": {"/note": [{"text": "seen again"}]}}
    assert vread.args == {"version": "{{ before }}"}
    assert history.label == "history: prediction"
    assert vread.expect[0].value == {
        "has": ["http://terminology.hl7.org/CodeSystem/v3-ObservationValue|AIAST"]
    }


def test_a_check_stands_for_the_only_requirement_and_a_bare_status_for_none():
    (chained,) = scenarios("06-chained")
    assert chained.steps[0].expect[0].requirement == "R4-RES-19"
    text = (
        "scenario: x\nrequirements: {R4-RES-19: SHALL}\nsteps:\n"
        "  - capability: fhir\n    expect: [{status: 200}, {header: ETag, exists: true}]\n"
    )
    (alone,) = read.parse(text, "x", id="x")
    assert [check.requirement for check in alone.steps[0].expect] == [None, "R4-RES-19"]
    assert isinstance(alone.steps[0].expect[0], Check)
    assert alone.steps[0].expect[1].predicates == {"exists": True}
    assert alone.steps[0].expect[1].place.line == 5


def test_a_transaction_has_its_entries():
    (scenario,) = scenarios("01-transaction")
    step = scenario.steps[0]
    assert step.subject is None
    assert step.label == "transaction"
    assert [(entry.verb, entry.subject) for entry in step.entries] == [
        ("create", "device"),
        ("create", "photo"),
        ("create", "prediction"),
        ("create", "origin"),
    ]
    assert all(isinstance(entry, Step) for entry in step.entries)


def test_discover_has_its_limit_and_what_unlocks_it():
    (scenario,) = scenarios("09-discover")
    (found,) = scenario.discover
    assert isinstance(found, Discover)
    assert (found.name, found.type, found.limit) == ("annotation", "Observation", 50)
    assert found.unlock.startswith("store at least one")


def test_cases_are_unfolded_and_put_in_everywhere():
    rows = scenarios("11-cases")
    assert [row.row for row in rows][:4] == [
        "imagingstudy-relative",
        "imagingstudy-typed",
        "imagingstudy-absolute",
        "documentreference-photo-relative",
    ]
    assert len(rows) == 9
    typed = rows[1]
    assert typed.name == "11-cases[imagingstudy-typed]"
    assert typed.given[1].file == "imagingstudy.json"
    assert typed.steps[0].args["where"] == {
        "patient": "{{ patient }}",
        "derived-from:{{ image.type }}": "{{ image.id }}",
    }
    assert typed.steps[0].expect[0].requirement == "R4-RES-22"
    assert typed.requirements == {"R4-RES-22": Level.SHALL}
    assert typed.axes["source"] == "imagingstudy.json"
    assert typed.axes["spelling"] == "typed"


def test_the_text_of_a_scenario_alone_gives_the_same_rows_again():
    rows = scenarios("11-cases")
    assert read.parse(rows[4].text, rows[4].file, id=rows[4].id) == rows


def test_every_shipped_scenario_reads_without_a_fault():
    loaded = list(read.scenarios())
    assert loaded
    assert [str(problem) for each in loaded for problem in each.problems] == []
