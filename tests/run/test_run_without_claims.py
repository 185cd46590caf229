"""Where nobody can read the claims: what is said to be lacking is untested, what stays is not waited for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT = Path(__file__).parents[2]


class _Shelf(BaseHTTPRequestHandler):
    """Creates, reads, deletes, finds by `_id`; knows no metadata, no Bundles, no self link."""

    def log_message(self, *_):
        """Say nothing."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["resourceType"] == "Bundle":
            self._say(405, {"resourceType": "OperationOutcome", "issue": [_issue("not-supported")]})
            return
        body = {**body, "id": f"r{len(self.server.shelf) + 1}"}
        self.server.shelf[body["id"]] = body
        self._say(201, body, Location=f"{self._base}/{body['resourceType']}/{body['id']}")

    def do_GET(self):
        parts = urlsplit(self.path)
        self.server.asked[parts.path] += 1
        if parts.path == "/metadata":
            self._say(404, {"resourceType": "OperationOutcome", "issue": [_issue("not-found")]})
            return
        wanted = parse_qs(parts.query).get("_id", [])
        entries = [
            {"fullUrl": f"{self._base}{parts.path}/{id_}", "resource": body, "search": {"mode": "match"}}
            for id_, body in self.server.shelf.items()
            if id_ in wanted
        ]
        self._say(200, {"resourceType": "Bundle", "type": "searchset", "entry": entries})

    def do_DELETE(self):
        self.server.shelf.pop(self.path.rsplit("/", 1)[1])
        self._say(200, {"resourceType": "OperationOutcome", "issue": [_issue("informational")]})

    @property
    def _base(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def _say(self, status, body, **headers):
        data = json.dumps(body).encode()
        self.send_response(status)
        told = {"Content-Type": "application/fhir+json", "Content-Length": str(len(data)), **headers}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _issue(code):
    return {"severity": "error", "code": code, "diagnostics": f"this is {code}"}


@contextmanager
def _shelf():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shelf)
    server.shelf, server.asked = {}, Counter()
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _play(server, folder, scenario):
    command = [sys.executable, "-m", "conformance", "run", "--formats", "json", "--report-dir", str(folder)]
    base = f"http://127.0.0.1:{server.server_port}"
    subprocess.run(
        [*command, "--target", base, f"testcases/{scenario}.yaml"], cwd=ROOT, capture_output=True, check=False
    )
    (row,) = json.loads((folder / "summary.json").read_text())["scenarios"]
    return row


@pytest.mark.parametrize("scenario", ["rest/transaction-empty", "rest/transaction-overlap", "rest/batch"])
def test_an_interaction_that_is_lacking_and_not_claimed_is_neither_kept_nor_broken(tmp_path, scenario):
    with _shelf() as server:
        row = _play(server, tmp_path, scenario)
    assert row["verdict"] == "untested"
    assert {finding["verdict"] for finding in row["findings"]} == {"untested"}
    assert "this is not-supported" in row["findings"][0]["message"]


def test_a_missing_self_link_is_found_at_once_since_waiting_does_not_mend_it(tmp_path):
    with _shelf() as server:
        row = _play(server, tmp_path, "search/id")
    assert [f["requirement"] for f in row["findings"] if f["verdict"] == "fail"] == ["R4-RES-01"]
    assert server.asked["/Patient"] == 1
