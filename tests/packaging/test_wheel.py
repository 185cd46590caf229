"""What is installed is whole, and what is edited is seen."""

import json
import zipfile
from pathlib import Path

from installing import ROOT, run

from conformance import __version__


def shipped(folder, suffix):
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(f"*{suffix}"))


def test_the_wheel_holds_every_scenario_fixture_and_data_file(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    scenarios = [f"conformance/_shipped/{name}" for name in shipped("testcases", ".yaml")]
    fixtures = [f"conformance/_shipped/{name}" for name in shipped("fixtures", ".json")]
    data = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "conformance").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    ]
    assert scenarios
    assert fixtures
    assert {*scenarios, *fixtures, *data} - inside == set()


def test_an_installed_dermconf_passes_its_own_suite_from_any_folder(installed, tmp_path):
    assert run(installed / "dermconf", "--version", cwd=tmp_path).strip() == f"dermconf {__version__}"
    run(installed / "dermconf", "run", "-n", "2", cwd=tmp_path)
    summary = json.loads((tmp_path / "reports/summary.json").read_text())
    assert summary["verdict"] == "conformant"
    listed = json.loads(run(installed / "dermconf", "list", "scenarios", "--format", "json", cwd=tmp_path))
    assert {each["id"].split("[")[0] for each in listed} == {
        name.removeprefix("testcases/").removesuffix(".yaml") for name in shipped("testcases", ".yaml")
    }


def test_folders_beside_an_installed_package_are_not_ours(installed, tmp_path):
    here = run(
        installed / "python", "-c", "import conformance; print(conformance.__file__)", cwd=tmp_path
    ).strip()
    (Path(here).parents[1] / "fixtures").mkdir()
    run(installed / "dermconf", "run", "-k", "linking/image-kept", cwd=tmp_path)


def test_an_edited_scenario_is_seen_by_an_editable_install(editable, tmp_path):
    dermconf, checkout = editable[0] / "dermconf", editable[1]
    (checkout / "testcases/rest/update.yaml").rename(checkout / "testcases/rest/renamed.yaml")
    listed = json.loads(run(dermconf, "list", "scenarios", "--format", "json", cwd=tmp_path))
    names = {each["id"].split("[")[0] for each in listed}
    assert "rest/renamed" in names
    assert "rest/update" not in names
