"""The one place that opens sockets: what it sends, what it sends again, what it refuses to send."""

import gzip
import zlib
from threading import Event, Timer

import pytest
from miniature import Miniature, http

from conformance.model import Request, Target
from conformance.problem import Problem
from conformance.talk import once as talk
from conformance.talk.client import Access, Client, Stopped
from conformance.talk.credentials import NOBODY, Fixed


class Quick(Event):
    """Remembers how long it was asked to wait, and does not."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        return self.is_set()


def answering(*answers):
    """Answer one request after the other, the last one for ever."""
    left = list(answers)

    def answer(_asked):
        yield left.pop(0) if len(left) > 1 else left[0]

    return Miniature(answer)


def send(server, method="GET", path="/Patient/1", body=None, stop=None, **options):
    client = Client(Target(base=server.base, timeout=2.0), stop=stop or Quick(), **options)
    return client.send(Request(method=method, url=f"{server.base}{path}", body=body))


BUSY = http(503, b"", Retry_After="1")


def test_a_busy_server_is_asked_again_and_every_attempt_is_kept():
    stop = Quick()
    with answering(BUSY, http(429, b"", Retry_After="2"), http(200, b"{}")) as server:
        exchange = send(server, stop=stop)
    assert [a.status for a in exchange.attempts] == [503, 429, 200]
    assert stop.waits == [1.0, 2.0]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_changes_something_is_never_sent_twice(method):
    with answering(BUSY) as server:
        exchange = send(server, method, body="{}")
    assert len(exchange.attempts) == len(server.asked) == 1


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD"])
def test_three_attempts_are_the_most(method):
    with answering(BUSY) as server:
        send(server, method)
    assert len(server.asked) == 3


@pytest.mark.parametrize("after", ["31", "99999", "9" * 400])
def test_a_long_wait_is_not_waited(after):
    stop = Quick()
    with answering(http(429, b"", Retry_After=after)) as server:
        exchange = send(server, stop=stop)
    assert (len(exchange.attempts), stop.waits) == (1, [])


@pytest.mark.parametrize(
    ("after", "date", "waits"),
    [
        ("Wed, 21 Oct 2026 07:28:09 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", [9.0]),
        ("Wed, 21 Oct 2026 07:28:09 GMT", "Wed, 21 Oct 2026 07:29:00 GMT", [0.0]),
        ("Wed, 21 Oct 1998 07:28:09 GMT", "", [0.0]),
        ("Wed, 21 Oct 2026 07:28:31 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", []),
        ("Wed, 21 Oct 2099 07:28:00 GMT", "", []),
        ("0", "", [0.0]),
        ("30", "", []),
    ],
)
def test_a_server_may_ask_for_patience_by_a_date_of_its_own_clock(after, date, waits):
    stop = Quick()
    with answering(http(429, b"", Retry_After=after, Date=date), http(200, b"{}")) as server:
        send(server, stop=stop)
    assert stop.waits == waits


@pytest.mark.parametrize(
    "after", ["", "soon", "-1", "1.5", "²", "Wed, 99 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 99999 07:28:00 GMT"]
)
def test_an_odd_retry_after_is_no_reason_to_stumble(after):
    with answering(http(503, b"", Retry_After=after), http(200, b"{}")) as server:
        assert send(server).answer.status == 200


@pytest.mark.parametrize("status", [400, 401, 404, 500, 502, 504])
def test_other_answers_are_answers(status):
    with answering(http(status, b"{}")) as server:
        assert len(send(server).attempts) == 1


@pytest.mark.parametrize(
    ("at", "path", "whose", "expected"),
    [
        ("fhir", "/Patient/1", "me", "Bearer token"),
        ("archive", "/studies/1", "me", "Basic word"),
        # Bulk data may be anywhere on the archive's host.
        ("archive", "/../bulk/1", "me", "Basic word"),
        ("archive", "/studies/1", "you", "Bearer other"),
        ("archive", "/studies/1", "quiet", ""),
        ("archive", "/studies/1", "nobody", ""),
        ("fhir", "/wado/studies/1", "me", "Basic word"),
        ("fhir", "/wadodo/studies/1", "me", "Bearer token"),
        # A hub on a host of its own is no archive.
        ("hub", "/topic", "me", "Bearer token"),
    ],
)
def test_an_archive_is_shown_its_own_credentials_where_it_has_some(at, path, whose, expected):
    tokens = {"me": "Bearer token", "you": "Bearer other", "quiet": "Bearer loud"}
    access = Access(
        others={name: Fixed(value, name) for name, value in tokens.items()},
        at_archive={"me": Fixed("Basic word", "me"), "quiet": NOBODY},
    )
    with (
        answering(http(200, b"{}")) as fhir,
        answering(http(200, b"{}")) as archive,
        answering(http(200, b"{}")) as hub,
    ):
        bases = {"fhir": fhir, "archive": archive, "hub": hub}
        wado = (f"{archive.base}/dicom-web", f"{fhir.base}/wado")
        target = Target(base=fhir.base, wado=wado, hub=hub.base, timeout=2.0)
        url = f"{bases[at].base}{'/dicom-web' if at == 'archive' else ''}{path}"
        Client(target, access).send(Request(method="GET", url=url, credentials=whose))
        (asked,) = bases[at].asked
    assert asked.headers.get("authorization", "") == expected


def test_redirects_are_not_followed():
    with answering(http(302, b"", Location="/fhir/other")) as server:
        assert send(server).answer.status == 302
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.example/fhir/Patient",
        "https://{host}/fhir/Patient",
        "http://{host}@elsewhere.example/fhir",
        "http://{host}.elsewhere.example/fhir",
        "file:///etc/passwd",
        "//{host}/fhir",
    ],
)
def test_only_the_targets_own_host_is_asked(url):
    with answering(http(200, b"{}")) as server:
        client = Client(Target(base=server.base), Access.by_token("secret-token"))
        with pytest.raises(Problem, match="not on the target's host"):
            client.send(Request(method="GET", url=url.format(host=server.host.removeprefix("http://"))))
        assert server.asked == []


def test_a_stopped_run_sends_nothing_but_what_cleans_up():
    with answering(http(204)) as server:
        client = Client(Target(base=server.base))
        client.stop.set()
        request = Request(method="DELETE", url=f"{server.base}/Patient/1")
        with pytest.raises(Stopped):
            client.send(request)
        assert server.asked == []
        assert client.send(request, closing=True).answer.status == 204


def test_the_token_is_sent_and_never_shown(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    token = "a-secret-token"  # noqa: S105 - invented
    with answering(http(200, b'"a-secret-token"', X_Told=token, Location=f"/fhir?t={token}")) as server:
        exchange = send(server, path=f"/Patient?x={token}", body=None, access=Access.by_token(token))
        assert server.asked[0].headers["authorization"] == f"Bearer {token}"
    assert token not in repr(exchange)
    assert token not in repr(Client(Target(base=server.base), Access.by_token(token)))
    assert exchange.request.headers["authorization"] == "***"
    assert exchange.answer.headers["x-told"] == "***"
    assert exchange.answer.headers["location"] == "/fhir?t=***"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b'{"a":1}')),
        ("deflate", zlib.compress(b'{"a":1}')),
        ("identity", b'{"a":1}'),
        ("gzip, gzip", gzip.compress(gzip.compress(b'{"a":1}'))),
    ],
)
def test_bodies_are_unpacked(encoding, body):
    with answering(http(200, body, Content_Encoding=encoding)) as server:
        assert send(server).answer.body == '{"a":1}'


def test_a_body_is_utf_8_whatever_its_charset_says():
    text = '{"name":"Löwe"}'
    with answering(http(200, text.encode(), media="application/fhir+json;charset=latin-1")) as server:
        answer = send(server).answer
    assert (answer.body, answer.utf8) == (text, True)


def test_bytes_that_are_no_utf_8_are_marked():
    with answering(http(200, "L\u00f6we".encode("latin-1"))) as server:
        answer = send(server).answer
    assert (answer.body, answer.utf8) == ("L\ufffdwe", False)


def test_a_body_beyond_the_bound_is_cut_and_marked(monkeypatch):
    monkeypatch.setattr(talk, "LARGEST", 1000)
    monkeypatch.setattr(talk, "_SHOWN", 100)
    with answering(http(200, b"x" * 200_000)) as server:
        answer = send(server).answer
    assert (answer.truncated, len(answer.body)) == (True, 100)


@pytest.mark.parametrize(("entry", "cut"), [(b"{}", True), (b'"xxxx"', False)])
def test_a_body_of_too_many_values_is_cut_whatever_its_size(monkeypatch, entry, cut):
    monkeypatch.setattr(talk, "MOST_VALUES", 500)
    with answering(http(200, b"[" + b",".join([entry] * 400) + b"]")) as server:
        assert send(server).answer.truncated is cut


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "closed: the server closed the connection before the answer was complete"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", "closed: the server closed the connection"),
        (b"HTTP/1.1 abc\r\n\r\n", "closed: the connection failed before an answer came"),
        (b"\x16\x03\x01 not HTTP\r\n\r\n", "closed: the connection failed before an answer came"),
        (http(200, b"{}", Content_Encoding="gzip"), "protocol: the body is not encoded as"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ""),
    ],
)
def test_a_broken_answer_is_told_in_one_sentence(raw, said):
    with answering(raw) as server:
        answer = send(server).answer
    assert answer.status is None
    assert answer.error.startswith(said)
    assert "\n" not in answer.error


def test_connections_are_used_again_and_a_stale_one_is_no_trouble():
    with answering(http(200, b"{}")) as server:
        client = Client(Target(base=server.base, timeout=2.0))
        request = Request(method="GET", url=f"{server.base}/Patient/1")
        assert [client.send(request).answer.status for _ in range(5)] == [200] * 5


def test_a_deadline_holds_for_the_answer_as_a_whole():
    stopped = Event()

    def drip(_asked):
        yield b"HTTP/1.1 200 OK\r\nX-Slow: "
        while not stopped.wait(0.05):
            yield b"x"

    timer = Timer(20, stopped.set)
    timer.start()
    with Miniature(drip) as server:
        client = Client(Target(base=server.base, timeout=0.5))
        answer = client.send(Request(method="GET", url=f"{server.base}/Patient/1")).answer
    gave_up_first = not stopped.is_set()
    timer.cancel()
    stopped.set()
    assert gave_up_first
    assert answer.error.startswith("timeout")


def test_neither_netrc_nor_proxies_of_the_environment_change_what_is_sent(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with answering(http(200, b"{}")) as server:
        exchange = send(server, access=Access.by_token("abcdef"))
    assert exchange.answer.error == ""
    (asked,) = server.asked
    assert "bearer abcdef" in str(asked).lower()
    assert "basic" not in str(asked).lower()
