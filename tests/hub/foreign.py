"""A hub of a few lines, to be bent by tests, and what is played at it."""

import asyncio
import json
from contextlib import contextmanager

from playing import play, written
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from tiny import statement

from conformance.server.serving import running

SECRET = "f47ac10b58cc4372a5670e02b2c3d479"  # noqa: S105 - of a test's own
SCENARIO = """
scenario: A hub tells a subscriber what it accepted
requirements: {FCAST-11: SHALL, FCAST-13: SHALL}
steps:
  - subscribe: "{{ known.topic }}"
    step: ear
    events: [Patient-open]
    expect:
      - status: 202
  - request: POST /
    base: hub
    json:
      timestamp: "{{ now }}"
      id: "{{ run }}-open"
      event: {hub.topic: "{{ known.topic }}", hub.event: Patient-open, context: []}
    expect:
      - status: 202
  - receive: ear
    until: "{{ run }}-open"
    within: 1s
    expect:
      - {jsonpath: "$[?(@.'hub.mode' == 'subscribe')].'hub.topic'", is: "{{ known.topic }}", for: FCAST-13}
      - {jsonpath: "$[?(@.id == '{{ run }}-open')]", count: 1, for: FCAST-11}
"""
CONFIRMED = {"hub.mode": "subscribe", "hub.topic": "t", "hub.events": "Patient-open", "hub.lease_seconds": 9}


class Foreign:
    """A hub of a few lines; every method is there to be overridden."""

    opens = SECRET

    def __init__(self):
        self.asked = []
        self.heard = []
        self.posted = asyncio.Event()

    async def hub(self, request):
        body = (await request.body()).decode()
        self.asked.append((request.headers.get("content-type", ""), body))
        if "hub.mode=subscribe" in body:
            return self.subscribed(request)
        if body.startswith("{"):
            self.event = json.loads(body)
            self.posted.set()
        return Response(status_code=202)

    def endpoint(self, request):
        return f"ws://{request.headers['host']}/ws/{self.opens}"

    def subscribed(self, request):
        return JSONResponse({"hub.channel.endpoint": self.endpoint(request)}, status_code=202)

    async def socket(self, socket):
        await socket.accept()
        await self.tells(socket)
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            self.heard.append(message["text"])

    async def tells(self, socket):
        await socket.send_text(json.dumps(CONFIRMED))
        await self.posted.wait()
        await socket.send_text(json.dumps(self.event))


async def metadata(_request):
    return JSONResponse(statement())


@contextmanager
def served(foreign):
    routes = [
        Route("/fhir/metadata", metadata),
        Route("/hub", foreign.hub, methods=["POST"]),
        WebSocketRoute("/ws/{secret}", foreign.socket),
    ]
    with running(Starlette(routes=routes)) as base:
        yield base


def went(foreign, folder, text=SCENARIO):
    with served(foreign) as base:
        hub = base.replace("/fhir", "/hub")
        return play(base, folder, written(folder, text), known={"topic": "t"}, hub=hub)


def results(played):
    return {(f["requirement"], f["result"]) for f in played.findings if f["requirement"].startswith("FCAST")}
