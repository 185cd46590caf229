"""A run gets in by every kind of credential, renews what expires, keeps its budget, and shows no secret."""

import json
import time
from pathlib import Path

import pytest
from miniature import Miniature, http
from playing import ROOT, play

from conformance.commands import cleanup, keys
from conformance.commands.access import access
from conformance.problem import Problem
from conformance.read import settings
from conformance.server.app import create
from conformance.server.doors import PASSWORD, TOKEN, Doors
from conformance.server.granting import SECRET, Granting
from conformance.server.serving import running

SCENARIOS = (ROOT / "testcases/rest/round-trip.yaml", ROOT / "testcases/search/id.yaml")
AUTH = {
    "basic": "basic: {user: demo-user, password: {env: DEMO_PASSWORD}}",
    "bearer": "bearer: {env: DEMO_TOKEN}",
    "client-credentials": "client-credentials: {client: demo-client, secret: {env: DEMO_SECRET}}",
    "backend": 'backend: {client: demo-client, key: {file: private.jwk}, scope: "system/*.cruds"}',
}
PERMITTED = "permissions: [write, delete, validate, search-by-post]"


class Gate:
    """The reference server behind its doors; `granting` gives tokens, `named` reads a target of it."""

    def __init__(self, base, granting, folder):
        self.host = base.removesuffix("/fhir")
        self.granting = granting
        self.folder = folder

    def named(self, auth, more=PERMITTED, door=None):
        base = f"{self.host}/auth/{door or auth.partition(':')[0]}/fhir"
        file = self.folder / "dermconf.yaml"
        file.write_text(f"targets:\n  t:\n    base: {base}\n    auth: {{{auth}}}\n    {more}\n")
        return settings.read(file)["t"]


