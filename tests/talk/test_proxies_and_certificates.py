"""By way of a proxy, or with a certificate of our own; and what we show goes nowhere else."""

import contextlib
import shutil
import socket
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from miniature import Miniature, http

from conformance.model import Request, Target
from conformance.problem import Problem
from conformance.talk.authorities import authorities, own
from conformance.talk.client import Access, Client
from conformance.talk.way import Way

PAIR = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"


def send(base, **way):
    client = Client(Target(base=base, timeout=5.0), Access.by_token("the-token", way=Way(**way)))
    return client.send(Request(method="GET", url=f"{base}/metadata")).answer


def test_a_proxy_is_asked_for_the_whole_address():
    with Miniature(lambda _asked: iter([http(200, b"{}")])) as proxy:
        answer = send("http://server.example/fhir", proxy=proxy.host)
    assert answer.status == 200
    (asked,) = proxy.asked
    assert asked.path == "http://server.example/fhir/metadata"
    assert asked.headers["authorization"] == "Bearer the-token"


def test_a_proxy_that_is_not_there_is_told_and_the_server_is_not_asked_directly():
    with Miniature(lambda _asked: iter([http(200, b"{}")])) as server:
        answer = send(server.base, proxy="http://127.0.0.1:1")
        assert (answer.status, server.asked) == (None, [])
    assert answer.error.startswith("refused")


def test_a_proxy_that_refuses_to_open_a_connection_is_named():
    refusal = http(407, b"", **{"Proxy-Authenticate": "Basic"})
    with Miniature(lambda _asked: iter([refusal])) as proxy:
        answer = send("https://server.example/fhir", proxy=proxy.host)
    assert answer.error == "proxy: the proxy refused to open a connection (by way of the proxy)"


@pytest.mark.parametrize(
    ("before", "said"),
    [("", "asks for a name and password"), ("me:hunter22@", "refuses the name and password in its address")],
)
def test_a_407_is_the_proxys_refusal_and_no_answer_of_the_target(before, said):
    refusal = http(407, b"<html>", **{"Proxy-Authenticate": "Basic"})
    with Miniature(lambda _asked: iter([refusal])) as proxy:
        answer = send("http://server.example/fhir", proxy=proxy.host.replace("//", f"//{before}"))
        direct = send(proxy.base)
    assert (answer.status, answer.body) == (None, None)
    assert answer.error == f"proxy: the proxy {said} (407)"
    assert direct.status == 407


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificates")
    folder = tmp_path_factory.mktemp("pairs")
    for name, host in (("server", "localhost"), ("client", "client")):
        subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
        files = ["-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"]
        subprocess.run([openssl, *PAIR.split(), *subject, *files], check=True, capture_output=True)
    return folder


class Shows(BaseHTTPRequestHandler):
    """Says whose certificate it was shown."""

    def do_GET(self):
        shown = self.connection.getpeercert() or {}
        name = dict(pair for row in shown.get("subject", ()) for pair in row).get("commonName", "nobody")
        body = f'"{name}"'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def secure(pairs):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pairs / "server.pem", pairs / "server.key")
    context.load_verify_locations(pairs / "client.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    with ThreadingHTTPServer(("127.0.0.1", 0), Shows) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_port}/fhir"
        server.shutdown()


def test_our_own_certificate_is_shown(secure, pairs):
    mine = own((pairs / "client.pem", pairs / "client.key"))
    answer = send(secure, trusted=authorities(pairs / "server.pem"), certificate=mine)
    assert (answer.status, answer.body) == (200, '"client"')


def test_bytes_come_by_the_same_way(secure, pairs):
    mine = own((pairs / "client.pem", pairs / "client.key"))
    way = Way(trusted=authorities(pairs / "server.pem"), certificate=mine)
    client = Client(Target(base=secure, timeout=5.0), Access.by_token("the-token", way=way))
    answer = client.send(Request(method="GET", url=f"{secure}/Binary/1"), bytes_=True).answer
    assert (answer.body, answer.facts["size"]) == ('"client"', 8)


def test_without_it_the_server_lets_nobody_in(secure, pairs):
    answer = send(secure, trusted=authorities(pairs / "server.pem"))
    assert answer.status is None
    assert answer.error.startswith(("tls:", "closed:"))


class Tunnel:
    """A proxy that joins a client with a server, and sees no more than their names."""

    def __enter__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://me:hunter22@127.0.0.1:{self.listening.getsockname()[1]}"
        self.heads, self.ends, self.carriers = [], [], []
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for carrier in self.carriers:
            carrier.join(5)
        for end in (self.listening, *self.ends):
            end.close()

    def _accept(self):
        near, _ = self.listening.accept()
        head = b""
        while b"\r\n\r\n" not in head:
            head += near.recv(65536)
        self.heads.append(head.decode())
        host, _, port = head.split()[1].decode().partition(":")
        far = socket.create_connection((host, int(port)))
        near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.ends += [near, far]
        for one, other in ((near, far), (far, near)):
            self.carriers.append(Thread(target=_carry, args=(one, other), daemon=True))
            self.carriers[-1].start()


def _carry(one, other):
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)


def test_https_goes_through_a_tunnel_that_does_not_see_the_token(secure, pairs):
    with Tunnel() as proxy:
        mine = own((pairs / "client.pem", pairs / "client.key"))
        answer = send(
            secure, trusted=authorities(pairs / "server.pem"), certificate=mine, proxy=proxy.address
        )
        assert (answer.status, answer.body) == (200, '"client"')
    (head,) = proxy.heads
    assert head.startswith("CONNECT localhost:")
    assert "proxy-authorization: basic bwu6ahvudgvymji=" in head.lower()
    assert "the-token" not in head


def test_a_certificate_without_its_key_is_told(pairs):
    with pytest.raises(Problem, match="no pair in PEM"):
        own((pairs / "client.pem", pairs / "server.key"))
    with pytest.raises(Problem, match="No such file"):
        own((pairs / "client.pem", pairs / "nowhere.key"))
