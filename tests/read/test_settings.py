"""dermconf.yaml: what is amiss is told with its place, all at once, and no secret in it is repeated."""

from pathlib import Path

import pytest

from conformance.commands.access import access
from conformance.model import Evidence, Party
from conformance.problem import Problem, Problems
from conformance.read import settings

WHOLE = """
targets:
  staging:
    base: https://staging.example/fhir
    imaging: https://images.example/fhir
    wado: [https://images.example/wado]
    imaging-generation: G2
    known: {patient: Patient/1}
    auth:
      backend: {client: c, key: {file: keys/es.jwk}, scope: "system/*.rs", token-url: "https://login.example/t"}
    credentials:
      patient-a: {bearer: {env: TOKEN_A}}
      system: {backend: {client: c, key: {file: keys/es.jwk}, scope: "system/*.rs"}}
    headers: {X-Tenant: blue, X-Key: {env: API_KEY}}
    proxy: {env: PROXY}
    tls: {ca: ca.pem, certificate: own.pem, key: own.key}
    timeout: 2.5
    budget: {total: 500, rate: 5, concurrency: 2}
    permissions: [write, delete]
    roles: [repository, producer]
    gates: [mine]
    policies: [label]
    ait: ballot
    evidence: explicit
    ig: [package.tgz]
  bare: {base: "http://localhost:8080/fhir"}
"""


def read(tmp_path, text):
    file = tmp_path / "dermconf.yaml"
    file.write_text(text, encoding="utf-8")
    return settings.read(file)


def complaints(tmp_path, text):
    with pytest.raises((Problem, Problems)) as found:
        read(tmp_path, text)
    return str(found.value).replace(f"{tmp_path}/", "")


def test_everything_that_can_be_said_of_a_target(tmp_path):
    found = read(tmp_path, WHOLE)["staging"]
    target = found.target
    assert (target.base, target.name, target.timeout) == ("https://staging.example/fhir", "staging", 2.5)
    assert (target.total, target.rate, found.threads) == (500, 5.0, 2)
    assert (target.imaging, target.wado) == ("https://images.example/fhir", ("https://images.example/wado",))
    assert (target.generation, target.known) == ("G2", {"patient": "Patient/1"})
    assert target.roles == (
        Party.REPOSITORY,
        Party.PRODUCER,
        Party.IMAGE_SOURCE,
        Party.AUTHORISATION,
    )
    opened = ("mine", "ai-transparency@ballot", "smart-imaging@G2", "wado")
    assert target.gates == ("dermatology", "r4", *opened)
    assert (target.edition("smart-imaging"), target.credentials) == ("G2", ("patient-a", "system"))
    assert found.others["patient-a"].secrets["token"].env == "TOKEN_A"
    assert (target.policies, target.evidence) == (("label",), Evidence.EXPLICIT)
    assert (target.read_only, target.leave_data, target.denied) == (
        False,
        False,
        ("validate", "search-by-post"),
    )
    assert found.headers == {"X-Tenant": "blue", "X-Key": settings.Secret(env="API_KEY")}
    assert (found.proxy.env, found.auth.kind) == ("PROXY", "backend")
    assert found.auth.secrets["key"].file == str(tmp_path / "keys/es.jwk")
    assert (found.ca, found.certificate) == (
        tmp_path / "ca.pem",
        (tmp_path / "own.pem", tmp_path / "own.key"),
    )
    assert found.packages == (tmp_path / "package.tgz",)


def test_a_target_that_allows_nothing_is_read_and_no_more(tmp_path):
    target = read(tmp_path, WHOLE)["bare"].target
    assert (target.read_only, target.leave_data) == (True, True)
    assert target.denied == ("delete", "validate", "search-by-post")


