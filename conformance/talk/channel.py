"""A WebSocket to one of the target's hosts (RFC 6455): what comes is bounded in size, number and time."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.talk import authorities
from conformance.talk.errors import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from websockets.sync.client import ClientConnection

    from conformance.talk.way import Way

LONGEST_OPENING = 10.0
LARGEST_MESSAGE = 2**20
MOST_MESSAGES = 200
LARGEST_SUM = 8 * 2**20
# How many may wait unread; a server that sends more is not listened to for a while.
_WAITING = 16
_CLOSING = 2.0
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
    """An open WebSocket; one thread at a time may use it."""

    _connection: ClientConnection
    _left: int = MOST_MESSAGES
    _room: int = LARGEST_SUM

    def next(self, seconds: float) -> str | None:
        """Return the next message, or None where none comes in time; raises Closed where none can come."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded with the first connection

        if self._left <= 0 or self._room <= 0:
            raise Closed(f"more than {MOST_MESSAGES} messages or {LARGEST_SUM} bytes came")
        try:
            message = self._connection.recv(timeout=max(seconds, 0.0))
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            raise Closed(_why(closed)) from None
        self._left, self._room = self._left - 1, self._room - len(message)
        return message if isinstance(message, str) else message.decode("utf-8", "replace")

    def say(self, text: str) -> None:
        """Send a message; raises Closed where nobody hears it."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - as above

        try:
            self._connection.send(text)
        except ConnectionClosed as closed:
            raise Closed(_why(closed)) from None

    def close(self) -> None:
        """Close the connection in good order (1000), or let it go where the other side does not answer."""
        self._connection.close()


def opened(url: str, way: Way, headers: Mapping[str, str], seconds: float) -> Channel:
    """Return a WebSocket to a host that the caller vouches for; raises Closed where there is none.

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
            close_timeout=_CLOSING,
            max_size=LARGEST_MESSAGE,
            max_queue=_WAITING,
        )
    except (InvalidHandshake, InvalidURI) as error:
        raise Closed(f"protocol: no WebSocket was opened ({_plain(error)})") from None
    except (OSError, ValueError) as error:
        raise Closed(explain(error)) from None
    return Channel(connection)


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
