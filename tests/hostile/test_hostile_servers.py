"""Whatever a server does: a verdict of its own, the right exit code, every report, and nobody's data lost."""

import socket
import subprocess
from xml.etree import ElementTree as ET

import hostile_floods as floods
import hostile_servers as of
import hostile_words as words
import pytest
from miniature import Miniature
from playing import ALL, ROOT, play
from tiny import Tiny

from conformance.render import FOLDERS, FORMATS

TESTCASES = ROOT / "testcases"
PATHS = (
    TESTCASES / "rest/round-trip.yaml",
    TESTCASES / "search/id.yaml",
    TESTCASES / "profile/annotation-round-trip.yaml",
    ROOT / "tests/hostile/scenarios/walk.yaml",
)
# Server, exit code, kinds of problems, what must be said of it.
NETWORK = [
    (of.never, "timeout: no complete answer within the time limit"),
    (of.header_drip, "timeout: no complete answer within the time limit"),
    (of.body_drip, "timeout: no complete answer within the time limit"),
    (of.continue_drip, "timeout: no complete answer within the time limit"),
    (of.endless_headers, "the connection failed before an answer came"),
    (of.endless_body, "the body is larger than dermconf reads"),
    (of.garbage, "the connection failed before an answer came"),
    (of.login_page, "a web page came instead of FHIR (200)"),
    (of.redirect, "redirected (302) to https://elsewhere.example/fhir/metadata; redirects are not followed"),
    (of.too_many, "busy"),
    (of.gzip_bomb, "the body is larger than dermconf reads"),
    (of.gzip_lie, "not encoded as Content-Encoding says"),
    (of.ClosesMidBody, "closed the connection in the middle of the body"),
    (of.HugeStatement, "the body is larger than dermconf reads"),
    (of.SilentCreates, "closed the connection before the answer was complete"),
    (of.SomebodyElsesTagged, "closed the connection before the answer was complete"),
    (floods.gigabyte, "the body is larger than dermconf reads"),
    (floods.bomb_in_a_bomb, "the body is larger than dermconf reads"),
    (floods.redirect_loop, "redirects are not followed"),
    (floods.too_many_at_once, "busy"),
    (floods.LengthTooLong, "timeout: no complete answer within the time limit"),
    (floods.MillionEntries, "the body is larger than dermconf reads"),
    (floods.MillionResources, "the body is larger than dermconf reads"),
    (floods.Flat, "the body is larger than dermconf reads"),
    (floods.FloodsReads, "the body is larger than dermconf reads"),
    (floods.LongPages, "the body is larger than dermconf reads"),
    (floods.ManyClaims, "the body is larger than dermconf reads"),
    (words.RedirectsReads, "redirects are not followed"),
]
OTHER_TROUBLE = [
    (of.unauthorised, "auth", "not permitted with 401: login no valid token"),
    (of.broken, "server", "refused with 500: exception NullPointerException"),
    (of.BrokenSearch, "server", "the server broke down: refused with 500"),
    (floods.TokenDies, "auth", "not permitted with 401: expired the token has expired"),
    (of.SpeaksR5, "version", "the server speaks FHIR 5.0.0; the scenarios are written for R4"),
]
# Server, verdict, exit code: answered, so the server is judged.
JUDGED = [
    (Tiny, "partial", 0),
    (of.FirstBusy, "partial", 0),
    (of.LongStatement, "partial", 0),
    (of.StatementIsList, "partial", 0),
    (of.LocationElsewhere, "partial", 0),
    (of.RefusesDelete, "partial", 0),
    (of.InvalidUtf8, "nonconformant", 1),
    (of.HugeNumbers, "partial", 0),
    (of.LengthTooShort, "nonconformant", 1),
    (of.NestedArrays, "nonconformant", 1),
    (of.DeepResource, "nonconformant", 1),
    (of.LoneSurrogates, "nonconformant", 1),
    (of.NextToItself, "nonconformant", 1),
    (of.NextToAnotherHost, "incomplete", 3),
    (of.NextToFile, "nonconformant", 1),
    (of.NextIsNoUrl, "nonconformant", 1),
    (of.NextForEver, "partial", 0),
    (of.LocationOfAnother, "nonconformant", 1),
    (of.OddIds, "nonconformant", 1),
    (of.IdWithSpace, "nonconformant", 1),
    (of.LongId, "nonconformant", 1),
    (of.IdOfDots, "nonconformant", 1),
    (of.AlwaysStranger, "nonconformant", 1),
    (of.BundleOfWrongShapes, "nonconformant", 1),
    (of.ResourceOfWrongShapes, "nonconformant", 1),
    (of.Escapes, "incomplete", 3),
    (of.TellsToken, "incomplete", 3),
    (floods.outcome_for_all, "nonconformant", 1),
    (floods.WrongType, "nonconformant", 1),
    (floods.ClaimsAMillion, "partial", 0),
    (floods.LongLines, "incomplete", 3),
    (words.SaysItAll, "nonconformant", 1),
    (words.LeadsAway, "nonconformant", 1),
]
# Those that take long, or are more than one kind of trouble.
OTHERS = [(floods.ManyIssues, "incomplete", 3), (floods.Storm, "error", 4), (floods.LongValue, "error", 4)]


