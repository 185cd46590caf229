"""What is handed over is read by programs that others wrote: Allure 3, Allure 2, a reader of JUnit."""

import json
import os
import subprocess
from collections import Counter

import pytest
import readers_install
from render_sample import hostile, run, summary

from conformance.commands.reports import write

pytestmark = pytest.mark.live
SAMPLES = {"calm": run(), "hostile": hostile()}
STATUSES = {"pass": "passed", "warn": "passed", "fail": "failed", "error": "broken"}
# Of the standard that the reader knows, an error is a failure.
CTRF = {**STATUSES, "error": "failed"}


@pytest.fixture(scope="session")
def readers():
    """Install them; what cannot be had cannot be tested, which CI must not overlook."""
    try:
        return readers_install.installed()
    except readers_install.Unreachable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NOT READ by others, which cannot be had here: {error}")


@pytest.fixture(params=SAMPLES)
def sample(request, tmp_path):
    """A run, and the folder of its reports."""
    chosen = SAMPLES[request.param]
    with (tmp_path / "told").open("w") as stream:
        write(chosen, summary(chosen), tmp_path / "reports", ["allure", "junit"], stream)
    return chosen, tmp_path


def node(*command, cwd):
    done = subprocess.run(
        ["node", *map(str, command)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def expected(chosen, words):
    return {each.name: words.get(each.verdict, "skipped") for each in chosen.scenarios}


def read(folder):
    return [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]


def below(steps):
    for one in steps:
        yield one
        yield from below(one.get("steps", ()))


def test_allure_3_makes_a_report_of_it(readers, sample):
    chosen, folder = sample
    node(readers / "allure/cli.js", "awesome", "reports/allure", "-o", "page", cwd=folder)
    told = {each["fullName"]: each for each in read(folder / "page/data/test-results")}
    assert {name: each["status"] for name, each in told.items()} == expected(chosen, STATUSES)
    for scenario in chosen.scenarios:
        rules = told[scenario.name]["groupedLabels"].get("requirement", [])
        assert rules == list(scenario.event["requirements"])
    attached = [one["link"] for each in told.values() for one in below(each["steps"]) if "link" in one]
    assert attached
    assert not [link for link in attached if link["missed"] or not link["contentLength"]]
    environment = json.loads((folder / "page/widgets/allure_environment.json").read_text())
    facts = {each["name"]: each["values"][0] for each in environment}
    assert facts["verdict"].startswith("NONCONFORMANT as repository")
    assert facts["base"] == chosen.target["base"]


def test_allure_3_finds_the_history_of_a_test(readers, tmp_path):
    for name in ("one", "two"):
        chosen = run(run=name)
        with (tmp_path / "told").open("w") as stream:
            write(chosen, summary(chosen), tmp_path / name, ["allure"], stream)
        more = ("--history-path", "history.jsonl", "-o", f"page-{name}")
        node(readers / "allure/cli.js", "awesome", f"{name}/allure", *more, cwd=tmp_path)
    for each in read(tmp_path / "page-two/data/test-results"):
        assert [before["status"] for before in each["history"]] == [each["status"]]


def test_allure_2_makes_a_report_of_it_and_sorts_it_by_our_categories(readers, sample):
    chosen, folder = sample
    command = (readers / "allure-commandline/bin/allure", "generate", "reports/allure", "-o", "page")
    node(*command, cwd=folder)
    told = {each["fullName"]: each for each in read(folder / "page/data/test-cases")}
    assert {name: each["status"] for name, each in told.items()} == expected(chosen, STATUSES)
    tree = json.loads((folder / "page/data/categories.json").read_text())
    sorted_ = Counter(each["name"] for each in tree["children"])
    wanted = {
        "fail": "The server broke a gating rule",
        "error": "No verdict: network",
        "untested": "Untested: something lacked",
        "skip": "Optional, and not claimed",
    }
    verdicts = {each.verdict for each in chosen.scenarios}
    assert set(sorted_) == {name for verdict, name in wanted.items() if verdict in verdicts}


def test_the_reader_of_a_github_action_comes_to_the_same(readers, sample):
    """ctrf-io/github-test-reporter reads JUnit by it."""
    chosen, folder = sample
    command = (readers / "junit-to-ctrf/dist/cli.js", "reports/junit.xml", "-o", "ctrf.json", "-u", "false")
    node(*command, cwd=folder)
    report = json.loads((folder / "ctrf.json").read_text(encoding="utf-8"))["results"]
    assert {each["name"]: each["status"] for each in report["tests"]} == expected(chosen, CTRF)
    counted = Counter(expected(chosen, CTRF).values())
    assert {name: report["summary"][name] for name in counted} == counted
    failed = [each for each in report["tests"] if each["status"] == "failed"]
    assert all(each["message"].startswith(("FAIL  ", "ERROR  ")) for each in failed)
    assert all(each["trace"].startswith(each["message"].split(" (and ")[0]) for each in failed)
