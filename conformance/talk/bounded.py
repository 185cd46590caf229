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


# Pixels may come for so many times as long as an answer of FHIR may take, as long as they keep coming.
LONGER = 10


class _Timed(io.RawIOBase):
    """A socket's bytes until a deadline; the socket's own limit holds for each wait alone."""

    def __init__(self, sock: socket.socket, raw: socket.SocketIO, longer: int) -> None:
        self._sock = sock
        self._raw = raw
        self._limit = sock.gettimeout()
        self._deadline = None if self._limit is None else time.monotonic() + self._limit * longer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int | None:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(min(left, self._limit or left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        # The connection may be closed already; its socket lives as long as this reader.
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """An answer of which status line, headers and body have one deadline together."""

    longer = 1

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Timed(sock, sock.makefile("rb", buffering=0), self.longer))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _PatientResponse(_Response):
    longer = LONGER


class _PatientConnection(_Connection):
    response_class = _PatientResponse


class _PatientSecureConnection(_SecureConnection):
    response_class = _PatientResponse


class _PatientPool(HTTPConnectionPool):
    ConnectionCls = _PatientConnection


class _PatientSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PatientSecureConnection


class BoundedAdapter(HTTPAdapter):
    """The connections of requests to one host, without retries; answers are bounded in time as a whole.

    `stream` stands in for `send`, which finds the host's connections and reads its cookies anew each time.
    Where it is `patient`, the limit of time holds for each wait, and LONGER times that for the whole.
    """

    def __init__(self, way: Way = DIRECT, *, patient: bool = False) -> None:
        """Make connections that take this way."""
        self._pools = _PATIENT_POOLS if patient else _POOLS
        super().__init__(max_retries=0)
        self._way = way
        self._host: HTTPConnectionPool | None = None

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        """Make connections whose answers have a deadline."""
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """Return the connections by way of a proxy, whose answers have a deadline, too."""
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = self._pools
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
_PATIENT_POOLS: Any = {"http": _PatientPool, "https": _PatientSecurePool}
