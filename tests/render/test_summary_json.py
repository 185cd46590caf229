import json
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from render_events import exchange, finding, footer, header, scenario, step, target, verdict
from render_sample import hostile, run, summary

import conformance.render
from conformance import events
from conformance.render import summary_json

SCHEMAS = Path(conformance.render.__file__).parent / "schemas"


def validator(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("sample", [run(), hostile()], ids=["calm", "hostile"])
def test_the_summary_fits_its_schema_and_is_plain_ascii(sample):
    text = summary_json.render(sample, summary(sample))
    assert text.isascii()
    validator("summary").validate(json.loads(text))


@pytest.mark.parametrize("lacking", ["verdict", "gate", "counts", "requirements", "scenarios"])
def test_the_schema_refuses_a_summary_that_lacks_something(lacking):
    broken = deepcopy(summary(run()))
    del broken[lacking]
    with pytest.raises(ValidationError):
        validator("summary").validate(broken)


def test_the_schema_refuses_a_verdict_that_does_not_exist():
    broken = summary(run())
    broken["requirements"][0]["verdict"] = "failed"
    with pytest.raises(ValidationError):
        validator("summary").validate(broken)


EVENTS = [
    header(),
    target(),
    scenario("a", "R4-CRE-01"),
    step("a", 1, "create: photo", seq=3),
    exchange("a", 4, "POST", "https://staging.example/fhir/Media", 201),
    finding("a", "R4-CRE-01", "held", seq=5),
    verdict("a", "pass"),
    footer(),
]


@pytest.mark.parametrize("event", EVENTS, ids=[event["event"] for event in EVENTS])
def test_each_event_fits_the_schema_of_the_record(event):
    validator("run").validate(event)


@pytest.mark.parametrize(
    ("event", "lacking"),
    [(1, "base"), (2, "id"), (4, "attempts"), (5, "result"), (6, "verdict"), (7, "ended")],
)
def test_the_schema_refuses_an_event_that_lacks_something(event, lacking):
    broken = {key: value for key, value in EVENTS[event].items() if key != lacking}
    with pytest.raises(ValidationError):
        validator("run").validate(broken)


def test_the_schema_knows_every_event_that_the_record_knows():
    schema = json.loads((SCHEMAS / "run.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["event"]["enum"] == list(events.EVENTS)