@pytest.fixture
def gate(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    monkeypatch.setenv("DEMO_TOKEN", TOKEN)
    monkeypatch.setenv("DEMO_SECRET", SECRET)
    private = tmp_path / "private.jwk"
    shown = []
    monkeypatch.setattr(keys.click, "echo", shown.append)
    keys.command.callback(private, "ES384")
    public = tmp_path / "public.json"
    public.write_text(shown[0])
    granting = Granting(keys=public)
    with running(create(seed=True, doors=Doors(granting=granting))) as base:
        yield Gate(base, granting, tmp_path)


def went(named, folder, *paths, **more):
    target = {
        name: getattr(named.target, name)
        for name in ("name", "read_only", "leave_data", "denied", "total", "rate", "gates")
    }
    paths = paths or SCENARIOS
    return play(named.target.base, folder, *paths, access=access(named), **{**target, **more})


def written(folder):
    return b"".join(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file())


def given(gate):
    """Return the tokens that were given so far."""
    return list(gate.granting._given)


@pytest.mark.parametrize("kind", AUTH)
def test_a_run_gets_in(kind, gate, tmp_path):
    result = went(gate.named(AUTH[kind]), tmp_path / "reports")
    assert (result.verdict, result.exit) == ("partial", 0)
    assert result.leftovers == []
    everything = written(tmp_path / "reports") + result.out.encode()
    secrets = [PASSWORD, TOKEN, SECRET, *given(gate), "client_assertion=ey"]
    assert not [secret for secret in secrets if secret.encode() in everything]


WRONG = [
    ("basic: {user: demo-user, password: {env: DEMO_TOKEN}}", "basic", "refused"),
    ("bearer: {env: DEMO_SECRET}", "bearer", "refused"),
    (
        "client-credentials: {client: demo-client, secret: {env: DEMO_TOKEN}}",
        "client-credentials",
        "refused this client (401 invalid_client",
    ),
    (
        'backend: {client: another, key: {file: private.jwk}, scope: "system/*.cruds"}',
        "backend",
        "refused this client (401 invalid_client",
    ),
    (
        "client-credentials: {client: demo-client, secret: {env: DEMO_SECRET}, token-url: 'http://127.0.0.1:1/t'}",
        "client-credentials",
        "gave no answer: refused",
    ),
    ("bearer: {command: ['false']}", "bearer", "the token command false failed (exit 1)"),
]


@pytest.mark.parametrize(("auth", "door", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_each_way_not_to_get_in_has_a_message_of_its_own(auth, door, said, gate, tmp_path):
    result = went(gate.named(auth, door=door), tmp_path / "reports", ROOT / "testcases/rest")
    assert (result.verdict, result.exit) == ("error", 4)
    assert said in result.out
    assert "DEMO" not in result.out or "the token in DEMO_" in result.out
    assert not [f for f in result.findings if f["gating"] and f["result"] == "failed"]
    assert result.summary["exchanges"] < 20


def test_a_token_is_renewed_before_it_expires(gate, tmp_path):
    gate.granting.seconds = 1
    result = went(gate.named(AUTH["backend"]), tmp_path / "reports", ROOT / "testcases/rest", rate=60.0)
    assert (result.exit, result.summary["counts"]["error"]) == (0, 0)
    assert len(given(gate)) > 2


def test_a_token_that_dies_early_is_renewed_when_it_is_refused(gate, tmp_path):
    class Forgetful(dict):
        """Forgets each token when it was shown ten times."""

        def get(self, token, default):
            self.shown = getattr(self, "shown", 0) + 1
            return default if self.shown % 10 == 0 else super().get(token, default)

    gate.granting._given = Forgetful()
    result = went(gate.named(AUTH["client-credentials"]), tmp_path / "reports", ROOT / "testcases/rest")
    assert (result.exit, result.summary["counts"]["error"]) == (0, 0)
    again = [e for s in result.run.scenarios for e in s.exchanges if len(e["attempts"]) == 2]
    assert again
    assert {e["attempts"][0]["status"] for e in again} == {401}
    assert {"POST", "GET"} <= {e["request"]["method"] for e in again}
    assert not result.leftovers


def test_a_token_that_dies_for_good_ends_the_run_and_names_what_is_left(gate, tmp_path):
    granting = gate.granting
    began = time.monotonic()
    granting.clock = lambda: time.monotonic() if time.monotonic() < began + 0.4 else float("inf")
    result = went(
        gate.named(AUTH["client-credentials"]), tmp_path / "reports", ROOT / "testcases", rate=100.0
    )
    assert (result.verdict, result.exit) == ("error", 4)
    assert not [f for f in result.findings if f["gating"] and f["result"] == "failed"]
    assert len(given(gate)) < 10


@pytest.mark.parametrize("total", [1, 2, 7, 40, 120])
def test_a_budget_is_kept_and_all_is_cleaned_up(total, gate, tmp_path):
    named = gate.named(AUTH["bearer"])
    result = went(named, tmp_path / "reports", ROOT / "testcases/rest", total=total)
    assert result.summary["exchanges"] <= total
    assert result.leftovers == []
    assert (result.verdict, result.exit) == ("incomplete", 3)
    skipped = [s.skipped for s in result.run.scenarios if s.skipped and "budget" in s.skipped["lacks"]]
    assert skipped
    assert {s["verdict"] for s in skipped} == {"untested"}
    assert "a larger budget" in result.out


def test_a_target_that_allows_only_reading_is_asked_by_get_alone(gate, tmp_path):
    result = went(gate.named(AUTH["bearer"], "permissions: []"), tmp_path / "reports", ROOT / "testcases")
    methods = {e["request"]["method"] for s in result.run.scenarios for e in s.exchanges}
    assert methods == {"GET"}
    assert "permission to write" in json.dumps(result.summary) or any(s.skipped for s in result.run.scenarios)


def test_where_deleting_is_not_allowed_what_was_made_stays_and_is_listed(gate, tmp_path):
    result = went(gate.named(AUTH["bearer"], "permissions: [write]"), tmp_path / "reports")
    methods = {e["request"]["method"] for s in result.run.scenarios for e in s.exchanges}
    assert "DELETE" not in methods
    assert {e["why"] for e in result.leftovers} == {"deleting is not permitted"}


def test_what_the_owner_denies_is_out_of_reach(gate, tmp_path):
    paths = (ROOT / "testcases/rest/delete.yaml", ROOT / "testcases/search/post-and-get.yaml")
    result = went(gate.named(AUTH["bearer"], "permissions: [write]"), tmp_path / "reports", *paths)
    assert {s.name: (s.verdict, s.skipped["lacks"]) for s in result.run.scenarios} == {
        "rest/delete": ("out-of-reach", "permission: delete"),
        "search/post-and-get": ("out-of-reach", "permission: search-by-post"),
    }


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ("bearer: {env: NOT_SET_ANYWHERE}", "the environment variable 'NOT_SET_ANYWHERE' is not set"),
        ("bearer: {file: nowhere.txt}", "cannot be read: No such file"),
        ("basic: {user: u, password: {env: EMPTY}}", "password: EMPTY holds nothing"),
        ("basic: {user: u, password: {env: LINES}}", "password: LINES holds more than one line"),
        ("basic: {user: {env: COLON}, password: {env: COLON}}", "has no colon (RFC 7617)"),
        ('backend: {client: c, key: {env: LINES}, scope: "s"}', "there is no private key that can be read"),
    ],
)
def test_a_secret_that_is_not_there_is_told_before_anything_is_sent(auth, said, gate, monkeypatch):
    monkeypatch.setenv("EMPTY", " ")
    monkeypatch.setenv("COLON", "a-secret:b")
    monkeypatch.setenv("LINES", "a-secret\nanother")
    with pytest.raises(Problem) as problem:
        access(gate.named(auth))
    assert said in str(problem.value)
    assert "a-secret" not in str(problem.value)


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        ("{ca: no.pem}", "dermconf.yaml:5:15: tls, ca: '"),
        ("{certificate: no.pem, key: no.key}", "dermconf.yaml:5:24: tls: '"),
    ],
)
def test_a_file_of_tls_that_cannot_be_used_is_told_where_the_settings_name_it(tls, said, gate):
    with pytest.raises(Problem) as problem:
        access(gate.named("bearer: {env: DEMO_TOKEN}", f"tls: {tls}"))
    assert said in str(problem.value)
    assert "--ca" not in str(problem.value)


