"""The authorisation server: authorize, token, introspect and jwks (SMART App Launch 2.2).

Of OAuth, it follows RFC 6749, 7636 and 7662.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from conformance.server.granting import CLIENT, SECRET, basic
from conformance.server.imaging import people
from conformance.server.messages import Refusal, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json
    from conformance.server.imaging.addresses import Addresses
    from conformance.server.imaging.people import Access
    from conformance.server.imaging.side import Side
    from conformance.server.messages import Request

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_APP = "demo-app"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A request of one side's authorisation server, and the parameters that came with it."""

    side: Side
    request: Request
    at: Addresses
    sent: Mapping[str, str]


def answer(side: Side, request: Request, at: Addresses) -> tuple[str, Reply]:
    """Return the door that a request knocks at, and what is answered there."""
    door = "/".join(request.path)
    method, handler = _HANDLERS.get(door, ("", None))
    if handler is None:
        refused = Refusal(HTTPStatus.NOT_FOUND, "not-found", "There is nothing here.")
        return door, refused.reply()
    if request.method != method:
        text = f"This is asked by {method}."
        headers = {"allow": method}
        refused = Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", text, headers=headers)
        return door, refused.reply()
    sent = request.query if method == "GET" else parse_qsl(request.body.decode("utf-8", "replace"))
    return door, handler(_Call(side=side, request=request, at=at, sent=dict(sent)))


def _authorize(call: _Call) -> Reply:
    """Send a code to the app of whoever sits at this machine; there is nobody to ask for consent."""
    sent = call.sent
    redirect = sent.get("redirect_uri", "")
    if sent.get("client_id") != _APP or not _of_loopback(redirect):
        # RFC 6749, 4.1.2.1: nobody is sent to an address that is not the client's.
        return _error("invalid_request", f"client_id is {_APP}, and redirect_uri an address of loopback")
    problem = _unfit(sent)
    told = {"error": problem} if problem else {"code": _code(call, redirect)}
    state = {"state": sent["state"]} if "state" in sent else {}
    between = "&" if "?" in redirect else "?"
    location = f"{redirect}{between}{urlencode({**told, **state})}"
    return Reply(status=HTTPStatus.FOUND, headers={"location": location, "cache-control": "no-store"})


def _unfit(sent: Mapping[str, str]) -> str:
    """Return the error code of a request for a code (RFC 6749, 4.1.2.1), empty where it is sound."""
    if sent.get("response_type") != "code":
        return "unsupported_response_type"
    proven = sent.get("code_challenge") and sent.get("code_challenge_method") == "S256"
    return "" if proven else "invalid_request"


def _code(call: _Call, redirect: str) -> str:
    patient = call.sent.get("login_hint", "")
    access = people.app(patient if patient in people.MRN else people.PATIENT_A, call.sent.get("scope", ""))
    return call.side.grants.give_code(
        access=access, client=_APP, redirect=redirect, challenge=call.sent["code_challenge"]
    )


def _token(call: _Call) -> Reply:
    if call.sent.get("grant_type") == "authorization_code":
        return _by_code(call)
    granting = call.side.grants.granting
    reply = granting.by_key(call.request, f"{call.at.oauth}/token")
    if reply.status == HTTPStatus.OK:
        told = reply.resource
        until = int(call.side.clock()) + granting.seconds
        call.side.grants.keep(told["access_token"], people.backend(told["scope"], expires=until))
    return reply


def _by_code(call: _Call) -> Reply:
    sent = call.sent
    code = call.side.grants.take_code(sent.get("code", ""))
    if (
        code is None
        or (sent.get("client_id"), sent.get("redirect_uri")) != (code.client, code.redirect)
        or not hmac.compare_digest(_challenge(sent.get("code_verifier", "")), code.challenge.encode())
    ):
        return _error("invalid_grant", "the code is unknown, used, expired, or another client's")
    seconds = call.side.grants.granting.seconds
    access = people.app(code.access.patient, code.access.scope, expires=int(call.side.clock()) + seconds)
    token = call.side.grants.give(access)
    told = {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
    return _json({**told, "scope": access.scope, "patient": access.patient}, HTTPStatus.OK)


def _introspect(call: _Call) -> Reply:
    """Say what a token stands for, to a client that shows its secret or a token of its own."""
    if not _may_introspect(call):
        headers = {"www-authenticate": 'Basic realm="introspection"'}
        return _json({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED).with_headers(**headers)
    access = _active(call, call.sent.get("token", ""))
    told: dict[str, Json] = {"active": False} if access is None else _said_of(access)
    return _json(call.side.behaviour.introspect(told), HTTPStatus.OK)


def _said_of(access: Access) -> dict[str, Json]:
    told = {
        "active": True,
        "scope": access.scope,
        "client_id": access.client,
        "exp": access.expires,
        "token_type": "Bearer",
    }
    return told if access.system else {**told, "patient": access.patient}


def _may_introspect(call: _Call) -> bool:
    header = call.request.header("authorization")
    return basic(header) == (CLIENT, SECRET) or _active(call, _bearer(header)) is not None


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _active(call: _Call, token: str) -> Access | None:
    access = call.side.grants.access(token)
    over = access is None or access.revoked or access.expires <= call.side.clock()
    return None if over else access


def _jwks(call: _Call) -> Reply:
    """Return no keys: what this server gives is signed by none, and told by introspection."""
    _ = call
    return _json({"keys": []}, HTTPStatus.OK)


_HANDLERS: Mapping[str, tuple[str, Callable[[_Call], Reply]]] = {
    "authorize": ("GET", _authorize),
    "token": ("POST", _token),
    "introspect": ("POST", _introspect),
    "jwks": ("GET", _jwks),
}


def _of_loopback(redirect: str) -> bool:
    # What a header cannot carry is no address.
    if not (redirect.isascii() and redirect.isprintable()):
        return False
    try:
        parts = urlsplit(redirect)
        reachable = parts.port != 0
    except ValueError:
        return False
    return reachable and parts.scheme == "http" and parts.hostname in _LOOPBACK and not parts.fragment


def _challenge(verifier: str) -> bytes:
    """Return the challenge of a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=")


def _error(code: str, text: str) -> Reply:
    return _json({"error": code, "error_description": text}, HTTPStatus.BAD_REQUEST)


def _json(told: Json, status: int) -> Reply:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return Reply(status=status, headers=headers, resource=told)
