"""From what a person set to how a target is reached: this is where secrets are looked up."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from conformance.model import Exchange
from conformance.problem import Place, Problem
from conformance.read.settings import Auth, Secret, Settings
from conformance.talk import assertions, commanded
from conformance.talk.authorities import authorities, own
from conformance.talk.client import Access
from conformance.talk.credentials import NOBODY, Credentials, Fixed, NoToken, Renewed, basic, bearer
from conformance.talk.redact import Vault
from conformance.talk.tokens import Issuer, by_secret
from conformance.talk.way import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.talk.tokens import Asking

_NONE: Mapping[str, str] = {}


def access(
    settings: Settings, token: str = "", variable: str = "", tokens: Mapping[str, str] = _NONE
) -> Access:
    """Return how a target is reached; a token that is handed over goes before the target's own credentials.

    `tokens` are those of the embedded server, which are no secrets, by the names of their credentials.
    Raises Problem where a secret, a certificate or a key is not there.
    """
    vault, asides = Vault(), list[Exchange]()
    proxy = _value(settings.proxy, "proxy", settings.place)
    way = Way(
        trusted=authorities(settings.ca, settings.ca_place),
        certificate=own(settings.certificate, settings.certificate_place),
        proxy=_proxy(proxy, settings.place),
    )
    vault.keep(*_passwords(proxy))
    headers = {
        name: _value(value, f"headers, {name}", settings.place) for name, value in settings.headers.items()
    }
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            message = f"headers, {name}: a header holds printable ASCII alone"
            raise Problem("usage", message, place=settings.place)
    vault.keep(*(headers[name] for name, value in settings.headers.items() if isinstance(value, Secret)))

    def shown(auth: Auth | None) -> Credentials:
        if auth is None:
            return NOBODY
        issuer = Issuer(
            way=way,
            limit=settings.target.timeout,
            tell=asides.append,
            url=auth.plain.get("token-url", ""),
            base=settings.target.base,
        )
        return _KINDS[auth.kind](auth, issuer, vault)

    return Access(
        way=way,
        credentials=bearer(token, variable, vault) if token else shown(settings.auth),
        others={
            **{name: Fixed(f"Bearer {value}", name) for name, value in tokens.items()},
            **{name: shown(auth) for name, auth in settings.others.items()},
        },
        headers=headers,
        vault=vault,
        asides=asides,
    )


def _bearer(auth: Auth, _issuer: Issuer, vault: Vault) -> Credentials:
    secret = auth.secrets["token"]
    if secret.command:
        # A command may be asked again for a fresh one.
        return Renewed(partial(commanded.token, secret.command), secret.source, vault)
    return bearer(_secret(secret, "bearer", auth.place), secret.source, vault)


def _basic(auth: Auth, _issuer: Issuer, vault: Vault) -> Credentials:
    user = auth.plain.get("user") or _secret(auth.secrets["user"], "user", auth.place)
    if ":" in user:
        message = "user: a user name for basic authorisation has no colon (RFC 7617)"
        raise Problem("usage", message, place=auth.place)
    password = auth.secrets["password"]
    return basic(user, _secret(password, "password", auth.place), password.source, vault)


def _by_secret(auth: Auth, issuer: Issuer, vault: Vault) -> Credentials:
    secret = _secret(auth.secrets["secret"], "secret", auth.place)
    vault.keep(secret)
    in_body = auth.plain.get("secret-in") == "body"
    asking = by_secret(auth.plain["client"], secret, auth.plain.get("scope", ""), in_body=in_body)
    return _renewed(asking, auth, issuer, vault)


def _backend(auth: Auth, issuer: Issuer, vault: Vault) -> Credentials:
    where = auth.secrets["key"]
    text = _secret(where, "key", auth.place)
    key = assertions.read(text, where.source, auth.plain.get("algorithm", ""), auth.plain.get("key-id", ""))
    asking = assertions.by_key(auth.plain["client"], key, auth.plain["scope"])
    return _renewed(asking, auth, issuer, vault)


def _renewed(asking: Callable[[str], Asking], auth: Auth, issuer: Issuer, vault: Vault) -> Credentials:
    return Renewed(lambda: issuer.token(asking), auth.plain["client"], vault)


_KINDS: Mapping[str, Callable[[Auth, Issuer, Vault], Credentials]] = {
    "bearer": _bearer,
    "basic": _basic,
    "client-credentials": _by_secret,
    "backend": _backend,
}


def _value(value: str | Secret, what: str, place: Place) -> str:
    return _secret(value, what, place) if isinstance(value, Secret) else value


def _secret(secret: Secret, what: str, place: Place) -> str:
    """Return what a variable, a file or a command holds; the value itself is never told."""
    value = _read(secret, what, place)
    if not value:
        raise Problem("usage", f"{what}: {secret.source} holds nothing", place=place)
    if what != "key" and any(character < " " or character == "\x7f" for character in value):
        raise Problem("usage", f"{what}: {secret.source} holds more than one line", place=place)
    return value


def _read(secret: Secret, what: str, place: Place) -> str:
    if secret.env:
        if secret.env not in os.environ:
            message = f"{what}: the environment variable '{secret.env}' is not set"
            raise Problem("usage", message, place=place, hint=f"export {secret.env}=…")
        return os.environ[secret.env].strip()
    if secret.file:
        try:
            return Path(secret.file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise Problem("usage", f"{what}: {secret.file} cannot be read: {why}", place=place) from None
    try:
        return commanded.token(secret.command).value
    except NoToken as none:
        raise Problem("usage", f"{what}: {none.message}", place=place, hint=none.hint) from None


def _proxy(url: str, place: Place) -> str:
    """Return a proxy's address; raises Problem for one that is none."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Problem(
            "usage", "proxy: that is no http or https address", place=place, hint="such as http://proxy:3128"
        )
    return url


def _passwords(url: str) -> tuple[str, ...]:
    parts = urlsplit(url) if url else None
    if parts is None or not parts.password:
        return ()
    return parts.password, unquote(parts.password), parts.netloc.rpartition("@")[0]
