"""Plays the shell steps of a template as a CI does: one after the other, with what it would give them."""

import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "ci-templates/github/action.yml"
JOB = ROOT / "ci-templates/gitlab/dermconf.yml"
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
# What pip would download, it finds here beside us.
OFFLINE = {
    "PYTHONPATH": sysconfig.get_path("purelib"),
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_IGNORE_INSTALLED": "1",
}
# dermconf, as far as a template sees it: it says what it was asked, and what it was given.
STUB = """\
#!/usr/bin/env bash
printf '%s\\n' "$@" > "$ASKED"
printf '%s' "${SAID:-}"
exit "${CODE_OF_STUB:-0}"
"""


@dataclass
class Job:
    """A finished job: its exit code, what its log shows, and what it left."""

    code: int
    log: str
    folder: Path
    outputs: dict = field(default_factory=dict)
    summary: str = ""


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def scripts():
    """Return every shell script of the templates, by name."""
    steps = load(ACTION)["runs"]["steps"]
    found = {f"github: {step['name']}": ("bash", step["run"]) for step in steps if "run" in step}
    parts = enumerate(load(JOB)["dermconf"]["script"], 1)
    return found | {f"gitlab: {number}": ("sh", part) for number, part in parts}


def clean(**more):
    """Return an environment of nothing that a test run adds to ours."""
    names = ("PYTEST", "COVERAGE", "VIRTUAL_ENV", "GITHUB", "DERMCONF")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    return ours | OFFLINE | more


def filled(text, told):
    """Return a text with its expressions evaluated; what nobody has said is empty."""
    return EXPRESSION.sub(lambda match: told.get(match[1], ""), text)


def sh(script, folder, env, shell):
    """Run a script; the CI's own shells stop at the first command that fails."""
    done = subprocess.run(
        [*shell, script],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def github(folder, checkout, *, before=None, stub=False, **inputs):
    """Play the composite action in a folder; `before` is done to its environment, a stub is for dermconf."""
    action = load(ACTION)
    known = {name: str(each.get("default", "")) for name, each in action["inputs"].items()}
    told = {f"inputs.{name}": text for name, text in known.items()}
    told |= {f"inputs.{name.replace('_', '-')}": text for name, text in inputs.items()}
    told |= {"github.action_path": f"{checkout}/ci-templates/github", "runner.temp": str(folder / "temp")}
    files = {name: folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    if stub:
        stubbed(folder / "temp/dermconf/bin")
    code, log = 0, ""
    for step in action["runs"]["steps"]:
        if (
            "run" not in step
            or (code and step.get("if") != "always()")
            or (stub and step["name"] == "Install")
        ):
            continue
        env = {name: filled(text, told) for name, text in step["env"].items()}
        env = clean(**{name: str(file) for name, file in files.items()}, **(before or {}), **env)
        # https://docs.github.com/actions/reference/workflow-syntax: what `shell: bash` is.
        shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
        ended, said = sh(step["run"], folder, env, shell)
        code, log = code or ended, log + said
        pairs = (line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        told |= {f"steps.run.outputs.{name}": text for name, text in pairs}
    outputs = {name: filled(each["value"], told) for name, each in action["outputs"].items()}
    return Job(code, log, folder, outputs, files["GITHUB_STEP_SUMMARY"].read_text())


def gitlab(folder, *, stub=False, before=None, **variables):
    """Play the job in a folder: its parts are one script."""
    job = load(JOB)["dermconf"]
    given = {name: str(text) for name, text in job["variables"].items()} | variables
    env = clean(**(before or {}), **given)
    if stub:
        env["PATH"] = f"{stubbed(folder / 'bin')}{os.pathsep}{env['PATH']}"
    code, log = sh("\n".join(job["script"]), folder, env, ("sh", "-e", "-c"))
    return Job(code, log, folder)


def stubbed(folder):
    """Put a stub of dermconf into a folder, beside a Python."""
    folder.mkdir(parents=True)
    (folder / "dermconf").write_text(STUB)
    (folder / "dermconf").chmod(0o755)
    (folder / "python").symlink_to(sys.executable)
    return folder
