"""The steps of the Dockerfile are done in a scratch folder that stands for the image: no daemon is needed."""

import fnmatch
import json
import os
import re
import shlex
import shutil
import venv
from pathlib import Path

import pytest
from installing import ROOT, run
from test_documented_commands import OFFLINE

pytestmark = pytest.mark.long
# What the image's own system does for its user, and ours does not for us.
STUBS = {
    "useradd": "#!/bin/sh\nexit 0\n",
    "install": '#!/bin/sh\nfor word; do case $word in -*) ;; *) mkdir -p "$word" ;; esac; done\n',
}


def instructions():
    """Return the instructions, each with its text."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [tuple(line.split(" ", 1)) for line in lines]


def ignored(path):
    """Tell whether .dockerignore keeps a path out: the last pattern that fits decides."""
    kept_out = False
    for pattern in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if pattern and not pattern.startswith("#"):
            bare = pattern.removeprefix("!").removeprefix("**/")
            parts = [path, *path.parents][:-1] if path.parent != path else [path]
            if any(fnmatch.fnmatch(part.name if "**/" in pattern else str(part), bare) for part in parts):
                kept_out = not pattern.startswith("!")
    return kept_out


def context(folder):
    """Copy what a build would be given."""
    for name in sorted(path.name for path in ROOT.iterdir() if not ignored(Path(path.name))):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


class Image:
    """A stage of the build, in a folder of its own."""

    def __init__(self, folder, given):
        self.folder, self.given = folder, given
        self.here = "/"
        venv.create(folder / "python", with_pip=True)
        for name, text in STUBS.items():
            (folder / "python/bin" / name).write_text(text)
            (folder / "python/bin" / name).chmod(0o755)
        self.env = OFFLINE | {"PATH": f"{folder}/python/bin{os.pathsep}{os.environ['PATH']}"}
        self.entrypoint, self.command = [], []

    def at(self, path):
        return self.folder / str(Path(self.here, path)).lstrip("/")

    def do(self, word, rest, stages):
        """Do one instruction."""
        if word == "WORKDIR":
            self.here = rest
            self.at(".").mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            *options, source, to = rest.split()
            stage = stages[options[0].removeprefix("--from=")] if options else None
            shutil.copytree(stage.at(source) if stage else self.given, self.at(to), dirs_exist_ok=True)
        elif word == "RUN":
            # A path of the image is one below the folder that stands for it.
            here = re.sub(r"(?<![\w./])/(?=dist|work|source)", f"{shlex.quote(str(self.folder))}/", rest)
            run("sh", "-ec", here, cwd=self.at("."), env=self.env)
        elif word in ("ENTRYPOINT", "CMD"):
            setattr(self, "entrypoint" if word == "ENTRYPOINT" else "command", json.loads(rest))
        else:
            assert word == "USER"


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The last stage, built."""
    folder = tmp_path_factory.mktemp("docker")
    given = folder / "context"
    given.mkdir()
    context(given)
    stages = {}
    for word, rest in instructions():
        if word == "FROM":
            name = rest.partition(" AS ")[2] or "last"
            (folder / name).mkdir()
            stages[name] = Image(folder / name, given)
        else:
            stages[name].do(word, rest, stages)
    return stages["last"]


def test_the_image_runs_its_suite_and_leaves_its_reports_where_they_are_mounted(image):
    assert (image.entrypoint, image.command) == (["dermconf"], ["run"])
    said = run(*image.entrypoint, *image.command, "-k", "linking", cwd=image.at("."), env=image.env)
    assert "PARTIAL as repository" in said
    assert (image.at("reports") / "junit.xml").is_file()
    assert not list((image.folder / "dist").glob("*"))


def test_nothing_of_a_machine_comes_into_an_image(image):
    names = {path.name for path in image.given.iterdir()}
    assert names == {"LICENSE", "README.md", "conformance", "fixtures", "pyproject.toml", "testcases"}
    for name in (".git", ".venv", "reports", "dermconf.yaml", ".env", "tests", "node_modules", "client.pem"):
        assert ignored(Path(name))
    assert ignored(Path("conformance/render/__pycache__/x.pyc"))
    assert not ignored(Path("conformance/render/junit.py"))
