"""TLS is verified: a certificate that nobody vouches for ends the exchange, and says so."""

import shutil
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from conformance.model import Request, Target
from conformance.talk import bounded
from conformance.talk.client import Client

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


def answer(base):
    return Client(Target(base=base, timeout=5.0)).send(Request(method="GET", url=f"{base}/metadata")).answer


def test_a_certificate_of_its_own_making_is_refused(server):
    assert answer(server).error == "tls: the server's certificate could not be verified"


def test_a_certificate_that_is_vouched_for_is_accepted(server, certificate, monkeypatch):
    monkeypatch.setattr(bounded, "DEFAULT_CA_BUNDLE_PATH", str(certificate / "own.pem"))
    assert (answer(server).status, answer(server).body) == (200, "{}")
