"""TLS is verified: a certificate that nobody vouches for ends the exchange, and says so."""

import shutil
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from conformance.model import Request, Target
from conformance.problem import Problem
from conformance.run import hints
from conformance.talk.authorities import authorities
from conformance.talk.client import Access, Client
from conformance.talk.way import Way

SELF_SIGNED = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
NAMED = ["-addext", "subjectAltName=DNS:localhost"]


class Nothing(BaseHTTPRequestHandler):
    """Answers every GET with an empty object."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate, and is not on this machine")
    folder = tmp_path_factory.mktemp("tls")
    files = ["-keyout", folder / "key.pem", "-out", folder / "own.pem"]
    subprocess.run([openssl, *SELF_SIGNED.split(), *NAMED, *files], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "own.pem", certificate / "key.pem")
    with HTTPServer(("127.0.0.1", 0), Nothing) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_port}"
        server.shutdown()


def exchange(base, trusted=""):
    client = Client(Target(base=base, timeout=5.0), Access(way=Way(trusted=trusted)))
    return client.send(Request(method="GET", url=f"{base}/metadata"))


def test_a_certificate_of_its_own_making_is_refused_and_the_hint_says_how_to_trust_it(server):
    refused = exchange(server)
    said = "tls: the server's certificate is not signed by an authority that is trusted here"
    assert refused.answer.error == said
    assert "--ca FILE" in hints.of(refused)


def test_a_certificate_that_is_vouched_for_is_accepted(server, certificate):
    answer = exchange(server, authorities(certificate / "own.pem")).answer
    assert (answer.status, answer.body) == (200, "{}")


def test_a_trusted_certificate_of_another_host_is_refused(server, certificate):
    refused = exchange(server.replace("localhost", "127.0.0.1"), authorities(certificate / "own.pem"))
    assert refused.answer.error == "tls: the server's certificate is for another host"
    assert "name the host" in hints.of(refused)


def test_a_port_that_speaks_plain_http_is_told_so():
    with HTTPServer(("127.0.0.1", 0), Nothing) as plain:
        Thread(target=plain.serve_forever, daemon=True).start()
        refused = exchange(f"https://127.0.0.1:{plain.server_port}")
        plain.shutdown()
    assert refused.answer.error == "tls: no TLS connection could be made"
    said = f"does this port speak https? try --target http://127.0.0.1:{plain.server_port}/…"
    assert hints.of(refused) == said


def test_without_a_file_the_usual_authorities_are_trusted():
    assert authorities(None) == ""


@pytest.mark.parametrize("text", [None, "", "-----BEGIN CERTIFICATE-----\nnot one\n", "nothing at all"])
def test_a_file_without_a_certificate_is_refused_before_anything_is_sent(text, tmp_path):
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match="holds no certificate that can be read"):
        authorities(file)
