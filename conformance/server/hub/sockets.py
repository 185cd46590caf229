"""The WebSockets of a hub: what a subscriber is told goes out, what it says is read and left alone."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from conformance.server.hub.hub import Hub, Listener


async def serve(hub: Hub, secret: str, socket: WebSocket) -> None:
    """Serve one subscriber until it goes or is unsubscribed."""
    listener = hub.listener(secret)
    if listener is None:
        await socket.close()
        return
    await socket.accept()
    for text in hub.greeting(listener):
        await socket.send_text(text)
    both = [asyncio.create_task(_telling(socket, listener)), asyncio.create_task(_hearing(socket))]
    _, waiting = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    with suppress(RuntimeError, WebSocketDisconnect):  # the other side closed it
        await socket.close()


async def _telling(socket: WebSocket, listener: Listener) -> None:
    with suppress(WebSocketDisconnect):
        while (text := await listener.queue.get()) is not None:
            await socket.send_text(text)


async def _hearing(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
