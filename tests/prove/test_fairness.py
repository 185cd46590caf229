"""The proof of fairness: every rule has its lawful server, and whatever is held against one is told."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.catalogue import requirements
from conformance.commands.prove import command
from conformance.prove import fairness
from conformance.prove.choosing import cases
from conformance.prove.playing import Table
from conformance.server.app import create
from conformance.server.behaviour import Behaviour
from conformance.server.faults import FAULTS
from conformance.server.messages import Refusal
from conformance.server.serving import running
from conformance.server.variations import RULES, VARIATIONS, Variation


def test_there_are_the_rules_of_fairness():
    assert list(RULES) == [f"F{number}" for number in range(1, 28)]
    assert all(re.fullmatch(r"[a-z].*\(\S.*\)", says) for says in RULES.values())


def test_every_rule_of_fairness_has_a_lawful_server():
    shown = {rule for variation in VARIATIONS.values() for rule in variation.rules}
    assert shown == set(RULES)


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_says_in_one_sentence_what_it_does(name):
    variation = VARIATIONS[name]
    assert variation.name == name
    assert re.fullmatch(r"[A-Z`][^\n]*\.", variation.sentence)
    assert set(variation.rules) <= set(RULES)
    assert variation.alone or not variation.incomplete


def test_variations_of_one_topic_are_not_put_together():
    lawful = fairness.servers(VARIATIONS.values())
    together = [[one.topic for one in server] for server in lawful]
    assert all(len(set(topics)) == len(topics) for topics in together)
    assert sorted(one.name for server in lawful for one in server) == sorted(VARIATIONS)
    assert all(len(server) == 1 for server in lawful if any(one.alone for one in server))


@pytest.fixture
def proving(tmp_path):
    """Prove fairness on a server in this process, with the scenarios of one folder."""

    def prove(*lawful, folder="rest/delete"):
        chosen = [case for case in cases() if case.name.startswith(folder)]
        told = []
        with running(create(seed=True)) as base:
            table = Table(base=base, reports=tmp_path, catalogue=requirements())
            trials = fairness.prove(table, chosen, lawful, told.append)
        assert told == trials
        return trials

    return prove


def lawful(name):
    return VARIATIONS[name]


def odd(monkeypatch, *classes, incomplete=""):
    made = Variation(
        name="odd", rules=("F22",), sentence="x", classes=classes, topic="odd", incomplete=incomplete
    )
    monkeypatch.setitem(VARIATIONS, "odd", made)
    return made


def test_a_lawful_server_is_judged_fairly(proving):
    (trial,) = proving((lawful("delete-with-outcome"), lawful("no-total")))
    assert trial.names == ("delete-with-outcome", "no-total")
    assert trial.rules == ("F9", "F22")
    assert not trial.wrong


def test_what_fails_a_server_is_told_and_its_variation_named(proving, monkeypatch):
    broken = odd(monkeypatch, FAULTS["deleted-found"].overriding)
    trials = proving((lawful("no-total"), broken))
    assert [(trial.names, trial.fair) for trial in trials] == [(("no-total",), True), (("odd",), False)]
    assert [one.requirement for one in trials[1].wrong] == ["R4-SRCH-17"]
    assert trials[1].verdict == "nonconformant"


class RefusesDeletes(Behaviour):
    """Every delete is refused."""

    def hear(self, request):
        if request.method == "DELETE":
            raise Refusal(409, "business-rule", "No.")
        return super().hear(request)


def test_what_stays_untested_without_a_reason_is_not_fair(proving, monkeypatch):
    (trial,) = proving((odd(monkeypatch, RefusesDeletes),))
    assert trial.verdict == "incomplete"
    assert not trial.fair
    assert {one.requirement for one in trial.wrong} == {"R4-DEL-02", "R4-READ-03", "R4-SRCH-17"}


def test_what_stays_untested_for_a_known_reason_is_fair(proving, monkeypatch):
    (trial,) = proving((odd(monkeypatch, RefusesDeletes, incomplete="nothing is deleted"),))
    assert trial.fair
    assert trial.as_json()["incomplete"] == "nothing is deleted"


@pytest.mark.long
def test_the_command_tells_the_rules_and_the_servers(tmp_path):
    asked = ["--variation", "no-patch", "--variation", "purges", "--report-dir", str(tmp_path)]
    done = CliRunner().invoke(command, asked, standalone_mode=False)
    assert done.return_value == 0, done.output
    assert "2 rules of fairness: 2 lawful variations on 2 servers, none failed" in done.output
    told = json.loads((tmp_path / "kill-matrix.json").read_text())["fairness"]
    assert [(one["variations"], one["verdict"], one["fair"]) for one in told] == [
        (["no-patch"], "conformant", True),
        (["purges"], "incomplete", True),
    ]


def test_the_page_tells_the_rules():
    page = (Path(__file__).parents[2] / "docs/fairness.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| (F\d+) \| (.+) \|$", page, re.MULTILINE)) == RULES
