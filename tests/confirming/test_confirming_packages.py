"""Packages of all sorts: archives and folders, others' and broken ones."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import structural
from variants import as_archive, as_folder, at, constraint, elements, ours, read

from conformance.confirming.facets import Standing
from conformance.problem import Problem

ANNOTATION = "dermatology-image-annotation"


def listed(*arguments):
    command = [sys.executable, "-m", "conformance", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_archive_says_what_its_folder_says(tmp_path):
    folder = read(as_folder(tmp_path / "folder", structural.structural()))
    archive = read(as_archive(tmp_path / "package.tgz", structural.structural()))
    assert archive.standings == folder.standings
    assert {package.name for package in archive.packages} == {"annotatemd.dermatology-annotation"}
    assert archive.packages[0].sha256 != folder.packages[0].sha256


def test_one_profile_alone_says_nothing_of_the_other(tmp_path):
    file = tmp_path / "profile.json"
    file.write_text(
        json.dumps(structural.structural()["StructureDefinition-ai-prediction.json"]), encoding="utf-8"
    )
    standings = read(file).standings
    assert standings["DERM-AIP-08"] is Standing.CONFIRMED
    assert standings["DERM-ANN-07"] is Standing.SILENT


def test_several_packages_are_laid_over_one_another(tmp_path):
    terms = {name: each for name, each in ours().items() if name.startswith("ValueSet")}
    first = as_folder(tmp_path / "terms", terms, {"name": "example.terms", "version": "1"})
    second = as_folder(tmp_path / "profiles", structural.structural())
    assert [package.name for package in read(first, second).packages] == [
        "example.terms",
        "annotatemd.dermatology-annotation",
    ]


def test_each_edition_of_ai_transparency_is_compared_with_its_like(tmp_path):
    for edition in ("ballot", "current"):
        resources = ours(f"ai-transparency-{edition}")
        manifest = {"name": "hl7.fhir.uv.aitransparency", "version": f"1.0.0-{edition}"}
        given = read(as_folder(tmp_path / edition, resources, manifest))
        assert set(given.standings.values()) <= {Standing.CONFIRMED, Standing.SILENT}
        assert given.standings["AIT-DEV-01"] is Standing.CONFIRMED
        assert not given.unknown


def test_the_editions_contradict_each_other(tmp_path):
    """The codes of model cards moved to another system; the package alone says so, by its version or not."""
    resources = ours("ai-transparency-ballot")
    for each in resources.values():
        each["version"] = "1.0.0-current"
    given = read(as_folder(tmp_path / "mixed", resources, {"name": "hl7.fhir.uv.aitransparency"}))
    assert given.standings["AIT-MDC-01"] is Standing.CONTRADICTED


def test_smart_imaging_confirms_itself(tmp_path):
    given = read(as_folder(tmp_path / "imaging", ours("smart-imaging"), {"name": "smart.imaging"}))
    assert given.standings["SIA-STU-04"] is Standing.CONFIRMED
    assert Standing.CONTRADICTED not in given.standings.values()


def test_a_shipped_edition_may_be_named_and_is_compared_with_nothing():
    given = read(Path("ai-transparency-ballot"))
    assert not given.compared
    url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AI-Device"
    assert given.guides.definitions.structure(url)["version"] == "1.0.0-ballot"


def broken_snapshot(resources):
    elements(resources, ANNOTATION)[1]["min"] = "one"


def no_elements(resources):
    profile = resources[f"StructureDefinition-{ANNOTATION}.json"]
    profile["differential"] = {}
    profile["baseDefinition"] = "https://example.org/StructureDefinition/nowhere"


def of_itself(resources):
    profile = resources[f"StructureDefinition-{ANNOTATION}.json"]
    profile["baseDefinition"] = profile["url"]


def unrelated(resources):
    for each in resources.values():
        each["url"] = each["url"].replace(structural.IG, "https://example.org/ig")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (broken_snapshot, "'differential.element[1].min' is not a whole number"),
        (no_elements, "nowhere"),
        (of_itself, "no snapshot"),
        (unrelated, "defines none of the profiles that dermconf judges by"),
    ],
)
def test_a_package_that_cannot_be_used_is_told_in_one_message(spoil, said, tmp_path):
    resources = structural.structural()
    spoil(resources)
    with pytest.raises(Problem) as caught:
        read(as_folder(tmp_path / "package", resources))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"", b"\x1f\x8b broken", b"{", b"[]", b'{"resourceType": "Patient"}', b"<a/>"]
)
def test_what_is_no_package_is_told_in_one_message(data, tmp_path):
    file = tmp_path / "package.tgz"
    file.write_bytes(data)
    with pytest.raises(Problem):
        read(file)


def test_definitions_that_nobody_asked_for_may_be_broken(tmp_path):
    resources = structural.structural()
    resources["StructureDefinition-odd.json"] = structural.profile("odd", [{"id": 7}])
    assert read(as_folder(tmp_path / "package", resources)).standings["DERM-AIP-08"] is Standing.CONFIRMED


def test_an_expression_that_cannot_be_read_contradicts_and_breaks_nothing(tmp_path):
    resources = ours()
    constraint(resources, "ai-prediction", "derm-aip-03").update(expression="$this !=== (")
    given = read(as_folder(tmp_path / "package", resources))
    assert given.standings["DERM-AIP-03"] is Standing.CONTRADICTED


def test_the_list_is_the_same_for_people_and_programs(tmp_path):
    resources = structural.structural()
    at(resources, "ai-prediction", "Observation.device").update(min=0)
    folder = as_folder(tmp_path / "package", resources)
    lines = listed("list", "requirements", "--ig", folder).stdout.splitlines()
    rows = json.loads(listed("list", "requirements", "--ig", folder, "--format", "json").stdout)
    assert [line.split("  ")[0].strip() for line in lines] == [row["id"] for row in rows]
    (row,) = [row for row in rows if row["id"] == "DERM-AIP-08"]
    (rule,) = row["rules"]
    assert (row["standing"], row["level"], row["evidence"]) == ("contradicted", "SHALL", "inferred")
    assert rule["compared"] == [
        {"standing": "contradicted", "at": "Observation.device", "ours": "at least 1", "theirs": "at least 0"}
    ]
    (line,) = [line for line in lines if line.startswith("DERM-AIP-08")]
    assert "contradicted" in line
    assert "Observation.device: ours 'at least 1', theirs 'at least 0'" in line


def test_explain_says_it_in_one_line(tmp_path):
    folder = as_folder(tmp_path / "package", structural.structural())
    told = listed("explain", "DERM-AIP-08", "--ig", folder).stdout
    assert told.endswith("\nIn the given package: confirmed: Observation.device: at least 1\n")
    assert listed("explain", "R4-CRE-01", "--ig", folder).stdout.endswith(
        "no rule of its profiles stands for it\n"
    )


def test_a_package_goes_with_requirements_alone(tmp_path):
    folder = as_folder(tmp_path / "package", structural.structural())
    refused = listed("list", "faults", "--ig", folder)
    assert (refused.returncode, refused.stdout) == (2, "")
