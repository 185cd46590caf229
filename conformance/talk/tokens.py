"""Tokens from a token endpoint, for a client that asks for itself (RFC 6749, section 4.4)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from conformance.jsontext import dumps, loads, parsed
from conformance.model import Attempt, Exchange, Request
from conformance.talk.bounded import BoundedAdapter
from conformance.talk.credentials import NoToken, Token
from conformance.talk.once import once
from conformance.talk.redact import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json
    from conformance.talk.way import Way

_FORM = "application/x-www-form-urlencoded"
_OK = 200
_TOO_MANY = 429
_IS_IT = "is it the token endpoint?"
_IN_TROUBLE = 500
_LONGEST = 16_384
# What may be told of a token endpoint's answer; everything else may be the token, or lead to it.
_TOLD = ("token_type", "expires_in", "scope", "error", "error_description")
_SHOWN = frozenset({"grant_type", "scope", "client_assertion_type", "client_id"})
# RFC 6749, section 5.2
_HINTS: Mapping[str, str] = {
    "invalid_client": "is this client registered there, with this key or secret?",
    "invalid_grant": "is this client allowed to ask for itself (client credentials)?",
    "unauthorized_client": "is this client allowed to ask for itself (client credentials)?",
    "invalid_scope": "ask for the scopes that this client was registered with",
    "unsupported_grant_type": "this endpoint does not give tokens to clients that ask for themselves",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a client shows of itself: the form that it sends, and headers that are not recorded."""

    form: Mapping[str, str]
    secret: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A token endpoint, how it is reached, and who is told of each exchange; `limit` in seconds."""

    way: Way
    limit: float
    tell: Callable[[Exchange], None]
    url: str = ""
    # The FHIR base, whose smart-configuration names the endpoint where none is set.
    base: str = ""

    def token(self, asking: Callable[[str], Asking]) -> Token:
        """Return a new token; raises NoToken with the reason where there is none."""
        url = self.url or self._named()
        said = self._ask(url, asking(url))
        body = parsed(said.body)
        granted = body if isinstance(body, dict) else {}
        value = granted.get("access_token")
        if said.status != _OK or not isinstance(value, str) or not value:
            raise _denied(url, said, granted)
        if str(granted.get("token_type", "bearer")).lower() != "bearer":
            raise NoToken(
                f"{url} gave a token of the type '{_word(granted['token_type'])}', not a bearer token"
            )
        if len(value) > _LONGEST:
            raise NoToken(f"{url} gave a token of {len(value)} characters; no server takes it in a header")
        if any(not "!" <= character <= "~" for character in value):
            raise NoToken(f"{url} gave a token with characters that no token has")
        return Token(value=value, seconds=_seconds(granted.get("expires_in")))

    def _ask(self, url: str, asking: Asking) -> Attempt:
        request = Request(
            method="POST",
            url=url,
            headers={"Accept": "application/json", "Content-Type": _FORM},
            body=urlencode(asking.form),
        )
        attempt = once(BoundedAdapter(self.way), request, self.limit, asking.secret)
        self.tell(_recorded(request, asking, attempt))
        return attempt

    def _named(self) -> str:
        """Return the endpoint that the smart-configuration names; it has to be on the host of the base."""
        url = f"{self.base}/.well-known/smart-configuration"
        request = Request(method="GET", url=url, headers={"Accept": "application/json"})
        attempt = once(BoundedAdapter(self.way), request, self.limit, {})
        body = parsed(attempt.body)
        self.tell(Exchange(request=request, attempts=(replace(attempt, headers={}, body=None),)))
        named = body.get("token_endpoint") if isinstance(body, dict) else None
        if attempt.status != _OK or not isinstance(named, str):
            why = attempt.error or f"status {attempt.status}, no token_endpoint"
            raise NoToken(f"{url} names no token endpoint ({why})", "name it: auth, token-url")
        if _origin(named) != _origin(self.base):
            shown = named.rpartition("@")[2] if "@" in named else named
            told = f"the token endpoint {_word(shown)}, which {url} names, is not on the target's own host"
            raise NoToken(
                told, "credentials go to configured hosts alone; if it is right, name it: auth, token-url"
            )
        return named


def by_secret(client: str, secret: str, scope: str, *, in_body: bool) -> Callable[[str], Asking]:
    """Return how a client asks that has a secret (RFC 6749, section 2.3.1)."""
    form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
    if in_body:
        return lambda _url: Asking(form={**form, "client_id": client, "client_secret": secret})
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    header = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return lambda _url: Asking(form=form, secret=header)


def _recorded(request: Request, asking: Asking, attempt: Attempt) -> Exchange:
    """Return the exchange as it may be written down: no secret, no assertion, no token."""
    form = {name: value if name in _SHOWN else HIDDEN for name, value in asking.form.items()}
    body = parsed(attempt.body)
    told = {name: body[name] for name in _TOLD if name in body} if isinstance(body, dict) else {}
    if isinstance(body, dict) and "access_token" in body:
        told["access_token"] = HIDDEN
    headers = {**request.headers, **dict.fromkeys((name.lower() for name in asking.secret), HIDDEN)}
    shown = replace(attempt, headers=_plain(attempt.headers), body=dumps(told) if told else None)
    return Exchange(
        request=replace(request, headers=headers, body=urlencode(form, safe="*")), attempts=(shown,)
    )


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("content-type", "date", "retry-after") if name in headers}


def _denied(url: str, said: Attempt, granted: Mapping[str, Json]) -> NoToken:
    if said.status is None:
        return NoToken(f"the token endpoint {url} gave no answer: {said.error}", "is its address right?")
    code = granted.get("error")
    if isinstance(code, str) and code:
        detail = granted.get("error_description")
        more = f": {_word(detail)}" if isinstance(detail, str) and detail else ""
        return NoToken(
            f"the token endpoint {url} refused this client ({said.status} {_word(code)}{more})",
            _HINTS.get(code, "look into the authorisation server's log"),
        )
    why, hint = _instead(said)
    return NoToken(f"the token endpoint {url} gave no token ({why})", hint)


def _instead(said: Attempt) -> tuple[str, str]:
    """Return what a token endpoint answered in place of a token, and what to do about it."""
    if said.truncated:
        return f"{said.status}, an answer that is far too large", _IS_IT
    if said.status == _TOO_MANY:
        after = said.headers.get("retry-after", "")
        wait = f"; Retry-After: {_word(after)}" if after else ""
        return f"{said.status}, too many requests{wait}", "wait, then run it again; ask less often"
    if (said.status or 0) >= _IN_TROUBLE:
        return f"{said.status}: it is in trouble itself", "look into the authorisation server's log"
    if said.status == _OK and (unreadable := _unreadable(said.body or "")):
        # A number of seconds with thousands of digits is no other endpoint's answer.
        hint = "the authorisation server has to mend its answer" if "digits" in unreadable else _IS_IT
        return f"{said.status}, no JSON that can be read: {unreadable}", hint
    return f"{said.status}", _IS_IT


def _unreadable(text: str) -> str:
    """Return why a text is no JSON, or nothing; none of the text is told."""
    try:
        loads(text)
    except ValueError as error:
        return str(error)
    return ""


def _word(text: object) -> str:
    """Return a short text of a server's as one line."""
    return " ".join(str(text).split())[:200]


def _seconds(value: Json) -> float | None:
    try:
        lasts = float(value)
    except (TypeError, ValueError):
        return None
    return lasts if 0 < lasts < float("inf") else None


def _origin(url: str) -> tuple[str, str]:
    """Return scheme and host of an address, nothing of what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.lower()
