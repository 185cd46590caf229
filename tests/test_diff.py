"""Runs beside each other: only what changed, what got worse first, and no change without a name."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.commands import diff
from conformance.diff import Kind, compare
from conformance.server.app import create
from conformance.server.serving import running

sys.path.append(str(Path(__file__).parent / "hostile"))
from playing import ROOT, play

PATHS = (ROOT / "testcases/profile/ai-prediction-round-trip.yaml", ROOT / "testcases/search/total.yaml")
FINAL = ("DERM-AIP-03", "profile/ai-prediction-round-trip")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return recorded runs by name: of the honest server, and of broken ones."""
    folder = tmp_path_factory.mktemp("runs")
    with running(create(seed=True)) as base:
        host = base.removesuffix("/fhir")
        played = {
            "good": play(base, folder / "good", *PATHS),
            "again": play(base, folder / "again", *PATHS),
            "final": play(f"{host}/faults/prediction-final/fhir", folder / "final", *PATHS),
            "nothing-next": play(f"{host}/faults/next-link-lost/fhir", folder / "nothing-next", *PATHS),
            "one": play(base, folder / "one", PATHS[0]),
            "dead": play("http://127.0.0.1:1/fhir", folder / "dead", *PATHS),
        }
    return {name: (result.run, folder / name) for name, result in played.items()}


def kinds(runs, *names):
    found = compare([runs[name][0] for name in names])
    return {(c.requirement, c.scenario): c.kind for c in found.changes}


def test_two_runs_that_say_the_same_differ_in_nothing(runs):
    assert kinds(runs, "good", "again") == {}


def test_what_got_worse_is_a_regression_and_the_other_way_round_it_is_fixed(runs):
    worse, better = kinds(runs, "good", "final"), kinds(runs, "final", "good")
    assert worse[FINAL] is Kind.REGRESSION
    assert better[FINAL] is Kind.FIXED
    assert set(worse.values()) == {Kind.REGRESSION}
    assert set(better.values()) == {Kind.FIXED}


def test_a_rule_that_a_scenario_does_not_name_got_worse_too(runs):
    found = kinds(runs, "good", "nothing-next")
    assert found["R4-RES-19", "search/total"] is Kind.REGRESSION


def test_what_only_one_run_has_is_new_or_removed(runs):
    assert kinds(runs, "one", "good") == {("R4-RES-04", "search/total"): Kind.NEW}
    assert kinds(runs, "good", "one") == {("R4-RES-04", "search/total"): Kind.REMOVED}


def test_a_run_that_came_to_nothing_is_neither_better_nor_worse(runs):
    assert set(kinds(runs, "good", "dead").values()) == {Kind.CHANGED}


def test_what_was_found_broken_is_not_mended_by_a_run_that_never_got_there(runs):
    # A rule that no scenario names: it stands in the record only where it was judged.
    lost = ("R4-RES-19", "search/total")
    assert kinds(runs, "nothing-next", "dead")[lost] is Kind.CHANGED
    assert kinds(runs, "nothing-next", "good")[lost] is Kind.FIXED
    broken = runs["nothing-next"][0]
    for cut, was in (("skip", "skip"), ("untested", "untested"), ("out-of-reach", "out-of-reach")):
        rows = tuple(
            replace(s, findings=(), skipped={"verdict": cut, "lacks": "a permission"})
            for s in broken.scenarios
        )
        changes = compare([broken, replace(broken, scenarios=rows)]).changes
        assert {c.after for c in changes} == {was}
        assert {c.kind for c in changes} == {Kind.CHANGED}


def test_a_scenario_that_broke_off_has_held_nothing_to_its_end(runs):
    good = runs["good"][0]
    rows = tuple(replace(s, problems=({"kind": "network", "message": "timed out"},)) for s in good.scenarios)
    changes = compare([good, replace(good, scenarios=rows)]).changes
    assert {(c.before, c.after, c.message) for c in changes} == {("pass", "error", "timed out")}


def test_a_step_that_was_not_reached_shows_nothing_to_be_mended(runs):
    broken, good = runs["nothing-next"][0], runs["good"][0]
    event = {"event": "not-reached", "step": 2, "because": "x", "seq": 1, "ms": 1}
    rows = tuple(
        replace(s, findings=(), events=(event,)) if s.name == "search/total" else s for s in good.scenarios
    )
    (change,) = (
        c for c in compare([broken, replace(good, scenarios=rows)]).changes if c.requirement == "R4-RES-19"
    )
    assert (change.kind, change.before, change.after) == (Kind.CHANGED, "fail", "untested")


