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
from conformance.talk.way import DIRECT

if TYPE_CHECKING:
    import socket

    from requests import PreparedRequest
    from typing_extensions import Buffer
    from urllib3 import BaseHTTPResponse

    from conformance.talk.way import Way


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

    def __init__(self, way: Way = DIRECT) -> None:
        """Make connections that take this way."""
        super().__init__(max_retries=0)
        self._way = way
        self._host: HTTPConnectionPool | None = None

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        """Make connections whose answers have a deadline."""
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """Return the connections by way of a proxy, whose answers have a deadline, too."""
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def stream(self, request: PreparedRequest, connect: float, read: float) -> BaseHTTPResponse:
        """Send a request and return its answer, of which the body is still to be read; times in seconds."""
        if self._host is None:
            self._host = self._connections(request)
        return self._host.urlopen(
            str(request.method),
            self._target(request),
            body=request.body,
            headers=request.headers,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
            retries=False,
            timeout=Timeout(total=read, connect=connect, read=read),
        )

    def _target(self, request: PreparedRequest) -> str:
        """Return the path, or the whole URL where a proxy has to know the host (RFC 9112, section 3.2.2)."""
        whole = self._way.proxy and str(request.url).startswith("http://")
        return str(request.url) if whole else request.path_url

    def _connections(self, request: PreparedRequest) -> HTTPConnectionPool:
        way = self._way
        found = self.get_connection_with_tls_context(
            request,
            verify=way.trusted or authorities.USUAL,
            proxies={"http": way.proxy, "https": way.proxy} if way.proxy else None,
            cert=way.certificate,
        )
        return cast("HTTPConnectionPool", found)


_POOLS: Any = {"http": _Pool, "https": _SecurePool}
