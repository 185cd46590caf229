"""Whatever another validator answers, it is compared or refused, and never told as something else."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.profiles import Severity
from conformance.validating.also import telling
from conformance.validating.also.comparing import Comparison, places
from conformance.validating.also.opinion import Said, of_outcome

calm = settings(deadline=None, max_examples=100)
PATIENT = {"resourceType": "Patient", "name": [{"given": ["Ann"]}], "_birthDate": {"id": "a"}}
OURS = (
    Said(severity=Severity.ERROR, at="Patient.name[0].given[0]", message="ours"),
    Said(severity=Severity.ERROR, at="Patient", message="'foo' is no element of Patient.", member="foo"),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(
    scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3)
)
locations = st.text(alphabet="Patientme.[]0123456789/*() \x00\U0010ffff", max_size=30)
issues = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(["fatal", "error", "warning", "information"]) | anything,
        "code": anything,
        "details": st.fixed_dictionaries({}, optional={"text": anything}) | anything,
        "diagnostics": anything,
        "expression": st.lists(locations, max_size=2) | anything,
        "location": st.lists(locations, max_size=2) | anything,
    },
)
outcomes = st.fixed_dictionaries(
    {"resourceType": st.just("OperationOutcome")}, optional={"issue": st.lists(issues, max_size=4) | anything}
)


@calm
@given(anything)
def test_what_is_no_outcome_is_no_opinion(value):
    assert of_outcome(value) is None or value["resourceType"] == "OperationOutcome"


@calm
@given(outcomes)
def test_each_finding_of_both_stands_once_and_can_be_told(outcome):
    opinion = of_outcome(outcome)
    found = places(PATIENT, OURS, opinion.findings)
    assert sum(len(place.ours) for place in found) == len(OURS)
    assert sum(len(place.theirs) for place in found) == len(opinion.findings)
    compared = Comparison(file="p.json", line=1, also="$validate", places=found)
    telling.block(compared).encode()
    assert len(json.loads(telling.json_line(compared))["places"]) == len(found)
    assert len(list(telling.issues(compared))) == len(found)


@calm
@given(outcomes)
def test_who_says_what_we_say_agrees(outcome):
    theirs = of_outcome(outcome).findings
    assert all(place.found_by == "both" for place in places(PATIENT, theirs, theirs))
