"""The smart-configuration, the authorisation server, and cross-origin sharing."""

import base64
import hashlib
import json
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from imaging_client import STUDY_A, Images

from conformance.server.app import create
from conformance.server.doors import Doors
from conformance.server.granting import Granting
from conformance.server.imaging.people import ACCESS, tokens
from conformance.server.serving import running

CONFIGURATION = "/fhir/.well-known/smart-configuration"
MODES = {
    f"http://fhir.org/argonaut/smart-imaging/capabilities/{one}" for one in ("app-launch", "backend-services")
}
FORM = "application/x-www-form-urlencoded"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "response_type": "code",
    "client_id": "demo-app",
    "redirect_uri": "http://127.0.0.1:9/back",
    "scope": "launch/patient patient/ImagingStudy.rs",
    "state": "s&1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.mark.parametrize(
    ("generation", "backend"), [("G0", False), ("G1", False), ("G2", True), ("G3", True)]
)
def test_the_configuration_names_the_images_and_the_modes(of_generation, generation, backend):
    images = of_generation(generation)
    answer = images(CONFIGURATION, "")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json()
    (beside,) = told["associated_endpoints"]
    assert beside["url"] == f"{images.root}/imaging/fhir"
    assert set(beside["capabilities"]) - {"smart-imaging-access"} == (MODES if backend else set())
    assert ("client_credentials" in told["grant_types_supported"]) == backend
    assert ("private_key_jwt" in told.get("token_endpoint_auth_methods_supported", ())) == backend
    assert ("system/ImagingStudy.rs" in told["scopes_supported"]) == backend
    for name in ("authorization_endpoint", "token_endpoint", "introspection_endpoint", "jwks_uri"):
        assert told[name].startswith(f"{images.root}/oauth/")


def test_every_mount_names_its_own_images(images):
    told = images(f"/faults/no-location{CONFIGURATION}", "").json()
    assert told["associated_endpoints"][0]["url"] == f"{images.root}/faults/no-location/imaging/fhir"


def test_a_base_behind_a_door_has_no_images(images):
    assert images(f"/auth/bearer{CONFIGURATION}", "").status_code == 401
    assert images(f"/auth/bearer{CONFIGURATION}", "demo-token").status_code == 404


def code(images, **sent):
    answer = images(f"/oauth/authorize?{urlencode(ASKED | sent)}", "")
    assert answer.status_code == 302
    return {name: value for name, (value,) in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchanged(images, given, **sent):
    form = {
        "grant_type": "authorization_code",
        "code": given,
        "client_id": "demo-app",
        "redirect_uri": ASKED["redirect_uri"],
        "code_verifier": VERIFIER,
    }
    return images("/oauth/token", "", method="POST", data=form | sent)


def test_an_app_gets_a_token_for_its_patient_and_no_other(images):
    given = code(images, login_hint="imaging-patient-b")
    assert given["state"] == "s&1"
    answer = exchanged(images, given["code"])
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    told = answer.json()
    assert (told["patient"], told["scope"]) == ("imaging-patient-b", ASKED["scope"])
    found = images.found("patient=imaging-patient-b", told["access_token"])
    assert found["total"] == 1
    refused = images("/imaging/fhir/ImagingStudy?patient=imaging-patient-a", told["access_token"])
    assert refused.status_code == 403


def test_a_code_serves_once(images):
    given = code(images)["code"]
    assert [exchanged(images, given).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    "sent",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"client_id": "another"},
        {"redirect_uri": "http://127.0.0.1:9/else"},
        {"code": "x"},
    ],
)
def test_a_code_serves_only_who_asked_for_it(images, sent):
    answer = exchanged(images, code(images)["code"], **sent)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "sent",
    [
        {"client_id": "x"},
        {"redirect_uri": "https://elsewhere.example/back"},
        {"redirect_uri": "http://127.0.0.1.elsewhere.example/"},
        {"redirect_uri": "http://[broken"},
        {"redirect_uri": "http://localhost:99999/"},
        {"redirect_uri": "http://localhost/\r\nSet-Cookie: a=b"},
        {"redirect_uri": "http://localhost/ü"},
        {"redirect_uri": "http://localhost/#f"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_apps(images, sent):
    answer = images(f"/oauth/authorize?{urlencode(ASKED | sent)}", "")
    assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_an_unsound_request_for_a_code_is_told_to_the_app(images, sent, error):
    assert code(images, **sent) == {"error": error, "state": "s&1"}


@pytest.fixture(scope="module")
def registered(tmp_path_factory):
    """Give a server that knows the backend client's key, and the key."""
    key = ec.generate_private_key(ec.SECP384R1())
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())) | {"kid": "k1", "alg": "ES384"}
    file = tmp_path_factory.mktemp("keys") / "jwks.json"
    file.write_text(json.dumps({"keys": [public]}))
    app = create(seed=True, doors=Doors(granting=Granting(keys=file)))
    with running(app) as base, requests.Session() as session:
        session.trust_env = False
        yield Images(base.removesuffix("/fhir"), session), key


