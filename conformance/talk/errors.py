"""Says in one plain sentence why there was no answer."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

if TYPE_CHECKING:
    from collections.abc import Mapping

# The kind is the sentence's first word. The first row that fits wins, since requests wraps its causes.
_UNVERIFIED = "tls: the server's certificate could not be verified"
_BY_TYPE: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, _UNVERIFIED),
    (ssl.SSLError, "tls: no TLS connection could be made"),
    (requests.exceptions.SSLError, "tls: no TLS connection could be made"),
    (socket.gaierror, "dns: the host name could not be resolved"),
    (ConnectionRefusedError, "refused: nothing listens at that address"),
    (urllib3.exceptions.NewConnectionError, "closed: no connection could be made"),
    (urllib3.exceptions.ConnectTimeoutError, "timeout: no connection within the time limit"),
    (urllib3.exceptions.ReadTimeoutError, "timeout: no complete answer within the time limit"),
    (urllib3.exceptions.IncompleteRead, "closed: the server closed the connection in the middle of the body"),
    (urllib3.exceptions.DecodeError, "protocol: the body is not encoded as Content-Encoding says"),
    (requests.exceptions.ReadTimeout, "timeout: no complete answer within the time limit"),
    (TimeoutError, "timeout: no complete answer within the time limit"),
    (ConnectionResetError, "closed: the server closed the connection before the answer was complete"),
    (
        requests.exceptions.ChunkedEncodingError,
        "closed: the server closed the connection in the middle of the body",
    ),
    (requests.exceptions.ContentDecodingError, "protocol: the body is not encoded as Content-Encoding says"),
    (requests.exceptions.InvalidURL, "address: the URL cannot be used"),
    (urllib3.exceptions.ProtocolError, "closed: the connection failed before an answer came"),
    (urllib3.exceptions.ProxyError, "proxy: the proxy refused to open a connection"),
)

# OpenSSL's x509_vfy.h: the issuer, or the certificate itself, is among nobody that is trusted.
_UNTRUSTED = frozenset({2, 18, 19, 20, 21})
_UNVERIFIED_BY_CODE: Mapping[int, str] = {
    **dict.fromkeys(
        _UNTRUSTED, "tls: the server's certificate is not signed by an authority that is trusted here"
    ),
    9: "tls: the server's certificate is not valid yet",
    10: "tls: the server's certificate has expired",
    62: "tls: the server's certificate is for another host",
    64: "tls: the server's certificate is for another host",
}


def causes(error: BaseException) -> list[BaseException]:
    """Return the error and everything it wraps, as `reason`, cause, context or argument."""
    found: list[BaseException] = []
    todo = [error]
    while todo:
        current = todo.pop()
        if current in found:
            continue
        found.append(current)
        inner = [getattr(current, "reason", None), current.__cause__, current.__context__, *current.args]
        todo.extend(entry for entry in inner if isinstance(entry, BaseException))
    return found


def explain(error: BaseException) -> str:
    """Return `kind: sentence` for a failure to get an answer."""
    chain = causes(error)
    for kind, sentence in _BY_TYPE:
        found = next((entry for entry in chain if isinstance(entry, kind)), None)
        if found is not None:
            return _UNVERIFIED_BY_CODE.get(getattr(found, "verify_code", 0), sentence)
    return f"protocol: the answer could not be read ({type(error).__name__})"