BAD = [
    ("", "the file is empty"),
    ("targets: {}", "'targets' is empty"),
    ("target: {}", "did you mean 'targets'?"),
    ("targets: {a: {}}", "1:14: 'a' needs 'base'"),
    ("targets: {A: {base: http://h/fhir}}", "takes a name"),
    ("targets: {a: {base: ftp://h/fhir}}", "takes an http or https address"),
    ("targets: {a: {base: http://h/fhir, bse: 1}}", "unknown key 'bse'"),
    ("targets: {a: {base: http://h/fhir, auth: token}}", "none"),
    ("targets: {a: {base: http://h/fhir, auth: {}}}", "'auth' is empty"),
    (
        "targets: {a: {base: http://h/fhir, auth: {bearer: {env: A}, basic: {user: u, password: {env: B}}}}}",
        "takes one of basic",
    ),
    (
        "targets: {a: {base: http://h/fhir, auth: {bearer: {env: a-b}}}}",
        "the name of an environment variable",
    ),
    ("targets: {a: {base: http://h/fhir, auth: {bearer: {env: A, file: b}}}}", "where the secret is"),
    ("targets: {a: {base: http://h/fhir, auth: {backend: {client: c, key: {env: K}}}}}", "scope"),
    ("targets: {a: {base: http://h/fhir, permissions: [wirte]}}", "did you mean 'write'?"),
    ("targets: {a: {base: http://h/fhir, permissions: [write, write]}}", "twice"),
    ("targets: {a: {base: http://h/fhir, budget: {rate: 0}}}", "requests a second"),
    ("targets: {a: {base: http://h/fhir, budget: {total: 1.5}}}", "requests of one run"),
    ("targets: {a: {base: http://h/fhir, headers: {Authorization: x}}}", "credentials stand under auth"),
    ("targets: {a: {base: http://h/fhir, headers: {X-A: 5}}}", "a text, or"),
    ("targets: {a: {base: http://h/fhir, tls: {key: k.pem}}}", "1:41: 'tls' needs 'certificate'"),
    (
        "targets: {a: {base: http://h/fhir, auth: {basic: {user: 'a:b', password: {env: B}}}}}",
        "1:57: 'user' takes a user name, which has no colon (RFC 7617)",
    ),
    ("targets: {a: {base: http://h/fhir, timeout: 0}}", "seconds for one answer"),
    (
        "targets: {a: {base: http://h/fhir, known: {study-b: 'urn:oid:1.2.3'}}}",
        "1:53: 'study-b' takes a DICOM UID as it is, without urn:oid: before it",
    ),
    ("targets: {a: {base: http://h/fhir, known: {patient-a: a}}}", "'patient-a' takes Patient/ and an id"),
    ("targets: {a: {base: http://h/fhir, known: {photo-a: Media/1}}}", "takes DocumentReference/ and an id"),
    (
        "targets: {a: {base: http://h/fhir, wado: [http://h/w], wado-credentials: {me: none}}}",
        "1:75: wado-credentials: 'me' has none under credentials",
    ),
    (
        "targets: {a: {base: http://h/fhir, credentials: {me: none}, wado-credentials: {me: none}}}",
        "1:61: wado-credentials: no 'wado' names the archive that these are shown",
    ),
    (
        "targets: {a: {base: http://h/fhir, imaging-generation: G3}}",
        "1:36: imaging-generation: no 'imaging' names the images whose generation this is",
    ),
    ("targets: {a: {base: http://h/fhir, imaging-generation: G3}}", "imaging: https://host/fhir, or leave"),
    (
        "targets: {a: {base: http://h/fhir, imaging: 'http://h/fhir?x=1'}}",
        "1:45: 'imaging' takes an address without a query (?) and without a fragment (#)",
    ),
    ("targets: {a: {base: http://h/fhir, wado: ['http://h/fhir#x']}}", "without a fragment (#)"),
    (
        "targets: {a: {base: http://h/fhir, credentials: {me: token}}}",
        "1:54: 'me' takes none, or where the secret is, such as {bearer: {env: NAME}}: no secret stands",
    ),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[text for text, _ in BAD])
