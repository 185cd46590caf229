"""Whole runs with a package in place of ours: what gates then, and what the record says of it."""

import json
import subprocess
import sys

import pytest
import structural
from miniature import Miniature
from playing import play, written
from structural import element, images
from tiny import Tiny
from variants import as_archive, as_folder, at, elements

from conformance.model import Evidence
from conformance.problem import Problem
from conformance.run.replaying import differences, retold

SCENARIO = """
scenario: A prediction comes back as the guide asks for it
requirements:
  DERM-AIP-01: SHALL
  DERM-AIP-03: SHALL NOT
  DERM-AIP-08: SHALL
  DERM-AIP-11: SHALL
given: {patient: patient.json, photo: documentreference-photo.json, device: device-ai-model.json}
steps:
  - create: prediction
    from: observation-ai-prediction.json
  - read: prediction
    expect:
      - profile: ai-prediction
"""
PREDICTION = "ai-prediction"
NAME = "annotatemd.dermatology-annotation"


class Alters(Tiny):
    """Stores predictions with other members, and without some; counts what it is asked."""

    def __init__(self, put=None, drop=()):
        super().__init__()
        self.put, self.drop = put or {}, drop

    def store(self, body):
        stored = super().store(body)
        if body["resourceType"] != "Observation":
            return stored
        return {key: value for key, value in {**stored, **self.put}.items() if key not in self.drop}


@pytest.fixture
def went(tmp_path):
    """Return a function that plays the scenario with a package: `went(server, change)`."""

    def played(server, change=None, *, scenario=SCENARIO, **options):
        resources = structural.structural()
        if change is not None:
            change(resources)
        package = as_folder(tmp_path / "package", resources)
        with Miniature(server) as miniature:
            return play(
                miniature.base,
                tmp_path / "reports",
                written(tmp_path, scenario),
                packages=(package,),
                formats=("json", "markdown"),
                **options,
            )

    return played


def finding(played, requirement):
    (found,) = [f for f in played.findings if f["requirement"] == requirement and f["check"] == 1]
    return found["result"], found["evidence"], found["gating"]


def optional(resources):
    """Let the package leave the device open."""
    del at(resources, PREDICTION, "Observation.device")["min"]


def said_to_be_optional(resources):
    at(resources, PREDICTION, "Observation.device")["min"] = 0


def test_what_the_package_confirms_gates(went):
    played = went(Alters(drop=("device",)))
    assert finding(played, "DERM-AIP-08") == ("failed", "explicit", True)
    assert (played.verdict, played.exit) == ("nonconformant", 1)
    assert played.rejudged == []


def test_what_the_package_is_silent_on_is_judged_by_ours_at_its_grade(went):
    played = went(Alters(drop=("device",)), optional)
    assert finding(played, "DERM-AIP-08") == ("failed", "inferred", False)
    assert played.verdict == "partial"
    assert played.rejudged == []


@pytest.mark.parametrize("evidence", Evidence)
def test_what_the_package_contradicts_never_gates(went, evidence):
    played = went(Alters(drop=("device",)), said_to_be_optional, evidence=evidence)
    result, _, gating = finding(played, "DERM-AIP-08")
    assert (result, gating) == ("not-asked", False)
    assert played.verdict == "partial"
    assert played.rejudged == []
    (row,) = [row for row in played.summary["requirements"] if row["id"] == "DERM-AIP-08"]
    assert (row["verdict"], row["gate"]) == ("skip", "never")


def test_a_check_of_the_authors_own_is_graded_in_the_same_way(went):
    own = SCENARIO.replace(
        "      - profile: ai-prediction\n",
        "      - {fhirpath: device.exists(), for: DERM-AIP-08}\n"
        "      - {profile: ai-prediction, for: DERM-AIP-01}\n"
        "      - {profile: ai-prediction, for: DERM-AIP-03}\n"
        "      - {profile: ai-prediction, for: DERM-AIP-11}\n",
    )
    lost = Alters(drop=("device",))
    assert finding(went(lost, scenario=own), "DERM-AIP-08") == ("failed", "explicit", True)
    assert finding(went(lost, optional, scenario=own), "DERM-AIP-08") == ("failed", "inferred", False)
    contradicted = finding(went(lost, said_to_be_optional, scenario=own), "DERM-AIP-08")
    assert contradicted == ("failed", "inferred", False)


def test_a_rule_that_is_confirmed_still_binds_only_what_the_server_altered(went):
    assert went(Tiny()).verdict == "partial"


def test_a_rule_of_ours_beside_the_package_fails_as_before(went):
    assert finding(went(Alters({"status": "final"})), "DERM-AIP-03") == ("failed", "explicit", True)


