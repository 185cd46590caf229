"""The table of hostile servers: each row is played, and within the bounds that the page states."""

import json
import re

import hostile_servers as of
import pytest
from miniature import Miniature
from peaks import measured
from playing import ROOT
from test_hostile_servers import JUDGED, NETWORK, OTHER_TROUBLE, OTHERS, PATHS

PAGE = ROOT / "docs/hostile.md"
ROWS = dict(re.findall(r"^\| `(\w+)` \| .* \| (\w+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
EXITS = {"partial": 0, "nonconformant": 1, "incomplete": 3, "error": 4}
PLAYED = {
    **{row[0]: "error" for row in (*NETWORK, *OTHER_TROUBLE)},
    **{server: verdict for server, verdict, _ in (*JUDGED, *OTHERS)},
}
BY_NAME = {server.__name__: server for server in PLAYED}
MEGABYTES = 300
SECONDS = 1.0


def test_every_row_is_a_test_and_every_server_a_row():
    assert {server.__name__: verdict for server, verdict in PLAYED.items()} == ROWS


def test_no_server_is_written_and_never_played():
    bases = {of.Spoilt}
    written = {
        thing for thing in vars(of).values() if isinstance(thing, type) and thing.__module__ == of.__name__
    }
    named = {of.StatementOfWrongShapes}
    assert written - bases - named <= set(PLAYED)


@pytest.mark.long
@pytest.mark.parametrize("name", ROWS)
def test_a_hostile_server_takes_neither_memory_nor_time(name, tmp_path):
    server = BY_NAME[name]
    with Miniature(server() if isinstance(server, type) else server) as miniature:
        peak = measured(miniature.base, tmp_path / "reports", *PATHS, timeout=str(SECONDS))
    assert peak.exit == EXITS[ROWS[name]], peak.out[-2000:]
    assert peak.megabytes < MEGABYTES
    attempts = [a for e in exchanges(tmp_path / "reports/run.jsonl") for a in e["attempts"]]
    assert attempts
    # A machine that is busy with other things may be late, by a little.
    assert max(attempt["seconds"] for attempt in attempts) <= SECONDS * 1.1 + 0.5
    assert peak.seconds <= 10 + 60


def exchanges(record):
    events = map(json.loads, record.read_bytes().splitlines())
    return [event for event in events if event["event"] == "exchange"]