def test_what_is_amiss_is_told_with_its_place(tmp_path, text, said):
    told = complaints(tmp_path, text)
    assert told.startswith("dermconf.yaml")
    assert said in told


SECRETS = [
    "targets: {a: {base: 'https://me:hunter22@h/fhir'}}",
    "targets: {a: {base: http://h/fhir, proxy: 'http://me:hunter22@proxy'}}",
    "targets: {a: {base: http://h/fhir, auth: {bearer: hunter22}}}",
    "targets: {a: {base: http://h/fhir, auth: {basic: {user: u, password: hunter22}}}}",
    "targets: {a: {base: http://h/fhir, auth: {client-credentials: {client: c, secret: hunter22}}}}",
    "targets: {a: {base: http://h/fhir, auth: {backend: {client: c, scope: s, key: hunter22}}}}",
    "targets: {a: {base: http://h/fhir, credentials: {me: {bearer: hunter22}}}}",
    "targets: {a: {base: http://h/fhir, wado-credentials: {me: {bearer: hunter22}}}}",
    "targets: {a: {base: http://h/fhir, credentials: {me: hunter22}}}",
    "targets: {a: {base: http://h/fhir, auth: hunter22}}",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path, text):
    told = complaints(tmp_path, text)
    assert "hunter22" not in told
    assert "{env: NAME}" in told


@pytest.mark.parametrize(
    "text",
    [
        "targets: {a: {base: http://h/fhir, auth: hunter22}}",
        "targets: {a: {base: http://h/fhir, auth: {basic: {user: u, password: 92837465}}}}",
        "targets: {a: {base: http://h/fhir, auth: {bearer: {env: 'hunter22 tok.abc-def'}}}}",
        "targets: {a: {base: http://h/fhir, wado: ['http://u:hunter22@h']}}",
        "targets: {a: {base: 'http://h/fhir?token=hunter22'}}",
        "targets: {a: {base: http://h/fhir, headers: {X-Api-Key: hunter22}}}",
    ],
)
def test_what_may_be_a_secret_in_the_wrong_place_is_not_repeated(tmp_path, text):
    told = complaints(tmp_path, text)
    assert "hunter22" not in told
    assert "92837465" not in told


@pytest.mark.parametrize(
    "base", ["http://[::1/fhir", "http://127.0.0.1:99999/fhir", "http://exa\\x1bmple/fhir"]
)
def test_an_address_that_no_request_can_be_sent_to_is_told_with_its_place(tmp_path, base):
    told = complaints(tmp_path, f'targets: {{a: {{base: "{base}"}}}}')
    assert told.startswith("dermconf.yaml:1:")


def test_all_that_is_amiss_is_told_at_once(tmp_path):
    told = complaints(tmp_path, "targets:\n  a: {base: 5}\n  b: {base: http://h/fhir, rolls: [producer]}\n")
    assert "dermconf.yaml:2:" in told
    assert "dermconf.yaml:3:" in told
    assert "did you mean 'roles'?" in told


def test_an_unknown_name_is_told_with_the_nearest(tmp_path):
    known = read(tmp_path, WHOLE)
    with pytest.raises(Problem, match="has no target 'stagin'") as problem:
        settings.chosen("stagin", known, Path("dermconf.yaml"))
    assert problem.value.hint == "did you mean 'staging'?"


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "dermconf.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(Problem, match="not UTF-8"):
        settings.read(tmp_path / "dermconf.yaml")
    with pytest.raises(Problem, match="No such file"):
        settings.read(tmp_path / "nowhere.yaml")


def test_somebody_may_show_nothing(tmp_path):
    named = "wado: [http://h/w], credentials: {me: none}, wado-credentials: {me: none}"
    found = read(tmp_path, f"targets: {{a: {{base: http://h/fhir, {named}}}}}")["a"]
    assert found.target.credentials == ("me",)
    reached = access(found)
    assert [shown["me"].header() for shown in (reached.others, reached.at_archive)] == ["", ""]