def test_a_rule_that_only_a_later_version_knows_is_new_and_no_regression(runs):
    good, broken = runs["good"][0], runs["nothing-next"][0]
    rows = tuple(
        replace(s, findings=tuple(f for f in s.findings if f["requirement"] != "R4-RES-19"))
        for s in good.scenarios
    )
    before = replace(good, scenarios=rows, header={**good.header, "requirements": "0"})
    (change,) = (c for c in compare([before, broken]).changes if c.requirement == "R4-RES-19")
    assert (change.kind, change.before) == (Kind.NEW, "absent")
    (change,) = (c for c in compare([broken, before]).changes if c.requirement == "R4-RES-19")
    assert (change.kind, change.after) == (Kind.REMOVED, "absent")


def test_a_rule_that_a_scenario_names_since_it_was_reworded_is_new(runs):
    good = runs["good"][0]
    rows = tuple(
        replace(s, event={**s.event, "requirements": {}, "sha256": "old"}, findings=())
        for s in good.scenarios
    )
    changes = compare([replace(good, scenarios=rows), good]).changes
    assert {c.kind for c in changes} == {Kind.NEW}
    assert all(c.reworded for c in changes)


def test_what_one_run_did_not_play_or_judged_otherwise_is_not_flaky(runs):
    good, one, final = (runs[name][0] for name in ("good", "one", "final"))
    assert compare([good, one, good]).changes == ()
    dead = replace(runs["dead"][0], target=good.target)
    assert compare([good, dead, good]).changes == ()
    otherwise = replace(final, target=good.target, header={**final.header, "gates": ["r4"]})
    assert compare([good, otherwise, good]).changes == ()


def test_of_two_runs_of_one_server_nobody_can_say_which_it_was(runs):
    good, final = runs["good"][0], runs["final"][0]
    assert compare([good, replace(final, target=good.target)]).warnings == (
        "both runs are of one server: whether it changed, or goes back and forth, a third run tells",
    )
    assert compare([good, runs["again"][0]]).warnings == ()
    assert compare([good, final]).warnings == ()


def test_what_differs_in_any_of_the_runs_is_told(runs):
    good = runs["good"][0]
    other = replace(good, header={**good.header, "evidence": "inferred"})
    assert compare([good, other, good]).warnings == (
        "evidence differ: descriptive then, inferred then, descriptive now",
    )


def test_what_goes_back_and_forth_on_one_server_is_flaky(runs):
    good, final = runs["good"][0], runs["final"][0]
    # The broken run, as if it were of the same server.
    broken = replace(final, target=good.target)
    found = compare([good, broken, good])
    assert {c.requirement: c.kind for c in found.changes}["DERM-AIP-03"] is Kind.FLAKY
    assert found.worse
    assert next(c for c in found.changes if c.requirement == "DERM-AIP-03").verdicts == (
        "pass",
        "fail",
        "pass",
    )
    # Of two servers, it is not.
    assert compare([good, final, good]).changes == ()


def test_unlike_conditions_are_told(runs):
    good = runs["good"][0]
    other = replace(good, header={**good.header, "gates": ["r4"], "requirements": "0"})
    found = compare([good, other])
    assert "gates differ: dermatology, r4 then, r4 now" in found.warnings
    assert any(warning.startswith("requirements differ") for warning in found.warnings)
    assert compare([good, replace(good, footer=None)]).warnings[-1].startswith("run 2 was cut off")


def test_a_scenario_that_was_reworded_is_told(runs):
    good, final = runs["good"][0], runs["final"][0]
    scenarios = tuple(replace(s, event={**s.event, "sha256": "another"}) for s in final.scenarios)
    (first, *_) = compare([good, replace(final, scenarios=scenarios)]).changes
    assert first.reworded


def called(*arguments):
    done = CliRunner().invoke(diff.command, [str(a) for a in arguments], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.output


def test_the_command_says_what_got_worse_and_fails(runs):
    code, out = called(runs["good"][1], runs["final"][1] / "run.jsonl")
    assert code == 1
    assert "WORSE  DERM-AIP-03  profile/ai-prediction-round-trip  pass → fail" in out
    assert "An AI prediction is never final." in out
    assert called(runs["good"][1], runs["again"][1])[1].endswith("nothing changed\n")
    assert called(runs["final"][1], runs["good"][1])[0] == 0


@pytest.mark.parametrize("form", ["json", "markdown", "html"])
def test_each_form_tells_the_same(runs, form, tmp_path):
    file = tmp_path / "out"
    code, out = called(runs["good"][1], runs["final"][1], "--format", form, "-o", file)
    assert (code, out) == (1, "")
    text = file.read_text()
    assert "DERM-AIP-03" in text
    assert form != "json" or {c["kind"] for c in json.loads(text)["changes"]} == {"regression"}


def test_words_of_a_server_are_no_markdown_and_no_terminal_codes(runs):
    good, final = runs["good"][0], runs["final"][0]
    evil = {"name": "x`|\x1b[31m<script>", "base": "http://h/fhir", "server": "@someone\n# heading"}
    found = compare([replace(good, target=evil), final])
    assert "\x1b" not in diff._text(found)
    markdown = diff._markdown(found)
    assert "\n# heading" not in markdown
    assert "x`|" not in markdown
