"""The verdicts and error places of HL7's own validator, recorded by others, against those of the engine.

The cases are no part of the repository: they are sought in the folder that DERMCONF_SHARED names.
"""

import json
import os
import re
from functools import cache
from pathlib import Path

import pytest
from profiles_samples import package

from conformance import jsontext
from conformance.definitions import fhirxml
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology
from conformance.profiles import Policy, Severity, judge

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("DERMCONF_SHARED", ROOT.parent / "shared")) / "peer-cases"
DIFFERENCES = json.loads((Path(__file__).parent / "hl7_differences.json").read_text())
ERROR = Severity.ERROR
LEAST_WHOLLY = 0.9
MOST_DIFFERENCES = 4

pytestmark = pytest.mark.skipif(
    not (FOLDER / "cases.json").exists(),
    reason=f"HL7's validation cases are not at {FOLDER}: set DERMCONF_SHARED to what holds peer-cases",
)


def cases():
    path = FOLDER / "cases.json"
    return json.loads(path.read_text()) if path.exists() else []


def key(case):
    return f"{case['name']}/{case['kind']}"


CASES = {key(case): case for case in cases()}


def read(name):
    data = (FOLDER / "files" / name).read_bytes()
    if name.endswith(".xml"):
        return fhirxml.loads(data)
    return jsontext.loads(data.decode("utf-8-sig"))


def policy(case):
    """Return the settings with which the case was recorded."""
    options = case.get("options", {})
    return Policy(
        unknown_extension=ERROR,
        unknown_profile=ERROR,
        wrong_display=ERROR,
        dead_link=ERROR,
        example_url=ERROR if options.get("examples") is False else None,
        html_in_markdown=ERROR if options.get("noHtmlInMarkdown") else None,
        missing_target=ERROR if options.get("validateReference") else None,
    )


def from_a_package_of_hl7(issue):
    """Tell whether an extension is unknown here alone: the validator had HL7's extension packages loaded."""
    return issue.code == "extension" and str(issue.actual).startswith("http://hl7.org/fhir/")


@cache
def error_places(name):
    case = CASES[name]
    profile = [read(case["profile"])] if case.get("profile") else []
    definitions = Definitions([package(*(read(each) for each in case["supporting"]), *profile)])
    try:
        resource = read(case["file"])
    except ValueError:
        return frozenset({""})
    found = judge(
        resource,
        [each["url"] for each in profile],
        definitions,
        terminology=Terminology(definitions),
        policy=policy(case),
    )
    return frozenset(i.at for i in found if i.severity is ERROR and not from_a_package_of_hl7(i))


def bare(place):
    """Return a place without the comments and types that the validator writes into it."""
    return re.sub(r"/\*.*?\*/|\.ofType\(\w+\)", "", place or "").rstrip(".")


def verdict(name):
    return "invalid" if error_places(name) else "valid"


def expected_places(name):
    return {bare(error["at"]) for error in CASES[name]["errors"]}


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_that_of_hl7s_validator(name):
    agrees = verdict(name) == CASES[name]["expected"]
    assert agrees == (name not in DIFFERENCES["verdict"])


@pytest.mark.parametrize("name", [n for n in CASES if n not in DIFFERENCES["verdict"]])
def test_an_error_is_found_where_hl7s_validator_finds_it(name):
    known = DIFFERENCES["locations"].get(name, {})
    missing = expected_places(name) - error_places(name)
    unexplained = {place for place in missing if not any(place.endswith(each) for each in known)}
    assert not unexplained
    assert all(any(place.endswith(each) for place in missing) for each in known)


def test_the_agreement_is_what_was_promised(capsys):
    agreeing = [name for name, case in CASES.items() if verdict(name) == case["expected"]]
    wholly = [name for name in agreeing if expected_places(name) <= error_places(name)]
    expected = {(name, place) for name in agreeing for place in expected_places(name)}
    found = {(name, place) for name, place in expected if place in error_places(name)}
    with capsys.disabled():
        print(f"\nHL7's cases: {len(agreeing)} of {len(CASES)} verdicts agree;")  # noqa: T201
        print(f"every error place in {len(wholly)} of these, {len(found)} of {len(expected)} places")  # noqa: T201
    assert len(CASES) - len(agreeing) <= MOST_DIFFERENCES
    assert len(wholly) >= LEAST_WHOLLY * len(agreeing)


def test_every_difference_has_its_case():
    assert set(DIFFERENCES["verdict"]) | set(DIFFERENCES["locations"]) <= set(CASES)
