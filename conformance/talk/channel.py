"""A WebSocket to one of the target's hosts (RFC 6455): what comes is bounded in size, number and time.

No step waits for the other side to read: what is sent is sent from a thread that ends with the connection.
"""

from __future__ import annotations

import logging
import socket
import ssl
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import TYPE_CHECKING

from conformance.talk import authorities
from conformance.talk.errors import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from websockets.sync.client import ClientConnection

    from conformance.talk.way import Way

LONGEST_OPENING = 10.0
LARGEST_MESSAGE = 2**20
MOST_MESSAGES = 200
LARGEST_SUM = 8 * 2**20
# How many may wait unread; a server that sends more is not listened to for a while.
_WAITING = 16
_CLOSING = 2.0
# How long what is sent may wait for a server that reads nothing.
_SENDING = 5
# What the library would say of itself; what became of a connection is said by Closed.
_SILENT = logging.getLogger(f"{__name__}.library")
_SILENT.setLevel(logging.CRITICAL + 1)
# The schemes of RFC 6455 and what they mean of the connection.
_SCHEMES: Mapping[str, str] = {"ws": "http", "wss": "https"}


class Closed(Exception):  # noqa: N818 - what became of a connection, not a defect of the program
    """There is no WebSocket, or no longer, and why."""


def as_http(url: str) -> str:
    """Return the address of a WebSocket as that of the HTTP server behind it; any other as it is."""
    scheme, colon, rest = url.partition(":")
    return f"{_SCHEMES.get(scheme.lower(), scheme)}{colon}{rest}"


@dataclass(slots=True)
class Channel:
    """An open WebSocket: what comes is answered as it comes, and waits to be taken by one thread."""

    _connection: ClientConnection
    _answer: Callable[[str], str]
    _came: deque[str] = field(default_factory=deque)
    _news: Condition = field(default_factory=Condition)
    _ended: str = ""
    _reader: Thread = field(init=False)

    def __post_init__(self) -> None:
        """Begin to listen."""
        with suppress(OSError):
            waiting = struct.pack("ll", _SENDING, 0)
            self._connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, waiting)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def next(self, seconds: float) -> str | None:
        """Return the next message, or None where none comes in time; raises Closed where none can come."""
        with self._news:
            self._news.wait_for(lambda: self._came or self._ended, timeout=max(seconds, 0.0))
            if self._came:
                return self._came.popleft()
            if self._ended:
                raise Closed(self._ended)
        return None

    def _read(self) -> None:
        """Take and answer what comes, until it is too much or nothing can come."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded with the first connection

        left, room = MOST_MESSAGES, LARGEST_SUM
        ended = f"more than {MOST_MESSAGES} messages or {LARGEST_SUM} bytes came"
        try:
            while left > 0 and room > 0:
                message = self._connection.recv()
                left, room = left - 1, room - len(message)
                text = message if isinstance(message, str) else message.decode("utf-8", "replace")
                with suppress(ConnectionClosed):  # what came before the end still came
                    self._reply(text)
                with self._news:
                    self._came.append(text)
                    self._news.notify()
        except ConnectionClosed as closed:
            ended = _why(closed)
        finally:
            with self._news:
                self._ended = ended
                self._news.notify()

    def _reply(self, text: str) -> None:
        answer = self._answer(text)
        if answer:
            self._connection.send(answer)

    def close(self) -> None:
        """Close the connection in good order (1000), or let it go where the other side hinders that."""
        closing = Thread(target=self._say_goodbye, daemon=True)
        closing.start()
        closing.join(_CLOSING + 1)
        if closing.is_alive():
            # Whoever waits to send holds the lock that closing needs, until there is no connection.
            with suppress(OSError):
                socket.socket.shutdown(self._connection.socket, socket.SHUT_RDWR)
            closing.join(_CLOSING)
        self._reader.join(_CLOSING)

    def _say_goodbye(self) -> None:
        with suppress(Exception):
            self._connection.close()


def opened(
    url: str, way: Way, headers: Mapping[str, str], seconds: float, answer: Callable[[str], str]
) -> Channel:
    """Return a WebSocket to a host that the caller vouches for; raises Closed where there is none.

    `answer` says what a message is answered with at once, if with anything: from a thread of its own.

    Redirects are not followed, and `headers` are shown to that host alone.
    """
    from websockets.exceptions import InvalidHandshake, InvalidURI  # noqa: PLC0415 - few runs need it
    from websockets.sync.client import connect  # noqa: PLC0415 - as above

    try:
        connection = connect(
            url,
            ssl=_vouched(way) if as_http(url).startswith("https") else None,
            compression=None,
            additional_headers=dict(headers),
            user_agent_header="dermconf",
            proxy=way.proxy or None,
            open_timeout=min(seconds, LONGEST_OPENING),
            # A scenario is over before a ping would be sent, and none keeps a thread of its own.
            ping_interval=None,
            close_timeout=_CLOSING,
            max_size=LARGEST_MESSAGE,
            max_queue=_WAITING,
            logger=_SILENT,
        )
    except (InvalidHandshake, InvalidURI) as error:
        raise Closed(f"protocol: no WebSocket was opened ({_plain(error)})") from None
    except (OSError, ValueError) as error:
        raise Closed(explain(error)) from None
    return Channel(connection, answer)


def _vouched(way: Way) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=way.trusted or authorities.USUAL)
    if way.certificate:
        context.load_cert_chain(*way.certificate)
    return context


def _plain(error: Exception) -> str:
    """Return an error in one line: it may quote what the server sent."""
    return " ".join(str(error).split())[:200]


def _why(closed: Exception) -> str:
    return f"closed: the server closed the WebSocket ({_plain(closed)})"
