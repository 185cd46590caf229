"""The server as a process: it says where it listens, ends on a signal, and does its own faults quietly."""

import signal
import socket
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from conformance.problem import Problem
from conformance.server.app import create
from conformance.server.serving import running, serve

PROGRAM = """
from conformance.server.app import create
from conformance.server.serving import serve
serve(create(seed=True), started=lambda base: print(base, flush=True))
print("stopped", flush=True)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_the_serving_and_nothing_else(name):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        base = process.stdout.readline().strip()
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(f"{base}/Patient/sample-patient-1", timeout=10).status_code == 200
            process.send_signal(getattr(signal, name))
            out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == ("stopped\n", "", 0)


def test_a_port_in_use_is_a_problem_that_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Problem, match="cannot be opened"):
            serve(create(), port=taken.getsockname()[1], started=print)


def test_two_servers_do_not_share_data():
    body = {"resourceType": "Basic", "code": {"text": "x"}}
    with running(create()) as one, running(create()) as other, requests.Session() as session:
        session.trust_env = False
        made = session.post(f"{one}/Basic", json=body, timeout=10)
        id_ = made.json()["id"]
        assert session.get(f"{one}/Basic/{id_}", timeout=10).status_code == 200
        assert session.get(f"{other}/Basic/{id_}", timeout=10).status_code == 404


def test_a_file_keeps_the_data_of_a_server(tmp_path):
    database = str(tmp_path / "server.db")
    with requests.Session() as session:
        session.trust_env = False
        with running(create(database=database)) as base:
            made = session.post(
                f"{base}/Basic", json={"resourceType": "Basic", "code": {"text": "x"}}, timeout=10
            )
        with running(create(database=database)) as base:
            assert session.get(f"{base}/Basic/{made.json()['id']}", timeout=10).json() == made.json()


def test_without_a_seed_there_are_no_data_and_no_hosted_profiles():
    with running(create()) as base, requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{base}/Patient?_summary=count", timeout=10).json()["total"] == 0
        resources = session.get(f"{base}/metadata", timeout=10).json()["rest"][0]["resource"]
        assert not any("supportedProfile" in one for one in resources)


def together(times, act):
    with ThreadPoolExecutor(max_workers=8) as pool:
        return Counter(answer.status_code for answer in pool.map(act, range(times)))


def test_of_many_equal_conditional_creates_one_creates(fhir):
    body = {"resourceType": "Basic", "code": {"text": "x"}, "identifier": [{"value": "race"}]}

    def create(_):
        return requests.post(
            f"{fhir.base}/Basic", json=body, headers={"If-None-Exist": "identifier=race"}, timeout=10
        )

    assert together(24, create) == {201: 1, 200: 23}


def test_of_many_updates_of_one_version_one_is_accepted(fhir):
    made = fhir.made({"resourceType": "Basic", "code": {"text": "x"}})

    def update(number):
        body = {**made, "language": f"x-{number}"}
        return requests.put(
            f"{fhir.base}/Basic/{made['id']}", json=body, headers={"If-Match": 'W/"1"'}, timeout=10
        )

    assert together(24, update) == {200: 1, 412: 23}
