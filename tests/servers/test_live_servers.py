"""The suite against real servers: every verdict that is no pass is written down, with the reason for it."""

from __future__ import annotations

import live_expected
import live_run
import pytest

pytestmark = pytest.mark.live
SERVERS = ("sekmet", "medplum", "fhirsnake", "hapi-jpa")


def _cut(*runs):
    """Return the scenarios of which an answer was cut: a server that returns ever more tires the reader."""
    exchanges = (event for ran in runs for event in ran.events("exchange"))
    return {e.get("scenario") for e in exchanges if any(one.get("truncated") for one in e["attempts"])}


def _without(rows, names):
    return {name: row for name, row in rows.items() if name not in names}


@pytest.mark.parametrize("name", SERVERS)
def test_each_row_says_what_is_known_of_the_server(played, name):
    wanted = live_expected.without_reasons(live_expected.expected(name)["rows"])
    cut = _cut(played(name))
    assert name == "fhirsnake" or not cut
    found = live_expected.observed(played(name).summary)
    assert live_expected.differences(_without(wanted, cut), _without(found, cut)) == []


@pytest.mark.parametrize("name", SERVERS)
def test_the_run_says_what_is_known_of_the_server(played, name):
    wanted, ran = live_expected.expected(name), played(name)
    assert (ran.summary["verdict"], ran.exit) == (wanted["verdict"], wanted["exit"])
    assert "Traceback" not in ran.said


@pytest.mark.parametrize("name", SERVERS)
def test_four_scenarios_at_a_time_come_to_the_same_verdicts(played, name):
    cut = _cut(played(name), played(name, 4))
    alone, together = (live_expected.observed(played(name, threads).summary) for threads in (1, 4))
    assert live_expected.differences(_without(alone, cut), _without(together, cut)) == []


@pytest.mark.parametrize("name", SERVERS)
def test_the_record_is_judged_again_to_the_same_findings(played, name):
    done = live_run.dermconf("judge", played(name).record)
    assert done.stdout.splitlines()[-1].endswith(", 0 judged otherwise")
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["sekmet", "medplum", "hapi-jpa"])
def test_nothing_is_left_on_a_server_that_deletes(played, name):
    assert played(name).events("leftover") == []


def test_what_a_server_will_not_delete_is_listed(played):
    ran = played("fhirsnake")
    ours = {event["reference"] for event in ran.events("created") if event["ours"]}
    assert {event["reference"] for event in ran.events("leftover")} == ours
