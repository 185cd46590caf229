"""What a hub may do is held against none, and what may be open of ours is closed or told."""

import asyncio
import json

import pytest
from foreign import CONFIRMED, SCENARIO, SECRET, Foreign, results, went
from starlette.responses import JSONResponse, Response

NUMBERED = """
scenario: A version is sent back as it came
requirements: {FCAST-14: SHALL}
steps:
  - subscribe: "{{ known.topic }}"
    step: ear
    events: [Patient-open]
    expect:
      - status: 202
  - receive: ear
    until: Patient-open
    within: 1s
    keep:
      version: {jsonpath: "$[?(@.id == 'theirs')].event.'context.versionId'.`str()`"}
  - request: POST /
    base: hub
    json:
      timestamp: "{{ now }}"
      id: "{{ run }}-update"
      event: {hub.topic: "{{ known.topic }}", hub.event: Patient-update, context.versionId: "{{ version }}"}
    expect:
      - {status: 202, for: FCAST-14}
"""


def said(foreign, verb):
    return [json.loads(body) for _, body in foreign.asked if body.startswith("{") and f"-{verb}" in body]


def left(played):
    lines = (played.folder / "run.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == "leftover"]


class Denying(Foreign):
    async def tells(self, socket):
        await socket.send_text(json.dumps({**CONFIRMED, "hub.mode": "denied", "hub.reason": "not\nyou"}))
        await socket.close()


class Unreasoning(Foreign):
    async def tells(self, socket):
        await socket.send_text(json.dumps({"hub.mode": "denied"}))


class Granting(Foreign):
    async def tells(self, socket):
        await socket.send_text(json.dumps({**CONFIRMED, "hub.events": "Patient-close"}))


class Regretting(Foreign):
    same = False

    async def tells(self, socket):
        await socket.send_text(json.dumps(CONFIRMED))
        await self.posted.wait()
        named = self.event["id"]
        issue = {"details": {"coding": [{"code": named}]}}
        context = [{"key": "operationoutcome", "resource": {"issue": [issue]}}]
        event = {"hub.event": "SyncError", "context": context}
        await socket.send_text(json.dumps({"id": named if self.same else "theirs", "event": event}))


class RegrettingByThatId(Regretting):
    same = True


@pytest.mark.parametrize(
    ("foreign", "told"),
    [
        (Denying, "the hub denied the subscription: not you"),
        (Unreasoning, "the hub denied the subscription: it gives no reason"),
        (Granting, "the hub granted the subscription without Patient-open: it is not asked for"),
        (Regretting, "then refused it by a SyncError"),
        (RegrettingByThatId, "then refused it by a SyncError"),
    ],
)
def test_what_a_hub_may_do_leaves_the_rules_untested(foreign, told, tmp_path):
    played = went(foreign(), tmp_path)
    assert {result for _, result in results(played)} == {"untested"}
    assert told in " ".join(f["message"] for f in played.findings)
    assert played.kinds == set()
    assert played.rejudged == []


def test_what_was_refused_in_the_end_is_not_closed(tmp_path):
    foreign = Regretting()
    went(foreign, tmp_path)
    assert said(foreign, "close") == []


class Unsure(Foreign):
    def answers(self, event):
        return 500 if event["event"]["hub.event"] == "Patient-open" else 202

    async def hub(self, request):
        answer = await super().hub(request)
        body = (await request.body()).decode()
        return Response(status_code=self.answers(json.loads(body))) if body.startswith("{") else answer


class Decided(Unsure):
    def answers(self, event):
        return 409 if event["event"]["hub.event"] == "Patient-open" else 202


class Keeping(Unsure):
    def answers(self, event):
        return 403 if event["event"]["hub.event"] == "Patient-close" else 202


@pytest.mark.parametrize(("foreign", "closed"), [(Unsure, 1), (Decided, 0), (Keeping, 1)])
def test_what_may_be_open_is_closed(foreign, closed, tmp_path):
    held = foreign()
    played = went(held, tmp_path)
    assert len(said(held, "close")) == closed
    told = [(event["reference"], event["why"]) for event in left(played)]
    refused = [("hub.topic t: Patient may still be open", "the hub answered its closing 403")]
    assert told == (refused if foreign is Keeping else [])
    assert ("1 context may still be open at the hub" in played.out) == (foreign is Keeping)


class Elsewhere(Foreign):
    def endpoint(self, request):
        del request
        return f"ws://127.0.0.1:9/ws/{SECRET}"


class NoSocket(Foreign):
    def endpoint(self, request):
        return f"ws://{request.headers['host']}/nothing/{SECRET}"


@pytest.mark.parametrize("foreign", [Elsewhere, NoSocket])
def test_who_could_not_listen_says_goodbye(foreign, tmp_path):
    held = foreign()
    went(held, tmp_path)
    assert "hub.mode=unsubscribe" in held.asked[-1][1]
    assert SECRET in held.asked[-1][1]


class Numbering(Foreign):
    async def tells(self, socket):
        event = {"hub.event": "Patient-open", "context.versionId": 7, "context": []}
        await socket.send_text(json.dumps({"id": "theirs", "event": event}))


def test_a_version_is_sent_back_as_it_came(tmp_path):
    foreign = Numbering()
    assert results(went(foreign, tmp_path, NUMBERED)) == {("FCAST-14", "held")}
    assert said(foreign, "update")[0]["event"]["context.versionId"] == 7


class Waiting(Foreign):
    """It answers who sent an event once all subscribers have acknowledged it."""

    async def hub(self, request):
        answer = await super().hub(request)
        if self.posted.is_set():
            for _ in range(200):
                if self.heard:
                    return answer
                await asyncio.sleep(0.02)
            return JSONResponse({}, status_code=504)
        return answer


def test_a_hub_may_wait_for_what_it_tells_to_be_acknowledged(tmp_path):
    assert results(went(Waiting(), tmp_path, SCENARIO)) == {("FCAST-11", "held"), ("FCAST-13", "held")}