def played(server, folder, **options):
    answer = server() if isinstance(server, type) else server
    with Miniature(answer) as miniature:
        result = play(miniature.base, folder, *PATHS, **{"timeout": 1.0, **options})
    return result, answer, miniature


def assert_in_good_order(result, answer):
    """Hold what no server may spoil."""
    assert not result.kinds & {"bug", "scenario", "fixture"}, result.told
    assert result.run.footer["ended"] == "done"
    assert result.rejudged == []
    for name in ALL:
        filename = FORMATS[name][0] if name in FORMATS else FOLDERS[name].name
        assert (result.folder / filename).stat().st_size
    ET.parse(result.folder / "junit.xml")  # noqa: S314 - our own report
    assert not {"\x1b", "\x00", "\x07"} & set(result.out)
    # Somebody else's resource was there before us, and stays.
    assert "Observation/stranger-1" in getattr(answer, "kept", {"Observation/stranger-1": None})


@pytest.mark.parametrize(("server", "said"), NETWORK, ids=lambda p: getattr(p, "__name__", ""))
def test_what_lies_between_us_and_the_server_is_no_failure_of_the_server(server, said, tmp_path):
    result, answer, _ = played(server, tmp_path)
    assert (result.verdict, result.exit) == ("error", 4)
    assert result.kinds == {"network"}
    assert said in result.told
    assert not [f for f in result.findings if f["result"] == "failed"]
    assert_in_good_order(result, answer)


@pytest.mark.parametrize(("server", "kind", "said"), OTHER_TROUBLE, ids=lambda p: getattr(p, "__name__", ""))
def test_other_trouble_says_what_it_is(server, kind, said, tmp_path):
    result, answer, _ = played(server, tmp_path)
    assert (result.verdict, result.exit) == ("error", 4)
    assert result.kinds == {kind}
    assert said in result.told
    assert_in_good_order(result, answer)


@pytest.mark.parametrize(("server", "verdict", "code"), JUDGED, ids=lambda p: getattr(p, "__name__", ""))
def test_a_server_that_answers_is_judged_by_its_answers(server, verdict, code, tmp_path):
    result, answer, _ = played(server, tmp_path)
    assert (result.verdict, result.exit) == (verdict, code), result.told
    assert_in_good_order(result, answer)


def test_where_some_answers_flood_the_others_are_judged(tmp_path):
    result, _, _ = played(floods.MillionEntries, tmp_path)
    assert result.verdicts["search/id"] == "error"
    assert set(result.verdicts.values()) == {"error", "pass"}


@pytest.mark.parametrize("until", range(1, 30))
def test_a_token_that_dies_at_any_moment_fails_nobody(until, tmp_path):
    class Dies(floods.TokenDies):
        UNTIL = until

    result, _, _ = played(Dies, tmp_path, token="invented", formats=("json",))  # noqa: S106 - nobody's
    assert (result.verdict, result.exit, result.kinds) == ("error", 4, {"auth"})
    assert not [f for f in result.findings if f["result"] == "failed"]


def test_a_token_that_is_refused_everywhere_ends_the_run_at_once(tmp_path):
    with Miniature(of.unauthorised) as miniature:
        result = play(miniature.base, tmp_path, token="invented", token_env="TOKEN", threads=2)  # noqa: S106 - nobody's
    assert (result.verdict, result.exit) == ("error", 4)
    # Three scenarios, those that the other thread had begun, and the CapabilityStatement.
    assert len(miniature.asked) <= 6
    assert result.out.count("the token in TOKEN is refused (401: login no valid token)") == 1
    assert result.out.count("hint") == 1
    assert_in_good_order(result, None)


