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
