"""Hostile servers, each named by its one fault; `SERVERS` is the table."""

import gzip
import itertools
import json
import time
from urllib.parse import urlsplit

from miniature import http, slowly
from tiny import STRANGER, Tiny, complaint, statement

LOGIN = b"<!doctype html><html><title>Sign in</title><form action=/login></form></html>"


def never(asked):
    del asked
    for _ in range(600):
        time.sleep(0.05)
        yield b""


def header_drip(asked):
    del asked
    yield b"HTTP/1.1 200 OK\r\n"
    yield from slowly(itertools.cycle(b"X-Slow: still coming\r\n"), 0.02)


def body_drip(asked):
    del asked
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 100000\r\n\r\n"
    yield from slowly(itertools.cycle(b" "), 0.02)


def continue_drip(asked):
    del asked
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n"
        time.sleep(0.01)


def endless_headers(asked):
    del asked
    yield b"HTTP/1.1 200 OK\r\n"
    for n in itertools.count():
        yield f"X-Header-{n}: {n}\r\n".encode()


def endless_body(asked):
    del asked
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n\r\n"
    while True:
        yield b"[" * 65536


def garbage(asked):
    del asked
    yield b"\x00\x01\x02 this is not HTTP\r\n\r\n"


def login_page(asked):
    del asked
    yield http(200, LOGIN, media="text/html; charset=utf-8")


def redirect(asked):
    del asked
    yield http(302, b"", Location="https://elsewhere.example/fhir/metadata")


def unauthorised(asked):
    del asked
    yield http(401, complaint("no valid token", "login"))


def too_many(asked):
    del asked
    yield http(429, complaint("slow down", "throttled"), Retry_After="99999")


def broken(asked):
    del asked
    yield http(500, complaint("NullPointerException", "exception"))


def gzip_bomb(asked):
    del asked
    yield http(200, _BOMB, Content_Encoding="gzip")


_BOMB = gzip.compress(b" " * 300_000_000, 9)


def gzip_lie(asked):
    del asked
    yield http(200, b"{}", Content_Encoding="gzip")


class Spoilt(Tiny):
    """Answers as it should, but for what `spoilt` does to the bytes of the answers it names."""

    def answer(self, asked):
        whole = super().answer(asked)
        return whole if asked.path.endswith("/metadata") else self.spoilt(asked, whole)


class ClosesMidBody(Spoilt):
    def spoilt(self, asked, whole):
        del asked
        return whole[:-20]


class LengthTooShort(Spoilt):
    def spoilt(self, asked, whole):
        del asked
        head, _, body = whole.partition(b"\r\n\r\n")
        said, less = (f"Content-Length: {size}".encode() for size in (len(body), max(len(body) - 30, 0)))
        return head.replace(said, less) + b"\r\n\r\n" + body


class NestedArrays(Spoilt):
    def spoilt(self, asked, whole):
        return http(200, b"[" * 200_000 + b"]" * 200_000) if asked.method == "GET" else whole


class DeepResource(Spoilt):
    """Extensions within extensions: JSON that every parser reads, and that breaks what recurses."""

    def spoilt(self, asked, whole):
        if asked.method != "GET":
            return whole
        head, tail = b'{"extension":[', b"]}"
        body = b'{"resourceType":"Observation","id":"x","extension":[' + head * 400 + tail * 400 + b"]}"
        return http(200, body)


class InvalidUtf8(Spoilt):
    def spoilt(self, asked, whole):
        if asked.method == "DELETE":
            return whole
        return _bodied(whole, lambda body: body.replace(b'"meta"', b'"text":{"div":"\xff\xfe\xc3"},"meta"'))


class LoneSurrogates(Spoilt):
    def spoilt(self, asked, whole):
        del asked
        return _bodied(whole, lambda body: body.replace(b'"final"', b'"\\ud800fin\\udc00al"'))


class Escapes(Tiny):
    """Refuses everything with diagnostics that would take over a terminal or break a report."""

    TEXT = "\x00\x1b[2J\x1b]0;pwned\x07<script>alert(1)</script>]]>\u202e\r\nHTTP/1.1 200 OK"

    def create(self, asked, type_):
        del asked, type_
        return http(422, complaint(self.TEXT))


class NextToItself(Tiny):
    def searchset(self, asked, found, **links):
        del links
        return super().searchset(asked, found, next=f"http://{asked.headers['host']}{asked.path}")


class NextToAnotherHost(Tiny):
    def searchset(self, asked, found, **links):
        del links
        return super().searchset(asked, found, next="http://elsewhere.example/fhir/Observation?page=2")


class NextToFile(Tiny):
    def searchset(self, asked, found, **links):
        del links
        return super().searchset(asked, found, next="file:///etc/passwd")


class NextIsNoUrl(Tiny):
    def searchset(self, asked, found, **links):
        del links
        return super().searchset(asked, found, next="http://[::1/fhir")


class NextForEver(Tiny):
    def searchset(self, asked, found, **links):
        del links
        onward = f"http://{asked.headers['host']}/fhir/Observation?page={next(self.numbers)}"
        return super().searchset(asked, found, next=onward)


class LocationElsewhere(Tiny):
    def created(self, asked, stored):
        del asked
        place = f"https://elsewhere.example/fhir/{stored['resourceType']}/stranger-1"
        return http(201, b"", media="", Location=place)


class LocationOfAnother(Tiny):
    """Says of each new resource that it lies where somebody else's does."""

    def created(self, asked, stored):
        del asked, stored
        return http(201, b"", media="", Location="Observation/stranger-1")


