"""A token endpoint's answer becomes a token, or one sentence; nothing is recorded that gives access."""

import json
import time
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from miniature import Miniature, http

from conformance.problem import Problem
from conformance.talk import assertions
from conformance.talk.credentials import NoToken
from conformance.talk.once import LARGEST
from conformance.talk.tokens import Issuer, by_secret
from conformance.talk.way import DIRECT

GRANTED = {"access_token": "the-token", "token_type": "Bearer", "expires_in": 300}
ASKING = by_secret("client", "the-secret", "system/*.rs", in_body=False)


def answering(*answers):
    left = list(answers)

    def answer(_asked):
        yield left.pop(0) if len(left) > 1 else left[0]

    return Miniature(answer)


def said(status, body):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return http(status, text, media="application/json")


def issuer(server, *, url="", told=None, limit=2.0):
    return Issuer(
        way=DIRECT,
        limit=limit,
        tell=(told if told is not None else []).append,
        url=url or f"{server.host}/token",
        base=server.base,
    )


def test_a_secret_goes_into_the_header_and_is_never_recorded():
    told = []
    with answering(said(200, GRANTED)) as server:
        token = issuer(server, told=told).token(ASKING)
    assert (token.value, token.seconds) == ("the-token", 300)
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Basic Y2xpZW50OnRoZS1zZWNyZXQ="
    assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["system/*.rs"]}
    shown = repr(told)
    assert "the-token" not in shown
    assert "the-secret" not in shown
    assert "Y2xpZW50" not in shown
    assert told[0].request.body == "grant_type=client_credentials&scope=system%2F*.rs"


def test_a_secret_in_the_body_is_never_recorded():
    told = []
    with answering(said(200, GRANTED)) as server:
        issuer(server, told=told).token(by_secret("client", "the-secret", "", in_body=True))
    form = parse_qs(server.asked[0].body.decode())
    assert (form["client_id"], form["client_secret"]) == (["client"], ["the-secret"])
    assert "authorization" not in server.asked[0].headers
    assert "the-secret" not in repr(told)
    assert "client_secret=***" in told[0].request.body


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (
            said(401, {"error": "invalid_client"}),
            "refused this client (401 invalid_client)",
            "registered there",
        ),
        (
            said(400, {"error": "invalid_scope", "error_description": "no\nsuch\x1b[31m scope"}),
            "refused this client (400 invalid_scope: no such\x1b[31m scope)",
            "scopes",
        ),
        (said(400, {"error": 5}), "gave no token (400)", ""),
        (said(200, {"token_type": "bearer"}), "gave no token (200)", ""),
        (said(200, {"access_token": ["x"]}), "gave no token (200)", ""),
        (said(200, {**GRANTED, "token_type": "mac"}), "of the type 'mac'", ""),
        (said(200, {**GRANTED, "access_token": "a b"}), "characters that no token has", ""),
        (said(200, b"<html>login</html>"), "gave no token (200, no JSON that can be read", "token endpoint"),
        (said(429, b""), "gave no token (429, too many requests)", "wait, then run it again"),
        (http(429, b"", **{"Retry-After": "30"}), "requests; Retry-After: 30)", "wait, then run it again"),
        (said(500, b""), "gave no token (500: it is in trouble itself)", "log"),
        (said(503, {"issue": []}), "gave no token (503: it is in trouble itself)", "log"),
        (
            said(200, b" " * (LARGEST + 1)),
            "gave no token (200, an answer that is far too large)",
            "token endpoint",
        ),
        (
            said(200, b'{"access_token": "t", "expires_in": ' + b"9" * 5000 + b"}"),
            "no JSON that can be read: a whole number has too many digits",
            "mend its answer",
        ),
        (http(302, b"", Location="https://elsewhere.example/"), "gave no token (302)", ""),
        (b"", "gave no answer: closed", "address"),
    ],
)
def test_each_failure_is_told_in_one_sentence(answer, message, hint):
    with answering(answer) as server, pytest.raises(NoToken) as none:
        issuer(server).token(ASKING)
    assert message in none.value.message
    assert hint in none.value.hint
    assert "\n" not in none.value.message