def test_a_dead_port_is_no_failure_of_the_server(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    result = play(f"http://127.0.0.1:{port}/fhir", tmp_path, *PATHS)
    assert (result.verdict, result.exit) == ("error", 4)
    assert "refused: nothing listens at that address" in result.told
    assert_in_good_order(result, None)


@pytest.mark.parametrize("n", range(len(of.StatementOfWrongShapes.SHAPES)))
def test_a_statement_of_wrong_shapes_claims_nothing_and_breaks_nothing(n, tmp_path):
    server = of.StatementOfWrongShapes()
    for _ in range(n):
        next(server.numbers)
    with Miniature(server) as miniature:
        result = play(miniature.base, tmp_path, *PATHS)
    assert result.exit in {0, 1, 3}
    assert_in_good_order(result, server)


def test_lost_answers_are_looked_for_by_tag_and_deleted(tmp_path):
    _, answer, miniature = played(of.SilentCreates, tmp_path)
    assert list(answer.kept) == ["Observation/stranger-1"]
    assert miniature.of("DELETE")


def test_a_server_that_ignores_tags_loses_nothing_that_is_not_ours(tmp_path):
    _, answer, miniature = played(of.SomebodyElsesTagged, tmp_path)
    assert list(answer.kept) == ["Observation/stranger-1"]
    assert "/fhir/Observation/stranger-1" not in miniature.of("DELETE")


@pytest.mark.parametrize("server", [of.LocationElsewhere, of.LocationOfAnother])
def test_a_location_that_is_not_of_the_new_resource_deletes_nobodys(server, tmp_path):
    _, _, miniature = played(server, tmp_path)
    assert "/fhir/Observation/stranger-1" not in miniature.of("DELETE")


@pytest.mark.parametrize("server", [of.OddIds, of.IdWithSpace, of.LongId, of.IdOfDots])
def test_an_id_that_is_none_is_never_put_into_a_url(server, tmp_path):
    result, _, miniature = played(server, tmp_path)
    allowed = {"metadata", "Patient", "Observation", "DocumentReference", "Media", "ImagingStudy"}
    asked = {a.path.split("?")[0].removeprefix("/fhir/").rstrip("/") for a in miniature.asked}
    assert asked <= allowed
    assert "failed" in result.results("built-in:location")
    assert all(left["why"] for left in result.leftovers)
    assert result.leftovers


def test_no_host_but_the_targets_is_ever_asked(tmp_path, monkeypatch):
    seen = []
    real = socket.create_connection

    def recording(address, *args, **named):
        seen.append(address[1])
        return real(address, *args, **named)

    monkeypatch.setattr(socket, "create_connection", recording)
    monkeypatch.setattr(socket, "getaddrinfo", _only_loopback(socket.getaddrinfo, seen))
    for server in (of.NextToAnotherHost, of.LocationElsewhere, of.redirect):
        played(server, tmp_path / server.__name__)
    assert {host for host in seen if isinstance(host, str)} <= {"127.0.0.1"}


def _only_loopback(real, seen):
    def look_up(host, *args, **named):
        seen.append(host)
        return real(host, *args, **named)

    return look_up


def test_the_token_is_in_no_file(tmp_path):
    token = "sEcReT-token/42+x=="  # noqa: S105 - invented
    result, _, miniature = played(of.TellsToken, tmp_path, token=token)
    assert miniature.asked[0].headers["authorization"] == f"Bearer {token}"
    for spelt in (token, token.replace("/", "\\/"), "".join(f"\\u{ord(c):04x}" for c in token)):
        found = subprocess.run(
            ["grep", "-rliF", "-e", spelt, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert found.stdout == ""
    assert token.lower() not in result.out.lower()


def test_what_refuses_to_be_deleted_is_listed_and_changes_no_verdict(tmp_path):
    result, answer, _ = played(of.RefusesDelete, tmp_path)
    listed = {left["reference"] for left in result.leftovers}
    assert listed == set(answer.kept) - {"Observation/stranger-1"}
    assert set(result.verdicts.values()) == {"pass"}


def test_a_long_body_lies_beside_the_record(tmp_path):
    played(of.LongStatement, tmp_path)
    assert max(map(len, (tmp_path / "run.jsonl").read_bytes().splitlines())) <= 1_000_000
    assert list((tmp_path / "bodies").iterdir())