class FirstBusy(Tiny):
    def __init__(self):
        super().__init__()
        self.seen = set()

    def answer(self, asked):
        if asked.method in {"GET", "DELETE"} and asked.path not in self.seen:
            self.seen.add(asked.path)
            return http(503, complaint("starting up", "transient"), Retry_After="0")
        return super().answer(asked)


class BrokenSearch(Tiny):
    def search(self, asked, type_):
        del asked, type_
        return http(500, b"Traceback (most recent call last)", media="text/plain")


class SpeaksR5(Tiny):
    def metadata(self, asked):
        del asked
        return http(200, statement("5.0.0"))


class StatementOfWrongShapes(Tiny):
    SHAPES = (
        {"rest": {"mode": "server"}},
        {"rest": [["server"], 7, None, {"mode": ["server"], "resource": {"type": "Observation"}}]},
        {
            "rest": [
                {"mode": "server", "resource": [{"type": ["Observation"], "interaction": {"code": "read"}}]}
            ]
        },
        {
            "rest": [{"mode": "server", "interaction": "read", "searchParam": {"name": 1}}],
            "fhirVersion": ["4"],
        },
        {"fhirVersion": {"a": 1}, "software": [1], "format": None, "rest": "x"},
    )

    def metadata(self, asked):
        del asked
        return http(200, {**statement(), **self.SHAPES[next(self.numbers) % len(self.SHAPES)]})


class StatementIsList(Tiny):
    def metadata(self, asked):
        del asked
        return http(200, [statement()])


class HugeStatement(Tiny):
    BODY = json.dumps(statement(description="x" * 50_000_000)).encode()

    def metadata(self, asked):
        del asked
        return http(200, self.BODY)


class LongStatement(Tiny):
    """Twelve megabytes, which is within bounds: the record keeps them beside it."""

    BODY = json.dumps(statement(description="x" * 12_000_000)).encode()

    def metadata(self, asked):
        del asked
        return http(200, self.BODY)


class OddIds(Tiny):
    """Names the new resource in its body alone, by an id that is none."""

    ID = "../../etc"

    def new_id(self):
        return self.ID

    def created(self, asked, stored):
        del asked
        return http(201, stored)


class IdWithSpace(OddIds):
    ID = "a b?x=1#y"


class LongId(OddIds):
    ID = "x" * 5000


class IdOfDots(OddIds):
    ID = ".."


class HugeNumbers(Spoilt):
    def spoilt(self, asked, whole):
        del asked
        return _bodied(
            whole,
            lambda body: body.replace(
                b'"status"', b'"valueQuantity":{"value":1e999999,"code":"1"},"issued":-1E-999999,"status"', 1
            ),
        )


class SomebodyElsesTagged(Tiny):
    """Loses the answer to every create, and ignores `_tag`: who trusts a hit deletes a stranger's data."""

    def created(self, asked, stored):
        del asked, stored
        return b""

    def matches(self, body, query):
        del body, query
        return True


class SilentCreates(SomebodyElsesTagged):
    """Loses the answer to every create, and finds by `_tag`."""

    def matches(self, body, query):
        return Tiny.matches(self, body, query)


class AlwaysStranger(Tiny):
    def read(self, asked, type_, id_):
        del asked, type_, id_
        return http(200, STRANGER)


class TellsToken(Tiny):
    """Says the client's token wherever it can, as it came and spelt otherwise."""

    def create(self, asked, type_):
        stored = super().create(asked, type_)
        token = asked.headers.get("authorization", "none").removeprefix("Bearer ")
        spelt = "".join(f"\\u{ord(c):04x}" for c in token)
        place = urlsplit(stored.decode().partition("Location: ")[2].split("\r\n")[0]).path
        text = json.dumps(complaint(f"{asked.headers.get('authorization')}")).replace(
            '"processing"', f'"processing","{token}":"{token.upper()}","details":{{"text":"{spelt}"}}'
        )
        del place
        return http(
            400,
            text.encode(),
            Location=f"/fhir/{type_}?token={token}",
            **{f"X_{token}": token, "ETag": f'W/"{token}"', "Server": token.lower()},
        )

    def metadata(self, asked):
        token = asked.headers.get("authorization", "none")
        return http(200, statement(software={"name": token, "version": token}), Server=token, Date=token)


class RefusesDelete(Tiny):
    def delete(self, asked, type_, id_):
        del asked, type_, id_
        return http(403, complaint("not you", "forbidden"))


class BundleOfWrongShapes(Tiny):
    def searchset(self, asked, found, **links):
        del found, links
        whole = super().searchset(asked, [])
        entries = [
            None,
            7,
            "x",
            [],
            {"resource": []},
            {"resource": {"resourceType": ["Observation"], "id": {"a": 1}, "meta": []}, "fullUrl": 5},
            {"resource": {"resourceType": "Observation", "id": 5, "meta": {"tag": [7, {"system": []}]}}},
            {"search": "match", "fullUrl": "http://[", "resource": {"resourceType": "Observation"}},
        ]
        return {**whole, "entry": entries, "link": [None, {"relation": {}, "url": []}, {"relation": "next"}]}


class ResourceOfWrongShapes(Tiny):
    def read(self, asked, type_, id_):
        del asked
        body = {
            "resourceType": type_,
            "id": id_,
            "meta": ["x"],
            "status": {"a": []},
            "category": "x",
            "derivedFrom": {"reference": 5},
            "component": [None, 5, {"code": [], "valueQuantity": "x"}],
            "method": [[]],
            "subject": ["Patient/1"],
        }
        return http(200, body)


def _bodied(whole, change):
    head, _, body = whole.partition(b"\r\n\r\n")
    after = change(body)
    return head.replace(f"Content-Length: {len(body)}".encode(), f"Content-Length: {len(after)}".encode()) + (
        b"\r\n\r\n" + after
    )
