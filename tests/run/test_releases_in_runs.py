"""Scenarios of other releases: where they are played, by what they are judged, and what is said where not."""

import pytest
from playing import play, written

from conformance import shipped
from conformance.problem import Problem, Problems
from conformance.read import settings
from conformance.run.embedded import embedded, versions

LIFE = "imaging/selection/life"
BALLOT = "imaging/selection/life-r6"
R4 = "imaging/manifest/journey-r4"
DSTU2 = "imaging/manifest/journey-dstu2"
BROKEN = """
scenario: A selection is stored
fhir: R5
requirements: {ISEL-11: SHOULD}
given:
  patient: r5/patient.json
  device: r5/device.json
  study: r5/imagingstudy.json
  selection: {from: r5/imagingselection.json, set: {/colour: red}}
steps:
  - read: selection
    expect: [{status: 200, for: ISEL-11}]
"""


@pytest.fixture(scope="module")
def base():
    with embedded(seed=False) as found:
        yield found


def files(*names):
    return [shipped.testcases() / f"{name}.yaml" for name in names]


def test_a_scenario_of_another_release_is_skipped_where_the_target_has_no_such_base(base, tmp_path):
    done = play(base, tmp_path, *files(LIFE, R4), formats=("json",))
    assert done.verdicts == {LIFE: "skip", R4: "pass"}
    skipped = next(one.skipped for one in done.run.scenarios if one.name == LIFE)
    assert skipped["lacks"] == "FHIR R5; the server speaks 4.0.1"
    assert skipped["unlock"] == "versions: {R5: …} of the target in dermconf.yaml"


def test_each_scenario_is_played_at_the_base_of_its_release(base, tmp_path):
    done = play(base, tmp_path, *files(LIFE, BALLOT, R4, DSTU2), formats=("json",), versions=versions(base))
    assert done.verdicts == {LIFE: "pass", BALLOT: "pass", R4: "pass", DSTU2: "pass"}
    assert done.rejudged == []
    of_life = next(one for one in done.run.scenarios if one.name == LIFE)
    assert {event["request"]["url"].partition("/r5/fhir/")[0] for event in of_life.exchanges} == {base[:-5]}


@pytest.mark.parametrize(("release", "name"), [("R5", LIFE), ("R6", BALLOT)])
def test_a_target_that_speaks_the_release_itself_is_played_as_it_is(base, tmp_path, release, name):
    done = play(versions(base)[release], tmp_path, *files(name), formats=("json",))
    assert (done.verdicts, done.rejudged) == ({name: "pass"}, [])


def test_a_ballot_of_r6_is_no_r5(base, tmp_path):
    done = play(base, tmp_path, *files(BALLOT, R4), formats=("json",), versions={"R5": versions(base)["R5"]})
    assert done.verdicts == {BALLOT: "skip", R4: "pass"}
    skipped = next(one.skipped for one in done.run.scenarios if one.name == BALLOT)
    assert skipped["lacks"] == "FHIR R6; the server speaks 4.0.1"
    assert skipped["unlock"] == "versions: {R6: …} of the target in dermconf.yaml"


def test_what_is_judged_in_every_scenario_of_r4_is_not_judged_of_other_releases(base, tmp_path):
    broken = base.replace("/fhir", "/faults/no-location/fhir")
    done = play(broken, tmp_path, *files(LIFE), formats=("json",), versions=versions(broken))
    assert {one["requirement"] for one in done.findings} == {"ISEL-11"}


def test_a_fault_at_the_base_of_a_release_is_found_and_judged_again_alike(base, tmp_path):
    broken = base.replace("/fhir", "/faults/selection-never-corrected/fhir")
    done = play(broken, tmp_path, *files(LIFE), formats=("json",), versions=versions(broken))
    assert (done.verdicts[LIFE], done.rejudged) == ("warn", [])


def test_a_fixture_without_the_form_of_its_release_is_not_sent(base, tmp_path):
    done = play(base, tmp_path, written(tmp_path, BROKEN), formats=("json",), versions=versions(base))
    assert list(done.verdicts.values()) == ["error"]
    assert "colour" in done.told
    assert "FHIR R5" in done.told
    assert not [
        e for s in done.run.scenarios for e in s.exchanges if e["request"]["url"].endswith("Selection")
    ]


def told(tmp_path, text):
    file = tmp_path / "dermconf.yaml"
    file.write_text(text, encoding="utf-8")
    return settings.read(file)


def test_the_bases_of_other_releases_stand_in_the_settings(tmp_path):
    text = 'targets: {t: {base: "https://h.example/r4", versions: {R5: "https://h.example/r5"}}}'
    assert told(tmp_path, text)["t"].target.versions == {"R5": "https://h.example/r5"}


@pytest.mark.parametrize(
    ("stated", "complaint"),
    [
        ('{R5: "https://other.example/r5"}', "another host"),
        ('{R7: "https://h.example/r7"}', "R7"),
        ('{R5: "https://"}', "R5"),
    ],
)
def test_a_base_that_cannot_be_asked_is_complained_of(tmp_path, stated, complaint):
    with pytest.raises((Problem, Problems)) as found:
        told(tmp_path, f'targets: {{t: {{base: "https://h.example/r4", versions: {stated}}}}}')
    assert complaint in str(found.value)
