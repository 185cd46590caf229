"""The commands that the documentation shows are run, and they say what it shows."""

import os
import re
import subprocess
import sysconfig

import pytest
from installing import ROOT, copied

PAGES = (
    "README.md",
    "docs/quickstart.md",
    "docs/targets.md",
    "docs/baselines.md",
    "docs/ci.md",
    "docs/reference-server.md",
    "docs/isic.md",
)
FENCE = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"\s+# exit (\d)$")
NAMED = re.compile(r"This is `([^`]+)`:\s+```yaml\n(.*?)```", re.DOTALL)
# Where the examples of the documentation say that the server listens.
SHOWN = "http://localhost:8080"
# What a newcomer's first command downloads, it finds here beside us.
OFFLINE = {
    "PYTHONPATH": sysconfig.get_path("purelib"),
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_IGNORE_INSTALLED": "1",
}


def commands(page):
    """Return the commands of a page, each with its exit code and the output that is shown."""
    found = []
    for kind, text in FENCE.findall((ROOT / page).read_text(encoding="utf-8")):
        for line in text.splitlines() if kind == "console" else ():
            if line.startswith("$ "):
                told = EXIT.search(line)
                found.append((EXIT.sub("", line[2:]), int(told.group(1)) if told else 0, []))
            elif line.strip() not in {"", "…"}:
                found[-1][2].append(line)
    return found


def masked(text):
    """Return text without what differs from run to run: numbers, ids, addresses, widths."""
    without = re.sub(r"http://[\w.:]+", "http://-", text)
    without = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+(\.\d+)?( m?s)?", "0", without)
    return {" ".join(line.split()) for line in without.splitlines()}


class Shell:
    """A checkout of one's own, and a server in the background where an example starts one."""

    def __init__(self, checkout):
        self.checkout = checkout
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("PYTEST", "MAKE", "VIRTUAL_ENV"))}
        self.env = clean | OFFLINE | {"PATH": f"{checkout}/.venv/bin:{os.environ['PATH']}"}
        self.server = None
        self.origin = SHOWN

    def run(self, command):
        return subprocess.run(
            ["bash", "-c", command.replace(SHOWN, self.origin)],
            cwd=self.checkout,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    def serve(self, command):
        self.stop()
        self.server = subprocess.Popen(
            command.replace("--port 8080", "--port 0").split(),
            executable=f"{self.checkout}/.venv/bin/dermconf",
            cwd=self.checkout,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.origin = self.server.stdout.readline().strip().removesuffix("/fhir")
        assert self.origin.startswith("http://")

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.communicate(timeout=10)
            self.server = None


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    folder = copied(tmp_path_factory.mktemp("examples") / "checkout")
    for name in ("Makefile", "conftest.py"):
        (folder / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "reports").mkdir()
    return folder


@pytest.fixture
def shell(checkout):
    shell = Shell(checkout)
    installed = shell.run("make run ARGS='--version' || true")
    assert (checkout / ".venv/bin/dermconf").is_file(), installed.stdout
    yield shell
    shell.stop()


@pytest.mark.parametrize("page", PAGES)
def test_every_example_runs_and_says_what_is_shown(page, shell):
    for name, text in NAMED.findall((ROOT / page).read_text(encoding="utf-8")):
        file = shell.checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    examples = commands(page)
    assert examples
    for command, code, shown in examples:
        if command.startswith("dermconf serve"):
            shell.serve(command)
            continue
        # These tests are run by `make test` themselves: here it is enough that make knows what to do.
        done = shell.run(command.replace("make test", "make -n test"))
        assert done.returncode == code, f"{command}\n{done.stdout}"
        unsaid = masked("\n".join(shown)) - masked(done.stdout)
        assert not unsaid, f"{command}\n{done.stdout}"


def test_what_a_page_shows_is_compared():
    assert masked("12 of 34 rules, 1.5 s") == masked("7 of 188 rules, 22 ms")
    assert not masked("CONFORMANT as repository") <= masked("NONCONFORMANT as repository")


@pytest.mark.parametrize(
    "page", [*PAGES, "CONTRIBUTING.md", "reports/README.md", "docs/architecture.md", "docs/hostile.md"]
)
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!http)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert not [link for link in links if not ((ROOT / page).parent / link).is_file()]
