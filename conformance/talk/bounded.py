"""Bounds an answer in time as a whole: a server that sends a byte now and then cannot outwait the limit."""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from requests import Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from requests import PreparedRequest
    from typing_extensions import Buffer
    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import ConnectionPool


class _Timed(io.RawIOBase):
    """A socket's bytes until a deadline; the socket's own limit holds for each wait alone."""

    def __init__(self, sock: socket.socket, raw: socket.SocketIO) -> None:
        self._sock = sock
        self._raw = raw
        limit = sock.gettimeout()
        self._deadline = None if limit is None else time.monotonic() + limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int | None:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        # The connection may be closed already; its socket lives as long as this reader.
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """An answer of which status line, headers and body have one deadline together."""

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Timed(sock, sock.makefile("rb", buffering=0)))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class BoundedAdapter(HTTPAdapter):
    """The transport of requests to one host, without retries; answers are bounded in time as a whole."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self._host: list[ConnectionPool] = []

    def get_connection_with_tls_context(self, *args: Any, **named: Any) -> ConnectionPool:
        """Return the host's connections: found by the first request, and the same for all that follow."""
        if not self._host:
            self._host.append(super().get_connection_with_tls_context(*args, **named))
        return self._host[0]

    def request_url(self, request: PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        """Return the target of the request line: a path, unless a proxy needs more."""
        return super().request_url(request, proxies) if proxies else request.path_url

    def build_response(self, req: PreparedRequest, resp: BaseHTTPResponse) -> Response:
        """Return the status and the stream: no cookie is kept, and headers are read where they lie."""
        response = Response()
        response.status_code, response.raw, response.request = resp.status, resp, req
        return response

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        """Make connections whose answers have a deadline."""
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
