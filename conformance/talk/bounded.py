"""Bounds an answer in time as a whole: a server that sends a byte now and then cannot outwait the limit."""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any, cast

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import Timeout

from conformance.talk import authorities

if TYPE_CHECKING:
    import socket

    from requests import PreparedRequest
    from typing_extensions import Buffer
    from urllib3 import BaseHTTPResponse


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
    """The connections of requests to one host, without retries; answers are bounded in time as a whole.

    `stream` stands in for `send`, which finds the host's connections and reads its cookies anew each time.
    """

    def __init__(self, trusted: str = "") -> None:
        """Make connections that trust the authorities of a file, or the usual ones."""
        super().__init__(max_retries=0)
        self._trusted = trusted or authorities.USUAL
        self._host: HTTPConnectionPool | None = None

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        """Make connections whose answers have a deadline."""
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def stream(self, request: PreparedRequest, connect: float, read: float) -> BaseHTTPResponse:
        """Send a request and return its answer, of which the body is still to be read; times in seconds."""
        if self._host is None:
            self._host = self._connections(request)
        return self._host.urlopen(
            str(request.method),
            request.path_url,
            body=request.body,
            headers=request.headers,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
            retries=False,
            timeout=Timeout(total=read, connect=connect, read=read),
        )

    def _connections(self, request: PreparedRequest) -> HTTPConnectionPool:
        found = self.get_connection_with_tls_context(request, verify=self._trusted)
        return cast("HTTPConnectionPool", found)