@pytest.mark.parametrize("stated", [None, "soon", -1, 0, float("inf"), [], {}, True])
def test_an_odd_lifetime_is_no_lifetime(stated):
    body = json.dumps({**GRANTED, "expires_in": stated}).replace("Infinity", "1e999").encode()
    with answering(said(200, body)) as server:
        seconds = issuer(server).token(ASKING).seconds
    assert seconds is None or seconds == 1.0


def test_the_endpoint_is_read_from_the_smart_configuration():
    with Miniature(lambda asked: iter([answers[asked.method](asked)])) as server:
        answers = {
            "GET": lambda _asked: said(200, {"token_endpoint": f"{server.host}/elsewhere/token"}),
            "POST": lambda _asked: said(200, GRANTED),
        }
        made = Issuer(way=DIRECT, limit=2.0, tell=lambda _exchange: None, base=server.base)
        assert made.token(ASKING).value == "the-token"
    assert [(a.method, a.path) for a in server.asked] == [
        ("GET", "/fhir/.well-known/smart-configuration"),
        ("POST", "/elsewhere/token"),
    ]
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    "named",
    ["https://elsewhere.example/token", "http://127.0.0.1:1/token", "//x/token", "file:///etc/passwd", "x"],
)
def test_a_secret_goes_to_no_host_that_only_the_server_named(named):
    with (
        answering(said(200, {"token_endpoint": named})) as server,
        pytest.raises(NoToken, match="not on the target's own host"),
    ):
        Issuer(way=DIRECT, limit=2.0, tell=lambda _exchange: None, base=server.base).token(ASKING)


@pytest.mark.parametrize("answer", [said(404, b""), said(200, b"[]"), said(200, {"token_endpoint": 5}), b""])
def test_a_server_that_names_no_endpoint_is_told(answer):
    with answering(answer) as server, pytest.raises(NoToken, match="names no token endpoint") as none:
        Issuer(way=DIRECT, limit=2.0, tell=lambda _exchange: None, base=server.base).token(ASKING)
    assert none.value.hint == "name it: auth, token-url"


def pem(private):
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


RSA, P384 = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize(("private", "algorithm"), [(RSA, "RS384"), (P384, "ES384")])
def test_an_assertion_proves_the_client_for_five_minutes_once(private, algorithm):
    key = assertions.read(pem(private), "key", key_id="k1")
    made = [assertions.assertion("client", key, "https://h/token") for _ in range(2)]
    claims = [
        jwt.decode(one, private.public_key(), algorithms=[algorithm], audience="https://h/token")
        for one in made
    ]
    assert jwt.get_unverified_header(made[0]) == {"alg": algorithm, "kid": "k1", "typ": "JWT"}
    assert {(c["iss"], c["sub"]) for c in claims} == {("client", "client")}
    assert claims[0]["jti"] != claims[1]["jti"]
    assert all(0 < c["exp"] - time.time() <= 300 for c in claims)


def test_a_signed_client_shows_no_secret_and_its_assertion_is_not_recorded():
    told = []
    key = assertions.read(pem(P384), "key")
    with answering(said(200, GRANTED)) as server:
        issuer(server, told=told).token(assertions.by_key("client", key, "system/*.rs"))
    form = parse_qs(server.asked[0].body.decode())
    assert form["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    assert form["client_assertion"][0] not in repr(told)
    assert "client_assertion=***" in told[0].request.body


@pytest.mark.parametrize(
    ("text", "algorithm", "message"),
    [
        ("nothing", "", "no private key that can be read"),
        ("{", "", "no private key that can be read"),
        ("{}", "", "no private key that can be read"),
        ('{"keys": []}', "", "no private key that can be read"),
        ('{"kty": "EC", "crv": "P-384", "d": "x"}', "", "no private key that can be read"),
        (pem(P384), "RS384", "this key signs ES384, not RS384"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "", "on the curve P-384"),
        (
            json.dumps(jwt.algorithms.ECAlgorithm.to_jwk(P384.public_key(), as_dict=True)),
            "",
            "the public key",
        ),
    ],
)
def test_a_key_that_cannot_sign_is_told(text, algorithm, message):
    with pytest.raises(Problem, match=message) as problem:
        assertions.read(text, "key.jwk", algorithm)
    assert problem.value.message.startswith("key.jwk: ")
