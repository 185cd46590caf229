"""Building, installing and running dermconf outside its checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ("conformance", "testcases", "fixtures", "pyproject.toml", "README.md", "LICENSE")
IGNORED = shutil.ignore_patterns("__pycache__")


def copied(folder):
    """Copy what the package is made of."""
    folder.mkdir()
    for name in SOURCE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=IGNORED)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def run(*command, cwd, env=None, expected=0):
    """Run a program and return its output; its exit code is part of what is expected."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COVERAGE"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | (env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == expected, done.stdout
    return done.stdout


def pip(*arguments, cwd):
    return run(sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments, cwd=cwd)


def environment(folder, *what):
    """Make a virtual environment that sees our own dependencies, and install something into it."""
    venv.create(folder, with_pip=False)
    python = folder / "bin/python"
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # Read by the new interpreter as plain paths: an editable dermconf of the outer environment stays unseen.
    (Path(packages) / "outer.pth").write_text(sysconfig.get_path("purelib") + "\n")
    offline = ("--no-deps", "--no-build-isolation", "--ignore-installed", "--no-index", "-q")
    pip("--python", python, "install", *offline, *what, cwd=folder)
    return folder / "bin"
