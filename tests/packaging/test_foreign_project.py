"""Inside somebody else's project, whose settings were never meant for us."""

import json

import pytest
from installing import run

HOSTILE = {
    "pytest.ini": "[pytest]\naddopts = --bogus -n 4\nfilterwarnings = error\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--bogus'\n",
    "conftest.py": "raise RuntimeError('a foreign conftest was imported')\n",
    "yaml.py": "raise RuntimeError('a foreign module was imported')\n",
    "conformance/__init__.py": "raise RuntimeError('a foreign package was imported')\n",
    "testcases/mine.yaml": "this: is no scenario\n",
    "fixtures/patient.json": "{}\n",
}
SETTINGS = {"PYTEST_ADDOPTS": "--bogus", "PYTEST_PLUGINS": "no_such_plugin", "PYTEST_DEBUG": "1"}


@pytest.fixture
def project(tmp_path):
    for name, text in HOSTILE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_hostile_settings_change_nothing_and_only_the_report_folder_is_written(installed, project):
    before = {path.relative_to(project).as_posix() for path in project.rglob("*")}
    run(
        *(installed / "dermconf", "run", "-k", "linking/derived-from", "--report-dir", "out/reports"),
        cwd=project,
        env=SETTINGS,
    )
    summary = json.loads((project / "out/reports/summary.json").read_text())
    assert summary["verdict"] == "partial"
    assert {each["verdict"] for each in summary["scenarios"]} == {"pass"}
    after = {path.relative_to(project).as_posix() for path in project.rglob("*")}
    assert {name for name in after - before if not name.startswith("out")} == set()


def test_plain_pytest_in_a_checkout_asks_for_a_target_where_scenarios_are_named(editable):
    (editable[1] / "conftest.py").write_text('pytest_plugins = ["conformance.plugin"]\n')
    said = run(editable[0] / "python", "-m", "pytest", "testcases", cwd=editable[1], expected=4)
    assert "dermconf run" in said


def test_a_checkout_below_a_folder_that_is_called_testcases_can_be_tested(editable, tmp_path):
    checkout = tmp_path / "testcases" / "checkout"
    (checkout / "tests").mkdir(parents=True)
    (checkout / "pytest.ini").write_text("[pytest]\n")
    (checkout / "conftest.py").write_text('pytest_plugins = ["conformance.plugin"]\n')
    (checkout / "tests/test_something.py").write_text("def test_something(): pass\n")
    assert "1 passed" in run(editable[0] / "python", "-m", "pytest", "tests", cwd=checkout)
