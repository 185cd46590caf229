"""A server on a raw socket, small enough to misbehave in any way; one function says what it answers."""

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body) if self.body else None


@dataclass
class Miniature:
    """Listens on loopback; `answer(asked)` yields the bytes to send, as slowly as it likes."""

    answer: object
    asked: list = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listening.getsockname()[1]
        self.host = f"http://127.0.0.1:{self.port}"
        self.base = f"{self.host}/fhir"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self):
        while not self.stopped.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            asked = _read(connection)
            if asked is None:
                return
            self.asked.append(asked)
            for piece in self.answer(asked):
                if self.stopped.is_set():
                    return
                connection.sendall(piece)

    def of(self, method):
        """Return the paths that were asked for by one method."""
        return [asked.path for asked in self.asked if asked.method == method]

    def wait(self, seconds):
        """Sleep, but not longer than the server lives."""
        self.stopped.wait(seconds)


def _read(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    method, path, _version = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Asked(method, path, headers, body)


def http(status, body=b"", *, media="application/fhir+json", length=None, **headers):
    """Return a whole answer; `length` lies about the body where it is given."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} Answer",
        f"Content-Length: {len(body) if length is None else length}",
        *([f"Content-Type: {media}"] if media else []),
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        "Connection: close",
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def slowly(data, pause):
    """Yield some bytes one by one."""
    for byte in data:
        yield bytes([byte])
        time.sleep(pause)
