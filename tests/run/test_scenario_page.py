"""The page about scenarios: its example can be taken as it stands, passes, and can fail."""

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.commands.lint import command as lint
from conformance.server.app import create
from conformance.server.faults import FAULTS
from conformance.server.serving import running

sys.path.append(str(Path(__file__).parents[1] / "hostile"))
from playing import play

PAGE = Path(__file__).parents[2] / "docs/writing-a-scenario.md"
RULE = "R4-LOCK-01"
FAULT = "stale-update-accepted"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The example under the name that the page gives it, in a folder of its own."""
    text = PAGE.read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(scenario:.*?)```", text, re.DOTALL)
    (path,) = re.findall(r"`(\S+)` is the scenario `rest/update-stale`", text)
    file = tmp_path_factory.mktemp("page") / "testcases" / path
    file.parent.mkdir(parents=True)
    file.write_text(shown, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def host():
    with running(create(seed=True)) as base:
        yield base.removesuffix("/fhir")


def results(done):
    return {finding["result"] for finding in done.findings if finding["requirement"] == RULE}


def test_lint_asks_nothing_of_the_example(file):
    done = CliRunner().invoke(lint, [str(file)])
    assert (done.exit_code, done.output) == (0, "1 file, no mistakes, no questions\n")


def test_the_example_passes_on_the_honest_server(file, host, tmp_path):
    done = play(f"{host}/fhir", tmp_path, file)
    assert set(done.verdicts.values()) == {"pass"}
    assert results(done) == {"held"}
    assert done.exit == 0


def test_the_example_fails_where_a_stale_update_is_carried_out(file, host, tmp_path):
    assert FAULTS[FAULT].breaks == RULE
    done = play(f"{host}/faults/{FAULT}/fhir", tmp_path, file)
    assert set(done.verdicts.values()) == {"fail"}
    assert results(done) == {"failed"}
    assert done.exit == 1


def test_the_commands_of_the_page_name_the_example():
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("testcases/rest/update-stale.yaml") == 2
    assert (PAGE.parents[1] / "testcases/rest/update-stale.yaml").is_file()
