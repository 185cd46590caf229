"""What to try next where an exchange came to nothing, by what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Exchange

_PLAIN, _SECURE = "http:", "https:"
# By the beginning of what `talk.errors` says, the first that fits, and the scheme of the URL.
_UNANSWERED: tuple[tuple[str, str, str], ...] = (
    (
        "tls: the server's certificate is not signed",
        _SECURE,
        "--ca FILE names the certificate (PEM) of the authority that signed it, if you trust that one",
    ),
    (
        "tls: the server's certificate",
        _SECURE,
        "it has to name the host of --target and be valid today: certificates are always verified",
    ),
    ("tls:", _SECURE, "does this port speak https? try --target {other}"),
    ("dns:", "", "is the host name right, and known to the machine that this runs on?"),
    ("timeout:", "", "--timeout SECONDS waits longer; does the server answer curl?"),
    (
        "proxy:",
        "",
        (
            "does the proxy want a name and password in its address, and may it reach this server? "
            "proxy: {{env: NAME}} names the variable that holds http://name:password@proxy:3128"
        ),
    ),
    ("closed:", _PLAIN, "look into the server's log; if this port speaks https, try --target {other}"),
)
_OTHERWISE = "is the server running, and is the address right? try it with curl"
_UNAUTHORISED = 401
_REFUSED = "the token is refused: is it valid now, and meant for this server?"
_WANTED = "this server wants a token: --token-env NAME names the environment variable that holds one"


def of(exchange: Exchange) -> str:
    """Return what to try where there was no answer, or a 401; nothing for any other answer."""
    answer, request = exchange.answer, exchange.request
    if answer.status == _UNAUTHORISED:
        return _REFUSED if "authorization" in request.headers else _WANTED
    if answer.status is not None:
        return ""
    found = (
        hint
        for begins, scheme, hint in _UNANSWERED
        if answer.error.startswith(begins) and request.url.startswith(scheme)
    )
    return next(found, _OTHERWISE).format(other=_other(request.url))


def _other(url: str) -> str:
    """Return the origin of a URL with the other scheme."""
    scheme, _, rest = url.partition("//")
    return f"{_PLAIN if scheme == _SECURE else _SECURE}//{rest.partition('/')[0]}/…"
