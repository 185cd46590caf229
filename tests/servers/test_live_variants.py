"""One server in other settings: references spelt otherwise, a token demanded, nothing validated."""

from __future__ import annotations

import json
import signal
import subprocess
import time
import urllib.request

import live_expected
import live_run
import live_start
import pytest

pytestmark = pytest.mark.live
_BEARER = {"server_auth": {"types": ["bearer"], "tokens": [live_start.TOKEN]}}


@pytest.fixture
def plain(played):
    return live_expected.observed(played("sekmet").summary)


def _play(folder, *options, settings, **environ):
    with live_start.sekmet(folder, **settings) as base:
        return live_run.suite(base, folder / "report", "-n", 2, *options, **environ)


def test_references_answered_as_absolute_urls_change_no_verdict(plain, tmp_path):
    ran = _play(tmp_path, settings={"server_behaviour": {"absolute_references": True}})
    assert live_expected.differences(plain, live_expected.observed(ran.summary)) == []


def test_the_right_token_changes_no_verdict_and_is_written_nowhere(plain, tmp_path):
    ran = _play(tmp_path, "--token-env", "DERMCONF_TOKEN", settings=_BEARER, DERMCONF_TOKEN=live_start.TOKEN)
    assert live_expected.differences(plain, live_expected.observed(ran.summary)) == []
    written = [path.read_text() for path in (tmp_path / "report").rglob("*") if path.is_file()]
    assert written
    assert not any(live_start.TOKEN in text for text in [*written, ran.said])


SCOPE = "system/*.cruds"
PASSWORD = "dermconf-right-password"  # noqa: S105 - as above


def _named(folder, base, auth):
    """Write the settings of a target, and return what selects it."""
    target = {
        "base": base,
        "auth": auth,
        "permissions": ["write", "delete", "validate", "search-by-post"],
    }
    # JSON is YAML, as far as its reader is concerned.
    (folder / "dermconf.yaml").write_text(json.dumps({"targets": {"sekmet": target}}))
    return ["--config", folder / "dermconf.yaml"]


def _by_name(folder, auth, settings, **environ):
    with live_start.sekmet(
        folder, server_auth={"token_lifetime": 2, "enforce_scopes": True, **settings}
    ) as base:
        chosen = _named(folder, base, auth)
        return live_run.suite("sekmet", folder / "report", "-n", 2, *chosen, **environ)


def _client(**known):
    return {"types": ["smart"], "smart_clients": [{"client_id": "dermconf", "scopes": SCOPE, **known}]}


def test_a_name_and_a_password_change_no_verdict(plain, tmp_path):
    auth = {"basic": {"user": "dermconf", "password": {"env": "DERMCONF_PASSWORD"}}}
    settings = {"types": ["basic"], "users": {"dermconf": PASSWORD}}
    ran = _by_name(tmp_path, auth, settings, DERMCONF_PASSWORD=PASSWORD)
    assert live_expected.differences(plain, live_expected.observed(ran.summary)) == []
    assert not [path for path in (tmp_path / "report").rglob("*") if PASSWORD.encode() in path.read_bytes()]


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_client_that_signs_for_itself_gets_in_and_renews_its_tokens(plain, tmp_path, algorithm):
    public = live_run.dermconf("keys", tmp_path / "private.jwk", "--algorithm", algorithm).stdout
    auth = {"backend": {"client": "dermconf", "key": {"file": "private.jwk"}, "scope": SCOPE}}
    ran = _by_name(tmp_path, auth, _client(jwks=json.loads(public)))
    assert live_expected.differences(plain, live_expected.observed(ran.summary)) == []
    # Its tokens live for two seconds, and the run takes longer.
    tokens = [
        e for e in ran.events("exchange") if e["purpose"] == "auth" and e["request"]["method"] == "POST"
    ]
    assert len(tokens) > 1


@pytest.mark.parametrize("place", ["header", "body"])
def test_a_client_with_a_secret_gets_in(plain, tmp_path, place):
    secret = {"client": "dermconf", "secret": {"env": "SECRET"}, "scope": SCOPE, "secret-in": place}
    ran = _by_name(tmp_path, {"client-credentials": secret}, _client(client_secret=PASSWORD), SECRET=PASSWORD)
    assert live_expected.differences(plain, live_expected.observed(ran.summary)) == []
    assert not [path for path in (tmp_path / "report").rglob("*") if PASSWORD.encode() in path.read_bytes()]


@pytest.mark.usefixtures("installed")
def test_a_client_whose_key_is_not_registered_is_told_so(tmp_path):
    live_run.dermconf("keys", tmp_path / "private.jwk")
    other = live_run.dermconf("keys", tmp_path / "another.jwk").stdout
    auth = {"backend": {"client": "dermconf", "key": {"file": "private.jwk"}, "scope": SCOPE}}
    ran = _by_name(tmp_path, auth, _client(jwks=json.loads(other)))
    assert (ran.summary["verdict"], ran.exit) == ("error", 4)
    assert "refused this client (401 invalid_client" in ran.said
    assert {event["kind"] for event in ran.events("problem")} == {"token"}


@pytest.mark.parametrize("token", ["", "dermconf-wrong-token"])
@pytest.mark.usefixtures("installed")
def test_without_the_right_token_the_server_is_not_failed(tmp_path, token):
    options = ("--token-env", "DERMCONF_TOKEN") if token else ()
    ran = _play(tmp_path, *options, settings=_BEARER, DERMCONF_TOKEN=token)
    assert (ran.summary["verdict"], ran.exit) == ("error", 4)
    assert ran.summary["counts"]["fail"] == 0
    assert {event["kind"] for event in ran.events("problem")} == {"auth"}


@pytest.mark.usefixtures("installed")
def test_a_run_that_is_killed_is_cleaned_up_after(tmp_path):
    with live_start.sekmet(tmp_path) as base:
        record = tmp_path / "report/run.jsonl"
        _kill_in_the_middle(live_run.command("run", "--target", base, "--report-dir", record.parent), record)
        assert _stored(base) > 0
        done = live_run.dermconf("cleanup", record)
        assert (_stored(base), done.returncode) == (0, 0), done.stdout


def _kill_in_the_middle(command: list[str], record) -> None:
    """Kill a run when it has written much and cleaned little of it."""
    with subprocess.Popen(command, cwd=live_run.ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not _is_in_the_middle(record):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)


def _is_in_the_middle(record) -> bool:
    """Tell whether something was created after the last deletion."""
    if not record.exists():
        return False
    text = record.read_text(errors="replace")
    return text.count('"event":"deleted"') > 20 and text.rfind('"event":"created"') > text.rfind(
        '"event":"deleted"'
    )


def _stored(base: str) -> int:
    """Return how many resources the server holds of the types that the suite writes."""
    types = ("Patient", "Observation", "DocumentReference", "ImagingStudy", "Media", "Device", "Provenance")
    return sum(_total(f"{base}/{type_}?_summary=count") for type_ in types)


def _total(url: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)["total"]


# Who validates nothing carries out what was to be refused: these rows, and no other, come out otherwise.
_UNVALIDATED = {"rest/transaction-rollback"}


def test_only_what_hangs_on_validation_changes_when_nothing_is_validated(plain, tmp_path):
    ran = _play(tmp_path, settings={"validation": {"inbound": "off"}})
    changed = live_expected.differences(plain, live_expected.observed(ran.summary))
    assert {line.split(":")[0] for line in changed} == _UNVALIDATED
    assert ran.summary["verdict"] == "nonconformant"
