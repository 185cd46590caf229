"""Hostile servers that send too much, too long, or the wrong way; `test_hostile_table` plays them."""

import gzip
import itertools
import json
import time

from hostile_servers import Spoilt
from miniature import http
from tiny import Tiny, complaint, statement

SIZE = 15_900_000  # within what dermconf reads
MILLION = 1_000_000


def gigabyte(asked):
    del asked
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 1073741824\r\n\r\n"
    for _ in range(1024):
        yield b" " * 1048576


def bomb_in_a_bomb(asked):
    del asked
    yield http(200, _BOMBS, Content_Encoding="gzip, gzip")


_BOMBS = gzip.compress(gzip.compress(b" " * 300_000_000, 9), 9)


def redirect_loop(asked):
    yield http(307, b"", Location=f"http://{asked.headers['host']}{asked.path}")


def too_many_at_once(asked):
    del asked
    yield http(429, complaint("slow down", "throttled"), Retry_After="0")


def outcome_for_all(asked):
    del asked
    yield http(200, complaint("it broke", "exception"))


class LengthTooLong(Spoilt):
    """Promises more than it sends, and keeps the connection open."""

    def spoilt(self, asked, whole):
        del asked
        head, _, body = whole.partition(b"\r\n\r\n")
        said, more = (f"Content-Length: {size}".encode() for size in (len(body), len(body) + 30))
        return _held_open(head.replace(said, more) + b"\r\n\r\n" + body)


def _held_open(data):
    yield data
    for _ in range(200):
        time.sleep(0.05)
        yield b""


class Storm(Tiny):
    """Every third answer is a 500, 502, 503 or 504, and no two in a row."""

    def __init__(self):
        super().__init__()
        self.statuses = itertools.cycle([500, 502, 503, 504])

    def answer(self, asked):
        if next(self.numbers) % 3 == 0 and not asked.path.endswith("/metadata"):
            return http(next(self.statuses), complaint("storm", "transient"), Retry_After="0")
        return super().answer(asked)


class TokenDies(Tiny):
    """Lets the client in for a while, and then refuses its token."""

    UNTIL = 9

    def answer(self, asked):
        if next(self.numbers) > self.UNTIL and not asked.path.endswith("/metadata"):
            return http(401, complaint("the token has expired", "expired"))
        return super().answer(asked)


class WrongType(Spoilt):
    """Calls its JSON a picture."""

    def spoilt(self, asked, whole):
        del asked
        return whole.replace(b"application/fhir+json", b"image/png")


class ClaimsAMillion(Tiny):
    """Says that a million were found, and shows what there is."""

    def searchset(self, asked, found, **links):
        return {**super().searchset(asked, found, **links), "total": MILLION}


class Flood(Tiny):
    """Answers every search with one page of SIZE bytes that are the same entry again and again."""

    ENTRY = b"{}"

    def search(self, asked, type_):
        del asked, type_
        head = b'{"resourceType":"Bundle","type":"searchset","total":1000000,"entry":['
        many = (SIZE - len(head)) // (len(self.ENTRY) + 1)
        return http(200, head + b",".join([self.ENTRY] * min(many, MILLION)) + b"]}")


class MillionEntries(Flood):
    """A million empty entries."""


class MillionResources(Flood):
    """As many resources as a page within bounds can hold."""

    ENTRY = b'{"resource":{"resourceType":"Observation","id":"x"}}'


class Flat(Flood):
    """A member for every four bytes."""

    ENTRY = b'{"a":1.5}'


class FloodsReads(Tiny):
    """Every resource that is read has as many extensions as fit."""

    def read(self, asked, type_, id_):
        del asked
        extension = b'{"url":"u","valueCode":"v"},' * (SIZE // 30)
        head = json.dumps({"resourceType": type_, "id": id_})[:-1].encode()
        return http(200, head + b',"extension":[' + extension[:-1] + b"]}")


class LongPages(Flood):
    """A page of SIZE bytes, and another one after it, for ever."""

    def search(self, asked, type_):
        del type_
        onward = f"http://{asked.headers['host']}/fhir/Observation?page={next(self.numbers)}"
        whole = self.searchset(asked, [], next=onward)
        whole["text"] = {"status": "generated", "div": "x" * SIZE}
        return http(200, whole)


class LongLines(Tiny):
    """Refuses everything in an OperationOutcome of SIZE bytes."""

    def create(self, asked, type_):
        del asked, type_
        return http(422, complaint("x" * SIZE))


class ManyIssues(Tiny):
    """Refuses everything with a hundred thousand issues."""

    def create(self, asked, type_):
        del asked, type_
        whole = complaint("no")
        return http(422, {**whole, "issue": whole["issue"] * 100_000})


class ManyClaims(Tiny):
    """States a resource type and a search parameter again and again."""

    def metadata(self, asked):
        del asked
        whole = statement()
        rest = whole["rest"][0]
        parameters = [{"name": f"p{n}", "type": "token"} for n in range(200_000)]
        rest["resource"] = [{**rest["resource"][0], "searchParam": parameters}, *rest["resource"]]
        return http(200, whole)


class LongValue(Tiny):
    """Stores a status of 8 MB in the place of what was sent."""

    def store(self, body):
        return {**super().store(body), "status": "x" * (SIZE // 2), "extension": [{"url": "y" * 99_999}] * 9}