def test_a_fixture_that_the_package_refuses_is_nobodys_failure(went):
    def change(resources):
        elements(resources, PREDICTION).insert(-1, element("Observation.note", min=1))

    played = went(
        Tiny(), change, scenario=SCENARIO.replace("photo:", "extra: observation-ai-prediction.json, photo:")
    )
    assert (played.verdict, played.exit, played.kinds) == ("error", 5, {"fixture"})
    assert "is not valid by the given package: Observation: 'note' is missing." in played.told
    assert not [f for f in played.findings if f["result"] == "failed"]


def test_the_record_says_which_definitions_judged(went):
    played = went(Tiny(), said_to_be_optional)
    (pages, package) = played.run.header["ig"]
    assert pages["read"].startswith("pages of ")
    assert (package["name"], package["version"], len(package["sha256"])) == (NAME, "0.2.0", 64)
    standings = played.run.header["standings"]
    assert (standings["DERM-AIP-08"], standings["DERM-AIP-01"]) == ("contradicted", "confirmed")
    assert "DERM-AIP-15" not in standings
    told = (played.folder / "summary.md").read_text(encoding="utf-8")
    assert f"{NAME} 0.2.0 (package, sha256 {package['sha256'][:12]})" in told
    assert "superseded by the package: DERM-AIP-08" in told


def test_a_run_without_a_package_says_so_and_has_no_standings(tmp_path):
    with Miniature(Tiny()) as miniature:
        played = play(miniature.base, tmp_path / "reports", written(tmp_path, SCENARIO), formats=("json",))
    assert [each["name"] for each in played.run.header["ig"]] == [NAME]
    assert "standings" not in played.run.header


def test_the_summary_is_drawn_again_without_the_package(went):
    played = went(Alters(drop=("device",)))
    _, told = retold(played.folder / "run.jsonl")
    assert told["verdict"] == "nonconformant"
    assert told["requirements"] == played.summary["requirements"]


def test_judging_again_asks_for_the_same_package(went, tmp_path):
    played = went(Alters(drop=("device",)))
    record = played.folder / "run.jsonl"
    other = as_archive(tmp_path / "other.tgz", structural.structural())
    with pytest.raises(Problem, match=f"this run was judged by {NAME} 0.2.0"):
        list(differences(record))
    with pytest.raises(Problem, match="and not by"):
        list(differences(record, packages=[other]))


def test_a_package_that_the_run_did_not_have_judges_nothing_again(tmp_path):
    with Miniature(Tiny()) as miniature:
        play(miniature.base, tmp_path / "reports", written(tmp_path, SCENARIO), formats=("json",))
    package = as_folder(tmp_path / "package", structural.structural())
    with pytest.raises(Problem, match="without a package"):
        list(differences(tmp_path / "reports" / "run.jsonl", packages=[package]))


def refused_targets(resources):
    """Name no profile that we know."""
    for each in resources.values():
        each["url"] = "https://example.org/" + each["id"]


def broken(resources):
    elements(resources, PREDICTION)[0]["path"] = 7


@pytest.mark.parametrize("change", [refused_targets, broken])
def test_a_package_that_cannot_judge_is_told_before_anything_is_sent(change, tmp_path):
    resources = structural.structural()
    change(resources)
    package = as_folder(tmp_path / "package", resources)
    with Miniature(Tiny()) as miniature:
        with pytest.raises(Problem):
            play(miniature.base, tmp_path / "reports", written(tmp_path, SCENARIO), packages=(package,))
        assert not miniature.asked
    assert not (tmp_path / "reports").exists()


def test_narrower_targets_of_the_package_are_the_packages_word(went):
    """Ours allows three types of images; the package, one: a server that altered nothing keeps both."""

    def change(resources):
        at(resources, PREDICTION, "Observation.derivedFrom")["type"] = images("DocumentReference")

    assert went(Tiny(), change).verdict == "partial"


def test_from_the_command_line(tmp_path):
    package = as_archive(tmp_path / "guide.tgz", structural.structural())
    scenario = written(tmp_path, SCENARIO)
    reports = tmp_path / "reports"

    def dermconf(*arguments):
        command = [sys.executable, "-m", "conformance", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    ran = dermconf("run", scenario, "--ig", package, "--report-dir", reports, "--formats", "json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{NAME} 0.2.0 (package, sha256 " in ran.stdout
    header = json.loads((reports / "run.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert header["standings"]["DERM-AIP-08"] == "confirmed"
    refused = dermconf("judge", reports / "run.jsonl")
    assert refused.returncode == 2
    assert "name the same package with --ig" in refused.stderr
    assert dermconf("judge", reports / "run.jsonl", "--ig", package).returncode == 0
    missing = dermconf("run", scenario, "--ig", tmp_path / "nowhere.tgz")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert len(missing.stderr.splitlines()) <= 2
