"""What becomes of an entry, and of a file of them, over every run that there can be."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.baseline import Entry, Standing, outlived, recorded, settle
from conformance.baselinefile import proposed
from conformance.events import Run, ScenarioRun
from conformance.model import Evidence, Gate, Level, Party, Requirement, State, Target
from conformance.problem import Problem
from conformance.summary import summary, unfinished

TARGET = Target(base="http://h/fhir")
TODAY = "2026-11-28"
BLANK = Entry(scenario="", requirement="", verdict="", owner="Ada", reason="known", expires="2999-01-01")
RULES = ("R-1", "R-2")
ROWS = ("s[a]", "s[b]", "t")
OPEN = {"failed", "untested", "data"}


def rule(id_):
    return Requirement(
        id=id_,
        spec="r4",
        level=Level.SHALL,
        evidence=Evidence.EXPLICIT,
        gate=Gate.ALWAYS,
        binds=Party.REPOSITORY,
        statement="A rule.",
        source="x",
        state=State.TESTED,
    )


CATALOGUE = {name: rule(name) for name in RULES}


def finding(result="failed", requirement="R-1", step=1, check=1):
    texts = dict.fromkeys(("at", "expected", "actual", "message", "hint"), "")
    told = {"requirement": requirement, "result": result, "gating": True, "step": step, "check": check}
    return {**told, "exchange": 1, **texts}


def scenario(name, *findings, skipped=None, problems=(), short=False):
    return ScenarioRun(
        name=name,
        event={"id": name.partition("[")[0], "requirements": dict.fromkeys(RULES, "SHALL")},
        events=({"event": "not-reached", "ms": 1.0},) if short else (),
        findings=findings,
        problems=tuple({"kind": kind} for kind in problems),
        skipped={"verdict": skipped, "lacks": "data"} if skipped else None,
    )


def run(*scenarios, accepted=(), expression="", expected=None):
    header = {
        "dermconf": "0",
        "roles": ["repository"],
        "started": f"{TODAY}T10:00:00+00:00",
        "selection": {"whole": not expression, "expression": expression},
        "scenarios": len(scenarios) if expected is None else expected,
        "accepted": recorded(accepted),
    }
    return Run(header=header, scenarios=scenarios)


def entry(scenario="s[a]", requirement="R-1", verdict="fail", **more):
    return replace(BLANK, scenario=scenario, requirement=requirement, verdict=verdict, **more)


def state(one, *scenarios, **more):
    [(_, found)] = settle(run(*scenarios, accepted=[one], **more)).states
    return found


def come_to(found, *, cut=False):
    told = summary(found, CATALOGUE, TARGET, cut=cut)
    return told["verdict"], told["gate"]["exit"]


HELD, FAILED, UNTESTED = finding("held"), finding(), finding("untested")
PASSED = scenario("t", finding("held"), finding("held", "R-2"))

STATES = [
    ("its check held", entry(), [scenario("s[a]", HELD)], {}, Standing.STALE),
    ("it did not", entry(), [scenario("s[a]", FAILED)], {}, Standing.USED),
    ("it became untested", entry(), [scenario("s[a]", UNTESTED)], {}, Standing.NOT_PLAYED),
    ("it does not gate here", entry(), [scenario("s[a]", FAILED | {"gating": False})], {}, "not-played"),
    ("one check of two is untested", entry(), [scenario("s[a]", HELD, UNTESTED)], {}, Standing.NOT_PLAYED),
    ("a later step was not reached", entry(), [scenario("s[a]", HELD, short=True)], {}, Standing.NOT_PLAYED),
    (
        "its own check was reached before",
        entry(check="1.1"),
        [scenario("s[a]", HELD, short=True)],
        {},
        Standing.STALE,
    ),
    (
        "another check failed",
        entry(check="1.1"),
        [scenario("s[a]", HELD, finding(step=2))],
        {},
        Standing.STALE,
    ),
    ("trouble on the way", entry(), [scenario("s[a]", HELD, problems=["network"])], {}, Standing.NOT_PLAYED),
    ("skipped", entry(), [scenario("s[a]", skipped="skip")], {}, Standing.NOT_PLAYED),
    ("out of reach", entry(), [scenario("s[a]", skipped="out-of-reach")], {}, Standing.NOT_PLAYED),
    ("not selected", entry(), [PASSED], {"expression": "t"}, Standing.NOT_PLAYED),
    ("all rows held", entry("s"), [scenario("s[a]", HELD), scenario("s[b]", HELD)], {}, Standing.STALE),
    ("one row still fails", entry("s"), [scenario("s[a]", HELD), scenario("s[b]", FAILED)], {}, "used"),
    ("only one row was selected", entry("s"), [scenario("s[a]", HELD)], {"expression": "a"}, "not-played"),
    ("cut off between rows", entry("s"), [scenario("s[a]", HELD)], {"expected": 2}, Standing.NOT_PLAYED),
    (
        "nothing could be said",
        entry(verdict="untested"),
        [scenario("s[a]", finding("cannot-say"))],
        {},
        "used",
    ),
    (
        "skipped for want of data",
        entry(verdict="untested"),
        [scenario("s[a]", skipped="untested")],
        {},
        "used",
    ),
    (
        "skipped, and of one check alone",
        entry(verdict="untested", check="1.1"),
        [scenario("s[a]", skipped="untested")],
        {},
        Standing.NOT_PLAYED,
    ),
    ("no such check ran", entry(check="9.9"), [scenario("s[a]", HELD)], {}, Standing.IDLE),
    (
        "it may be in a step not reached",
        entry(check="9.9"),
        [scenario("s[a]", HELD, short=True)],
        {},
        "not-played",
    ),
    ("past its day", entry(expires="2026-11-27"), [scenario("s[a]", FAILED)], {}, Standing.EXPIRED),
    ("on its day", entry(expires=TODAY), [scenario("s[a]", FAILED)], {}, Standing.USED),
]


@pytest.mark.parametrize(
    ("one", "scenarios", "more", "becomes"), [row[1:] for row in STATES], ids=[r[0] for r in STATES]
)
def test_what_becomes_of_an_entry(one, scenarios, more, becomes):
    assert state(one, *scenarios, **more) == becomes


@pytest.mark.parametrize("gap", [finding("untested"), finding("cannot-say")])
def test_what_could_not_be_tested_is_accepted_and_the_run_stays_incomplete(gap):
    played = scenario("s[a]", gap), scenario("t", finding("held", "R-2"))
    assert come_to(run(*played)) == ("incomplete", 3)
    assert come_to(run(*played, accepted=[entry(verdict="untested")])) == ("incomplete", 0)
    assert come_to(run(*played, accepted=[entry(verdict="fail")])) == ("incomplete", 3)


def test_what_one_person_answers_for_leaves_another_scenarios_gap_open():
    played = scenario("s[a]", skipped="untested"), scenario("s[b]", skipped="untested"), PASSED
    silent = replace(played[2], findings=(finding("held", "R-2"),))
    accepted = [entry(name, verdict="untested") for name in ("s[a]", "s[b]")]
    assert come_to(run(*played[:2], silent, accepted=accepted)) == ("incomplete", 0)
    assert come_to(run(*played[:2], silent, accepted=accepted[:1])) == ("incomplete", 3)


@pytest.mark.parametrize("accepted", [[], [entry()], [entry("t")], [entry(expires="2020-01-01")]])
@pytest.mark.parametrize(("problem", "code"), [("network", 4), ("fixture", 5)])
def test_no_baseline_mends_or_hides_what_broke(accepted, problem, code):
    broken = scenario("s[a]", FAILED), scenario("s[b]", problems=[problem]), PASSED
    found = come_to(run(*broken, accepted=accepted))
    assert found == ("nonconformant", code if accepted == [entry()] else 1)


@pytest.mark.parametrize("accepted", [[entry("t")], [entry("t", expires="2020-01-01")], []])
def test_an_interrupted_run_is_an_error_whatever_has_become_of_its_baseline(accepted):
    assert come_to(run(PASSED, accepted=accepted), cut=True) == ("error", 4)
    assert come_to(run(accepted=accepted), cut=True) == ("error", 4)


ALTERED = [
    "all of it",
    {},
    [["s[a]"]],
    [{"scenario": "s"}],
    [asdict(entry()) | {"more": "x"}],
    [asdict(entry()) | {"expires": 7}],
]


@pytest.mark.parametrize("accepted", ALTERED, ids=str)
def test_a_record_whose_entries_are_none_is_a_complaint(accepted):
    whole = run(PASSED)
    with pytest.raises(Problem, match="the record was altered"):
        settle(replace(whole, header={**whole.header, "accepted": accepted}))


FINDINGS = st.builds(
    finding,
    st.sampled_from(["held", "failed", "untested", "cannot-say", "not-asked", "data", "observed"]),
    st.sampled_from(RULES),
    st.integers(1, 2),
    st.sampled_from([1, 2, "oracle:recall"]),
)


@st.composite
def runs(draw):
    rows = draw(st.lists(st.sampled_from(ROWS), unique=True, min_size=1))
    played = []
    for name in rows:
        skipped = draw(st.sampled_from([None, None, None, "skip", "untested", "out-of-reach"]))
        found = () if skipped else draw(st.lists(FINDINGS, max_size=5))
        played.append(scenario(name, *found, skipped=skipped, short=draw(st.booleans()) and not skipped))
    return run(*played, expression=draw(st.sampled_from(["", "s"])))


ENTRIES = st.builds(
    entry,
    st.sampled_from([*ROWS, "s"]),
    st.sampled_from(RULES),
    st.sampled_from(["fail", "untested"]),
    owner=st.sampled_from(["Grace", "Lin"]),
    expires=st.sampled_from(["2020-01-01", "2027-01-01"]),
    check=st.sampled_from(["", "1.1", "2.oracle:recall"]),
)
FILES = st.lists(ENTRIES, max_size=5, unique=True)


def given_(found, entries):
    return replace(found, header={**found.header, "accepted": recorded(entries)})


def covered(one, found):
    mine = [each for each in found.scenarios if one.names(each)]
    return [f["result"] for each in mine for f in each.findings if one.covers(f)]


@given(runs(), FILES)
def test_an_entry_is_stale_only_where_all_that_was_seen_of_it_held(found, entries):
    for one, standing in settle(given_(found, entries)).states:
        results = covered(one, found)
        if standing is Standing.STALE:
            assert "held" in results
            assert not OPEN & set(results)
        if not results and standing not in {Standing.EXPIRED, Standing.USED}:
            assert standing is (Standing.IDLE if outlived(one, found) else Standing.NOT_PLAYED)


@given(runs())
def test_what_is_proposed_leaves_nothing_open_and_no_entry_of_it_is_past(found):
    wanted = unfinished(found, CATALOGUE, TARGET)
    entries = proposed(found, BLANK, wanted)
    again = summary(given_(found, entries), CATALOGUE, TARGET)
    assert {state for _, state in settle(given_(found, entries)).states} <= {Standing.USED}
    # A run in which no gating rule passed is incomplete, whoever answers for what.
    assert again["gate"]["exit"] == (0 if again["counts"]["pass"] else 3)
    assert again["verdict"] == summary(found, CATALOGUE, TARGET)["verdict"]


@given(runs(), FILES)
def test_merging_keeps_every_word_of_what_is_needed_or_was_not_played(found, before):
    wanted = unfinished(found, CATALOGUE, TARGET)
    merged = proposed(found, BLANK, wanted, before)
    assert [one for one in before if one not in merged] == [
        one
        for one in before
        if outlived(one, found) and not any(_needs(one, fresh) for fresh in proposed(found, BLANK, wanted))
    ]
    assert all(one in before or one.owner == BLANK.owner for one in merged)
    assert proposed(found, replace(BLANK, owner="Eve"), wanted, merged) == merged


def _needs(one, fresh):
    same = (one.requirement, one.verdict) == (fresh.requirement, fresh.verdict)
    return same and one.scenario in {fresh.scenario, fresh.scenario[0]} and one.check in {"", fresh.check}


@given(runs(), FILES, ENTRIES)
def test_no_entry_ever_changes_the_verdict_or_accepts_more_than_it_names(found, entries, more):
    plain, told = (summary(given_(found, some), CATALOGUE, TARGET) for some in (entries, [*entries, more]))
    assert told["verdict"] == plain["verdict"]
    before, after = settle(given_(found, entries)), settle(given_(found, [*entries, more]))
    rows = {each.name: each for each in found.scenarios}
    for name, index in after.findings - before.findings:
        assert more.names(rows[name])
        assert more.covers(rows[name].findings[index])
    for name, requirement in after.silent - before.silent:
        assert more.names(rows[name])
        assert more.requirement == requirement
