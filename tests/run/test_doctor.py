"""The doctor finds each thing that keeps a target from being tested, says what to do, and breaks nothing."""

import json
from datetime import UTC, datetime

import hostile_servers as of
import pytest
from click.testing import CliRunner
from miniature import Miniature, http
from tiny import Tiny

from conformance.commands.doctor import command
from conformance.server.app import create
from conformance.server.doors import Doors
from conformance.server.granting import Granting
from conformance.server.serving import running


@pytest.fixture(scope="module")
def base():
    with running(create(seed=True, doors=Doors(granting=Granting()))) as base:
        yield base


def examined(folder, target, *options, env=None):
    arguments = ["--target", target, "--format", "json", "--report-dir", str(folder), *options]
    done = CliRunner().invoke(command, arguments, env=env, standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, {line["what"]: line for line in json.loads(done.output) if line["what"]}


WELL = ("address", "metadata", "read", "write", "scenarios", "cost")


def test_a_server_that_can_be_tested_is_well(base, tmp_path):
    code, lines = examined(tmp_path, base)
    assert code == 0
    assert {lines[what]["state"] for what in WELL} == {"ok"}
    assert "4 resources were created and deleted again" in lines["write"]["said"]
    assert "FHIR 4.0.1" in lines["metadata"]["said"]


def test_what_the_estimate_says_is_about_what_a_run_takes(base, tmp_path):
    _, lines = examined(tmp_path, base)
    estimated = int(lines["cost"]["said"].split()[1])
    # A run of the whole suite against this server takes some 3,100 requests.
    assert 2300 < estimated < 3900


def test_a_door_that_wants_a_credential_is_told(base, tmp_path):
    door = base.replace("/fhir", "/auth/bearer/fhir")
    code, lines = examined(tmp_path, door)
    assert code == 1
    assert lines["read"] == {
        "state": "amiss",
        "what": "read",
        "said": "a credential is wanted (401)",
        "todo": "--token-env NAME, or auth in dermconf.yaml",
    }
    assert "scenarios" not in lines
    code, lines = examined(tmp_path, door, "--token-env", "T", env={"T": "another-token"})
    assert lines["read"]["said"] == "the credential is refused (401)"
    _, lines = examined(tmp_path, door, "--token-env", "T", env={"T": "demo-token"})
    assert (lines["read"]["state"], lines["write"]["state"]) == ("ok", "ok")


def test_where_only_reading_is_permitted_nothing_is_written(tmp_path):
    with Miniature(Tiny()) as server:
        code, lines = examined(tmp_path, server.base, "--read-only")
        assert {asked.method for asked in server.asked} == {"GET"}
    assert lines["write"]["state"] == "note"
    assert code == 0


@pytest.mark.parametrize(
    ("server", "what", "said"),
    [
        (of.login_page, "address", "a web page came instead of FHIR"),
        (of.redirect, "address", "redirects are not followed"),
        (of.garbage, "address", "the connection failed"),
        (of.broken, "address", "broke down"),
        (of.SpeaksR5, "metadata", "FHIR 5.0.0"),
    ],
)
def test_what_keeps_a_target_from_being_tested_is_told(server, what, said, tmp_path):
    with Miniature(server() if isinstance(server, type) else server) as miniature:
        code, lines = examined(tmp_path, miniature.base, "--read-only")
    assert code == 1
    assert said in lines[what]["said"]
    assert lines[what]["todo"]


def test_a_clock_that_is_wrong_is_told_with_what_may_come_of_it(tmp_path):
    late = http(200, b'{"resourceType": "CapabilityStatement"}', Date="Sun, 06 Nov 1994 08:49:37 GMT")
    with Miniature(lambda _asked: iter([late])) as server:
        _, lines = examined(tmp_path, server.base, "--read-only")
    assert lines["clock"]["state"] == "note"
    assert "a token may be refused for it" in lines["clock"]["todo"]
    days = (datetime.now(UTC) - datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)).days
    assert lines["clock"]["said"] in {f"the server's clock is {n} d behind ours" for n in (days, days + 1)}


def test_the_clock_of_the_reference_server_is_right_whatever_its_store_counts(base, tmp_path):
    _, lines = examined(tmp_path, base, "--read-only")
    assert (lines["clock"]["state"], lines["clock"]["said"]) == ("ok", "the clocks agree")


def test_a_budget_that_is_too_small_is_told(base, tmp_path):
    file = tmp_path / "dermconf.yaml"
    file.write_text(
        f"targets: {{t: {{base: '{base}', permissions: [write, delete], budget: {{total: 100}}}}}}"
    )
    code, lines = examined(tmp_path, "t", "--config", str(file))
    assert (code, lines["cost"]["state"]) == (1, "amiss")
    assert "raise total (now 100)" in lines["cost"]["todo"]


def test_where_the_images_are_is_asked_without_the_credential(base, tmp_path):
    with Miniature(lambda _asked: iter([http(401, b"{}")])) as images:
        file = tmp_path / "dermconf.yaml"
        places = f"imaging: '{images.base}', wado: ['{images.host}/wado', 'http://127.0.0.1:1']"
        file.write_text(f"targets: {{t: {{base: '{base}', {places}, imaging-generation: G2}}}}")
        code, lines = examined(
            tmp_path, "t", "--config", str(file), "--token-env", "T", env={"T": "the-token"}
        )
    assert lines["imaging"] == {
        "state": "ok",
        "what": "imaging",
        "said": f"{images.base}/metadata answers 401 to a request without a credential",
        "todo": "",
    }
    assert (code, lines["wado"]["state"]) == (1, "amiss")
    assert [asked.path for asked in images.asked] == ["/fhir/metadata", "/wado"]
    assert not [asked for asked in images.asked if "authorization" in asked.headers]


def test_a_scope_that_allows_no_writing_is_told(base, tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_SECRET", "demo-secret")
    file = tmp_path / "dermconf.yaml"
    door = base.replace("/fhir", "/auth/client-credentials/fhir")
    auth = "client-credentials: {client: demo-client, secret: {env: DEMO_SECRET}, scope: system/*.rs}"
    file.write_text(f"targets: {{t: {{base: '{door}', permissions: [write, delete], auth: {{{auth}}}}}}}")
    _, lines = examined(tmp_path, "t", "--config", str(file))
    assert lines["scope"]["state"] == "amiss"
    assert "demo-client got a token for system/*.rs" in lines["token"]["said"]
    assert "demo-secret" not in json.dumps(lines)


def test_what_a_server_says_does_not_reach_the_terminal_raw(tmp_path):
    hostile = json.dumps({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1\x1b]0;owned\x07"})
    with Miniature(lambda _asked: iter([http(200, hostile.encode())])) as server:
        arguments = ["--target", server.base, "--read-only", "--report-dir", str(tmp_path)]
        done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert "\x1b" not in done.output
    assert "owned" in done.output
