"""Medplum with its own validator: what the suite sends is lawful to it but for what is wrong on purpose."""

from __future__ import annotations

import json
import urllib.request
from urllib.error import HTTPError

import live_expected
import live_start
import pytest

from conformance import shipped

pytestmark = pytest.mark.live
VALIDATING = ("medplum-validating", "medplum-profiled")
# What is sent wrong on purpose: a validator that knows the profiles refuses it, and it is untested.
PROBES = "profile/wrong-is-refused-or-kept["


@pytest.mark.parametrize("name", VALIDATING)
def test_a_validator_at_the_door_changes_no_verdict_on_what_is_lawful(played, name):
    plain, validated = (live_expected.observed(played(*play).summary) for play in (("medplum",), (name, 4)))
    differing = live_expected.differences(plain, validated)
    assert [one for one in differing if not one.startswith(PROBES)] == []


def _created(base, resource):
    request = urllib.request.Request(
        f"{base}/Observation",
        data=json.dumps(resource).encode(),
        headers={"Content-Type": "application/fhir+json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("start", "codeless", "imageless"),
    [
        (live_start.medplum, 201, 201),
        (live_start.medplum_validating, 400, 201),
        (live_start.medplum_profiled, 400, 400),
    ],
)
@pytest.mark.usefixtures("installed")
def test_the_validator_is_there(start, codeless, imageless, tmp_path):
    annotation = json.loads((shipped.fixtures() / "observation-annotation.json").read_text())
    # Without an id, since a create keeps the one that the client sends.
    lawful, codeless_one, imageless_one = (
        {key: value for key, value in annotation.items() if key not in ("id", left)}
        for left in ("id", "code", "derivedFrom")
    )
    with start(tmp_path) as base:
        assert _created(base, lawful) == 201
        assert _created(base, codeless_one) == codeless
        assert _created(base, imageless_one) == imageless
