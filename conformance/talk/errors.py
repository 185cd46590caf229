"""Says in one plain sentence why there was no answer."""

from __future__ import annotations

import socket
import ssl

import requests
import urllib3.exceptions

# The kind is the sentence's first word. The first row that fits wins, since requests wraps its causes.
_BY_TYPE: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "tls: the server's certificate could not be verified"),
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
)


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
        if any(isinstance(entry, kind) for entry in chain):
            return sentence
    return f"protocol: the answer could not be read ({type(error).__name__})"