def asserted(registered, audience="/oauth/token", scope="system/ImagingStudy.rs"):
    images, key = registered
    now = int(time.time())
    claims = {"iss": "demo-client", "sub": "demo-client", "exp": now + 60, "jti": f"{time.monotonic_ns()}"}
    assertion = jwt.encode(
        {**claims, "aud": f"{images.root}{audience}"}, key, algorithm="ES384", headers={"kid": "k1"}
    )
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    return assertion, images("/oauth/token", "", method="POST", data=form)


def test_a_backend_client_gets_a_token_for_its_key_and_none_for_its_assertion(registered):
    images, _ = registered
    assertion, answer = asserted(registered)
    assert answer.status_code == 200
    token = answer.json()["access_token"]
    search = "/imaging/fhir/ImagingStudy?patient=imaging-patient-b"
    assert images(search, token).json()["total"] == 1
    assert images(search, assertion).status_code == 401
    assert images("/imaging/fhir/ImagingStudy?patient=imaging-patient-c", token).status_code == 403


def test_an_assertion_for_another_endpoint_is_refused(registered):
    assert asserted(registered, "/fhir/auth/token")[1].status_code == 401


def test_a_backend_token_without_the_scope_opens_nothing(registered):
    images, _ = registered
    token = asserted(registered, scope="system/Patient.rs")[1].json()["access_token"]
    assert images(f"/wado/studies/{STUDY_A}", token).status_code == 403


def introspected(images, token, **headers):
    return images("/oauth/introspect", "", method="POST", data={"token": token}, **headers)


SHOWN = {"Authorization": f"Basic {base64.b64encode(b'demo-client:demo-secret').decode()}"}


@pytest.mark.parametrize("name", ["expired", "revoked", "garbage", ""])
def test_a_token_that_opens_nothing_is_not_active_and_nothing_else_is_said(images, name):
    answer = introspected(images, f"demo-{name}", **SHOWN)
    assert (answer.status_code, answer.json()) == (200, {"active": False})


@pytest.mark.parametrize("name", ["patient-a", "patient-b", "no-scope", "system"])
def test_introspection_says_what_a_token_is_for(images, name):
    told = introspected(images, f"demo-{name}", **SHOWN).json()
    access = ACCESS[f"demo-{name}"]
    assert (told["active"], told["scope"], told["client_id"], told["exp"]) == (
        True,
        access.scope,
        access.client,
        access.expires,
    )
    assert told.get("patient", "") == access.patient


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("", 401),
        ("Basic x", 401),
        ("Bearer garbage", 401),
        ("Bearer demo-revoked", 401),
        ("Bearer demo-system", 200),
    ],
)
def test_introspection_is_for_known_clients(images, authorization, status):
    headers = {"Authorization": authorization} if authorization else {}
    assert introspected(images, "demo-patient-a", **headers).status_code == status


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/oauth/jwks", "GET", 200),
        ("/oauth/jwks", "POST", 405),
        ("/oauth/token", "GET", 405),
        ("/oauth/introspect", "GET", 405),
        ("/oauth/authorize", "GET", 400),
        ("/oauth/else", "GET", 404),
        ("/oauth/token", "POST", 400),
    ],
)
def test_the_authorisation_server_refuses_what_it_does_not_do(images, path, method, status):
    assert images(path, "", method=method).status_code == status


def test_the_keys_are_a_jwks(images):
    assert images("/oauth/jwks", "").json() == {"keys": []}


ORIGIN = {"Origin": "https://app.example"}
SHARED = [CONFIGURATION, "/fhir/metadata", "/fhir/Patient", "/imaging/fhir/metadata", "/oauth/jwks"]


@pytest.mark.parametrize("path", [*SHARED, f"/wado/studies/{STUDY_A}", "/imaging/fhir/ImagingStudy"])
def test_a_page_of_another_origin_may_ask_and_read(images, path):
    asks = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "authorization"}
    first = images(path, "", method="OPTIONS", **ORIGIN, **asks)
    assert (first.status_code, first.headers["access-control-allow-origin"]) == (204, "*")
    assert "authorization" in first.headers["access-control-allow-headers"]
    assert "GET" in first.headers["access-control-allow-methods"]
    answer = images(path, **ORIGIN)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Retry-After" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", SHARED)
def test_whoever_is_no_page_is_told_nothing_of_origins(images, path):
    assert not [name for name in images(path).headers if name.startswith("access-control")]


def test_the_tokens_are_named_as_the_credentials_of_the_target():
    assert tokens() == {
        name: f"demo-{name}"
        for name in ("patient-a", "patient-b", "no-patient", "no-scope", "expired", "revoked", "system")
    }
