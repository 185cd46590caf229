"""A WebSocket whose other side reads or answers nothing holds up no run, and leaves no thread behind."""

import base64
import hashlib
import json
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from conformance.run.casting import acknowledgement
from conformance.talk import channel
from conformance.talk.way import Way

PING, TEXT = 9, 1


def frame(payload, opcode=TEXT):
    head = bytes([0x80 | opcode])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    long = len(payload) >= 2**16
    return head + struct.pack(">BQ" if long else ">BH", 127 if long else 126, len(payload)) + payload


def event(named):
    return frame(json.dumps({"id": named, "event": {"hub.event": "Patient-open"}}).encode())


def shaken(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    named = next(line for line in head.decode().split("\r\n") if line.lower().startswith("sec-websocket-key"))
    magic = named.split(": ")[1] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(magic.encode()).digest())  # noqa: S324 - RFC 6455 has it so
    connection.sendall(
        b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept
    )
    connection.sendall(b"\r\n\r\n")


@contextmanager
def opened(does):
    """Give a channel to a server that shakes hands and then `does` something with the bare connection."""
    done = threading.Event()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listening.bind(("127.0.0.1", 0))
    listening.listen()

    def serve():
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            shaken(connection)
            does(connection)
            done.wait(20)

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    url = f"ws://127.0.0.1:{listening.getsockname()[1]}/ws"
    before = set(threading.enumerate())
    held = channel.opened(url, Way(), {}, 5.0, acknowledgement)
    try:
        yield held
        started = time.monotonic()
        held.close()
        assert time.monotonic() - started < 4
        assert set(threading.enumerate()) - before == set()
    finally:
        done.set()
        listening.close()
        serving.join(5)


def floods(connection):
    while True:
        connection.sendall(frame(b"x" * 125, PING) * 200)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(channel, "_CLOSING", 0.5)


def test_closing_is_bounded_where_pings_come_and_nothing_is_read():
    with opened(floods) as held:
        assert held.next(1.5) is None


def test_a_server_that_does_not_answer_the_close_is_let_go():
    with opened(lambda connection: connection.sendall(event("a"))) as held:
        assert json.loads(held.next(5.0))["id"] == "a"


def test_what_is_no_name_of_an_event_is_not_sent_back():
    def sends(connection):
        for _ in range(7):
            connection.sendall(event("i" * 900_000))
        connection.sendall(event("last"))

    with opened(sends) as held:
        started = time.monotonic()
        assert [json.loads(held.next(5.0))["id"][:4] for _ in range(8)] == ["iiii"] * 7 + ["last"]
        assert time.monotonic() - started < 5


def test_an_event_is_answered_though_nobody_waits_for_it():
    heard = []

    def sends(connection):
        connection.sendall(event("a") + event("\ud800") + event("b"))
        for _ in range(3):
            heard.append(connection.recv(2)[1] & 0x7F)
            connection.recv(heard[-1] + 4)

    with opened(sends):
        deadline = time.monotonic() + 5
        while len(heard) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
    size = len(acknowledgement('{"id": "a", "event": {}}'))
    assert [heard[0], heard[2]] == [size, size]


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "{", '{"id": 1, "event": {}}', '{"id": "a"}', json.dumps({"id": "i" * 201, "event": 1})],
)
def test_what_is_no_event_is_not_answered(text):
    assert acknowledgement(text) == ""
