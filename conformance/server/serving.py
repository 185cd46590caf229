"""Runs the reference server with uvicorn: in the foreground, or beside the caller in a thread."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

_BACKLOG = 2048
_PATIENCE = 10.0  # seconds for a start or a stop; both take milliseconds


class _Server(uvicorn.Server):
    """A uvicorn server that says when it listens."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started()


def serve(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, started: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `started` is told the base URL once the server listens."""
    with _listening(host, port) as listener:
        base = _base(host, listener)
        server = _Server(_config(app), lambda: started(base))
        with _stopping(server):
            server.run([listener])


@contextmanager
def running(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve in a thread as long as the context lasts, and give the base URL."""
    ready = threading.Event()
    with _listening(host, port) as listener:
        server = _Server(_config(app), ready.set)
        # uvicorn leaves the signals alone outside the main thread.
        thread = threading.Thread(target=server.run, args=([listener],), name="reference-server", daemon=True)
        thread.start()
        try:
            if not ready.wait(_PATIENCE):
                raise Problem("server", "the reference server did not start")
            yield _base(host, listener)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


@contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGINT and SIGTERM end the serving, and nothing else: uvicorn raises them again when it is done."""
    before = {name: signal.signal(name, server.handle_exit) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches off the delay of small packets (40 ms an answer) only where the protocol is named.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            hint = "choose another port, or 0 for any free one"
            raise Problem("port", f"{host}:{port} cannot be opened: {error.strerror}", hint=hint) from None
        listener.listen(_BACKLOG)
        yield listener


def _base(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/fhir"


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        ws="websockets-sansio",
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