KNOWN = """
scenario: What is known of the target is there
requirements: {R4-READ-01: SHALL}
steps:
  - read: "{{ known.patient }}"
    expect:
      - {fhirpath: "Patient.exists()", for: R4-READ-01}
"""


def test_a_value_of_the_settings_is_looked_up_and_a_missing_one_is_named(gate, tmp_path):
    file = tmp_path / "testcases/known.yaml"
    file.parent.mkdir()
    file.write_text(KNOWN)
    named = gate.named(AUTH["bearer"], "known: {patient: Patient/sample-patient-1}")
    result = went(named, tmp_path / "a", file, known=named.target.known)
    assert (result.exit, result.summary["counts"]["pass"]) == (0, 2)
    assert result.rejudged == []
    without = went(gate.named(AUTH["bearer"]), tmp_path / "b", file)
    (scenario,) = without.run.scenarios
    assert (scenario.verdict, scenario.skipped["lacks"]) == ("untested", "known values: patient")
    assert "known: {patient: …}" in scenario.skipped["unlock"]


def test_a_secret_that_the_token_endpoint_repeats_is_hidden_in_the_record(gate, tmp_path):
    told = json.dumps({"error": "invalid_client", "error_description": f"no client has {SECRET}"}).encode()
    with Miniature(lambda _asked: iter([http(400, told, media="application/json")])) as endpoint:
        auth = AUTH["client-credentials"].removesuffix("}") + f", token-url: '{endpoint.host}/t'}}"
        result = went(gate.named(auth), tmp_path / "reports")
    assert (result.verdict, result.exit) == ("error", 4)
    assert "no client has ***" in result.out
    assert SECRET.encode() not in written(tmp_path / "reports")


def test_cleanup_deletes_nothing_where_that_is_not_permitted(gate, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    went(gate.named(AUTH["bearer"], "permissions: [write]"), tmp_path / "reports", name="t")
    with pytest.raises(Problem, match="deleting is not permitted"):
        cleanup.command.callback(tmp_path / "reports/run.jsonl", None, None, None)
    gate.named(AUTH["bearer"], PERMITTED)
    assert cleanup.command.callback(tmp_path / "reports/run.jsonl", None, None, None) == 0
