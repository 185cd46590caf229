"""What a run says of hubs that are silent, hostile or gone: no hang, no secret, no wrong party."""

import json

import pytest
from foreign import CONFIRMED, SCENARIO, SECRET, Foreign, results, served, went
from playing import play, written
from starlette.responses import JSONResponse, RedirectResponse, Response

from conformance.talk.channel import MOST_MESSAGES


def test_a_hub_that_does_as_it_should_passes_and_is_answered_and_left_in_good_order(tmp_path):
    foreign = Foreign()
    played = went(foreign, tmp_path)
    assert results(played) == {("FCAST-11", "held"), ("FCAST-13", "held")}
    assert json.loads(foreign.heard[0])["status"] == "200"
    # What was opened is closed, and who listened says goodbye.
    *_, closing, leaving = foreign.asked
    assert json.loads(closing[1])["event"]["hub.event"] == "Patient-close"
    assert "hub.mode=unsubscribe" in leaving[1]
    assert SECRET in leaving[1]
    assert played.rejudged == []


def test_the_address_of_a_websocket_is_in_no_report(tmp_path):
    played = went(Foreign(), tmp_path)
    reports = [path for path in played.folder.rglob("*") if path.is_file()]
    assert len(reports) > 5
    assert [path.name for path in reports if SECRET.encode() in path.read_bytes()] == []
    assert b"capability-1" in (played.folder / "run.jsonl").read_bytes()


class ShortSecret(Foreign):
    opens = "9f3c51aa07be42d1"


class WordySecret(Foreign):
    opens = "correcthorsebatterystaple"


class TwiceSecret(Foreign):
    opens = "f47ac10b58cc4372a5670e02b2c3d479"

    def subscribed(self, request):
        told = {"hub.channel.endpoint": self.endpoint(request), "id": self.opens}
        return JSONResponse(told, status_code=202)


class EscapedSecret(Foreign):
    opens = "f47ac10b58cc4372a5670e02b2c3d479"

    def subscribed(self, request):
        text = json.dumps({"hub.channel.endpoint": self.endpoint(request)}).replace("/", "\\u002f")
        return Response(text, status_code=202, media_type="application/json")


@pytest.mark.parametrize("foreign", [ShortSecret, WordySecret, TwiceSecret, EscapedSecret])
def test_an_address_is_hidden_whatever_it_looks_like(foreign, tmp_path):
    played = went(foreign(), tmp_path)
    assert results(played) == {("FCAST-11", "held"), ("FCAST-13", "held")}
    reports = [path for path in played.folder.rglob("*") if path.is_file()]
    assert [path.name for path in reports if foreign.opens.encode() in path.read_bytes()] == []


class Silent(Foreign):
    async def tells(self, socket):
        pass


class Forgetful(Foreign):
    async def tells(self, socket):
        await socket.send_text(json.dumps(CONFIRMED))


class Odd(Foreign):
    async def tells(self, socket):
        for text in (
            "",
            "null",
            "[1]",
            "1",
            "{",
            '{"event": 1, "id": 1}',
            "[" * 50_000,
            '{"id": "\\u001b[31m"}',
        ):
            await socket.send_text(text)
        await socket.send_bytes(b"\xff\xfe")
        await super().tells(socket)


@pytest.mark.parametrize(
    ("foreign", "expected"),
    [
        (Silent, {("FCAST-11", "failed"), ("FCAST-13", "failed")}),
        (Forgetful, {("FCAST-11", "failed"), ("FCAST-13", "held")}),
        (Odd, {("FCAST-11", "held"), ("FCAST-13", "held")}),
    ],
)
def test_what_did_not_come_fails_the_hub_and_no_run(foreign, expected, tmp_path):
    played = went(foreign(), tmp_path)
    assert results(played) == expected
    assert played.kinds == set()
    assert played.exit == 3, "nothing that may fail a run was tested"
    assert played.rejudged == []


class Elsewhere(Foreign):
    def endpoint(self, request):
        del request
        return "ws://127.0.0.1:9/ws/x"


class Unnamed(Foreign):
    def subscribed(self, request):
        del request
        return JSONResponse({"hub.channel.endpoint": [1]}, status_code=202)


class Wordless(Foreign):
    def subscribed(self, request):
        del request
        return Response("<html>", status_code=202)


class Closing(Foreign):
    async def tells(self, socket):
        await socket.close(1011, "out of \x1b[31morder")


class Refusing(Foreign):
    async def socket(self, socket):
        await socket.close()


class NoSocket(Foreign):
    def endpoint(self, request):
        return f"ws://{request.headers['host']}/nothing/{SECRET}"


class Unusable(Foreign):
    def endpoint(self, request):
        return f"ws://{request.headers['host']}:zebra/"


class Flooding(Foreign):
    async def tells(self, socket):
        for _ in range(MOST_MESSAGES + 10):
            await socket.send_text(json.dumps(CONFIRMED))
        await super().tells(socket)


class Huge(Foreign):
    async def tells(self, socket):
        await socket.send_text('"' + "x" * 3 * 2**20 + '"')


@pytest.mark.parametrize(
    ("foreign", "told"),
    [
        (Elsewhere, "127.0.0.1:9 is no host of the target's settings"),
        (Unnamed, "step 'ear' opened no WebSocket"),
        (Wordless, "step 'ear' opened no WebSocket"),
        (Closing, "the server closed the WebSocket"),
        (Refusing, "could not be opened"),
        (NoSocket, "could not be opened"),
        (Unusable, "is no http address that a request can be sent to"),
        (Flooding, f"more than {MOST_MESSAGES} messages"),
        (Huge, "closed the WebSocket"),
    ],
)
def test_trouble_with_the_websocket_leaves_the_rules_untested(foreign, told, tmp_path):
    played = went(foreign(), tmp_path)
    assert {result for _, result in results(played)} == {"untested"}
    messages = " ".join(f["message"] for f in played.findings)
    assert told in messages
    assert "\x1b" not in played.out
    assert played.kinds == set()


class Redirecting(Foreign):
    def subscribed(self, request):
        del request
        return RedirectResponse("http://127.0.0.1:9/hub", status_code=307)


def test_a_redirect_is_not_followed_with_what_is_sent(tmp_path):
    played = went(Redirecting(), tmp_path)
    assert {result for _, result in results(played)} == {"untested"}
    assert "307" in " ".join(f["message"] for f in played.findings)


def test_without_a_hub_in_the_settings_nothing_is_asked(tmp_path):
    foreign = Foreign()
    with served(foreign) as base:
        played = play(base, tmp_path, written(tmp_path, SCENARIO), known={"topic": "t"})
    assert played.verdicts == {"case": "skip"}
    assert foreign.asked == []


def test_who_may_not_write_casts_nothing(tmp_path):
    foreign = Foreign()
    with served(foreign) as base:
        hub = base.replace("/fhir", "/hub")
        played = play(
            base, tmp_path, written(tmp_path, SCENARIO), known={"topic": "t"}, hub=hub, read_only=True
        )
    assert played.verdicts == {"case": "out-of-reach"}
    assert foreign.asked == []
