"""The templates for GitHub and GitLab: their shell steps are run, against a good server and a faulty one."""

import json
import re
import shutil
import subprocess
import sys

import pytest
import steps
from steps import ACTION, JOB, github, gitlab, load, scripts

from conformance.server.app import create
from conformance.server.serving import running

SOURCE = ("conformance", "testcases", "fixtures", "ci-templates")
FILES = ("pyproject.toml", "README.md", "LICENSE")
# Quick, and told apart by the fault.
ARGS = "-k ai-prediction-round-trip -n 2"
SECRET = "canary-9f1c-token"  # noqa: S105 - a made-up one
NASTY = "$(touch pwned) `touch pwned`; touch pwned & \" ' ${HOME} * \\ -x"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout of our own: what is installed from it is built in it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in SOURCE:
        shutil.copytree(steps.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(steps.ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def server():
    with running(create(seed=True)) as base:
        yield base.removesuffix("/fhir")


@pytest.fixture
def asked(tmp_path):
    """Where the stub writes what it was asked, and how to read it."""
    file = tmp_path / "asked"

    def read():
        return file.read_text().splitlines()

    read.env = {"ASKED": str(file)}
    return read


def test_the_action_installs_its_checkout_and_passes_a_good_server(checkout, server, tmp_path):
    job = github(tmp_path, checkout, target=f"{server}/fhir", args=ARGS)
    assert job.code == 0, job.log
    assert job.outputs == {"exit-code": "0", "verdict": "partial"}
    assert job.summary.startswith("### ✓ PARTIAL as repository")
    names = {path.name for path in (tmp_path / "dermconf-reports").iterdir()}
    assert {"report.html", "summary.json", "summary.md", "junit.xml", "run.jsonl"} <= names


def test_the_action_keeps_the_exit_code_and_the_reports_of_a_faulty_server(checkout, server, tmp_path):
    target = f"{server}/faults/prediction-final/fhir"
    job = github(tmp_path, checkout, target=target, args=ARGS, token=SECRET)
    assert job.code == 1, job.log
    assert job.outputs == {"exit-code": "1", "verdict": "nonconformant"}
    assert "#### Must fix" in job.summary
    assert "DERM-AIP-03" in (tmp_path / "dermconf-reports/junit.xml").read_text()
    # The line that hides the secret from the log is the only one that holds it.
    assert [line for line in job.log.splitlines() if SECRET in line] == [f"::add-mask::{SECRET}"]
    reports = (path for path in (tmp_path / "dermconf-reports").rglob("*") if path.is_file())
    assert not [path for path in reports if SECRET in path.read_text(encoding="utf-8")]


def test_the_job_of_gitlab_installs_what_is_named_and_passes_a_good_server(checkout, server, tmp_path):
    job = gitlab(
        tmp_path, DERMCONF_TARGET=f"{server}/fhir", DERMCONF_ARGS=ARGS, DERMCONF_INSTALL=str(checkout)
    )
    assert job.code == 0, job.log
    told = load(JOB)["dermconf"]["artifacts"]
    assert (tmp_path / told["reports"]["junit"]).is_file()
    assert [(tmp_path / path).is_dir() for path in told["paths"]] == [True]
    assert told["when"] == "always"


def test_the_job_of_gitlab_keeps_the_exit_code_of_a_faulty_server(server, tmp_path):
    path = f"{sys.prefix}/bin:/usr/bin:/bin"
    job = gitlab(
        tmp_path,
        before={"PATH": path, "PYTHONPATH": str(steps.ROOT)},
        DERMCONF_TARGET=f"{server}/faults/prediction-final/fhir",
        DERMCONF_ARGS=ARGS,
        DERMCONF_TOKEN=SECRET,
    )
    assert job.code == 1, job.log
    assert SECRET not in job.log
    assert "DERM-AIP-03" in (tmp_path / "dermconf-reports/junit.xml").read_text()


# Exit codes that dermconf may end with, and what becomes of them.
ENDS = [(fail_on, code) for fail_on in ("anything", "nonconformant", "nothing") for code in range(6)]


@pytest.mark.parametrize(("fail_on", "code"), ENDS)
def test_both_let_the_same_exit_codes_pass(fail_on, code, tmp_path, asked):
    """A usage error is never let pass, nor a fault of a scenario or of ours where only verdicts are."""
    passed = {"anything": (), "nonconformant": (3, 4), "nothing": (1, 3, 4, 5)}[fail_on]
    expected = 0 if code in passed else code
    env = asked.env | {"CODE_OF_STUB": str(code)}
    (tmp_path / "hub").mkdir()
    (tmp_path / "lab").mkdir()
    hub = github(tmp_path / "hub", "", stub=True, before=env, target="http://x", fail_on=fail_on)
    lab = gitlab(
        tmp_path / "lab", stub=True, before=env, DERMCONF_TARGET="http://x", DERMCONF_FAIL_ON=fail_on
    )
    assert (hub.code, lab.code) == (expected, expected), hub.log + lab.log
    assert hub.outputs["exit-code"] == str(code)


def test_each_input_of_the_action_reaches_dermconf_as_one_word(tmp_path, asked):
    inputs = {"target": NASTY, "baseline": NASTY, "config": NASTY, "formats": NASTY, "report_dir": NASTY}
    job = github(
        tmp_path,
        "",
        stub=True,
        before=asked.env,
        **inputs,
        args=" -k  a*\n-n 2 ",
        read_only="true",
        token=NASTY,
    )
    assert job.code == 0, job.log
    assert asked() == [
        "run",
        *(f"--{name}={NASTY}" for name in ("target", "formats", "report-dir")),
        "--token-env=TOKEN",
        f"--config={NASTY}",
        "--read-only",
        f"--baseline={NASTY}",
        *("-k", "a*", "-n", "2"),
    ]
    assert not list(tmp_path.rglob("pwned"))


def test_each_variable_of_the_job_reaches_dermconf_as_one_word(tmp_path, asked):
    names = ("TARGET", "FORMATS", "CONFIG", "BASELINE", "TOKEN")
    variables = {f"DERMCONF_{name}": NASTY for name in names}
    (tmp_path / "aa").touch()  # what a* would become, were it taken for a pattern
    job = gitlab(
        tmp_path,
        stub=True,
        before=asked.env,
        **variables,
        DERMCONF_ARGS=" -k  a*\n-n 2 ",
        DERMCONF_READ_ONLY="true",
    )
    assert job.code == 0, job.log
    assert asked() == [
        "run",
        *(f"--{name}={NASTY}" for name in ("target", "formats")),
        "--report-dir=dermconf-reports",
        "--token-env=DERMCONF_TOKEN",
        f"--config={NASTY}",
        "--read-only",
        f"--baseline={NASTY}",
        *("-k", "a*", "-n", "2"),
    ]
    assert not list(tmp_path.rglob("pwned"))


def test_nothing_is_asked_where_nothing_is_given(tmp_path, asked):
    github(tmp_path, "", stub=True, before=asked.env, target="http://x")
    defaults = "--formats=html,json,junit,markdown"
    assert asked() == ["run", "--target=http://x", defaults, "--report-dir=dermconf-reports"]


def test_what_a_server_says_is_no_command_to_the_runner(tmp_path, asked):
    said = "::add-mask::a\n##[add-path]/evil\n"
    job = github(tmp_path, "", stub=True, before=asked.env | {"SAID": said}, target="http://x")
    stop, *between, end = job.log.splitlines()
    assert between == said.splitlines()
    token = stop.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{64}", token)
    assert end == f"::{token}::"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [({"target": ""}, "the input target is empty"), ({"fail_on": "never"}, "the input fail-on is anything,")],
)
def test_the_action_says_what_is_wrong_with_an_input(inputs, said, tmp_path, asked):
    job = github(tmp_path, "", stub=True, before=asked.env, **{"target": "http://x", **inputs})
    assert job.code == 2
    assert f"::error::dermconf: {said}" in job.log


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DERMCONF_TARGET": ""}, "DERMCONF_TARGET is empty"),
        ({"DERMCONF_FAIL_ON": "never"}, "DERMCONF_FAIL_ON is anything,"),
        ({}, "not in this image: set DERMCONF_INSTALL"),
    ],
)
def test_the_job_of_gitlab_says_what_is_wrong_with_a_variable(variables, said, tmp_path):
    job = gitlab(tmp_path, before={"PATH": "/usr/bin:/bin"}, **{"DERMCONF_TARGET": "http://x"} | variables)
    assert job.code == 2
    assert said in job.log


def test_no_script_holds_an_expression():
    """What GitHub and GitLab put into a script would be run as a part of it."""
    for name, (_, script) in scripts().items():
        assert "${{" not in script, name
        assert "$[[" not in script, name
    # Each of them is given to a step, though, and by no other way.
    given = {
        m for step in load(ACTION)["runs"]["steps"] for m in re.findall(r"inputs\.([\w-]+)", json.dumps(step))
    }
    assert given == set(load(ACTION)["inputs"])


@pytest.mark.parametrize("name", scripts())
def test_shellcheck_finds_nothing_in_a_script(name):
    shell, script = scripts()[name]
    done = subprocess.run(
        [
            shutil.which("shellcheck") or f"{sys.prefix}/bin/shellcheck",
            f"--shell={shell}",
            "--severity=style",
            "-",
        ],
        input=script,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
