"""What servers of others give back of lawful resources raises no alarm, and their judgement beside ours."""

import json
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import live_run
import live_start
import pytest

sys.path.append(str(Path(__file__).parent.parent / "oracles"))

import oracle_sources
import synthetic

from conformance import jsontext

pytestmark = pytest.mark.live
SYNTHETIC = 220
SEED = 11
STARTERS = {"sekmet": live_start.sekmet, "medplum": live_start.medplum}
# Of a broken prediction, where a validator of FHIR's types alone finds an error.
STRUCTURAL = {"Observation.effective", "Observation", "Observation.component[0]"}


def asked(method, url, body=None):
    """Return the status and the JSON of an answer."""
    headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, jsontext.loads(answer.read().decode())
    except HTTPError as error:
        return error.code, error.read().decode()


def returned(base, resource):
    """Create a resource and return it as it is read."""
    type_ = resource["resourceType"]
    sent = {key: value for key, value in resource.items() if key != "id"}
    status, made = asked("POST", f"{base}/{type_}", jsontext.dumps(sent).encode())
    assert status == 201, made
    status, read = asked("GET", f"{base}/{type_}/{made['id']}")
    assert status == 200, read
    return read


@pytest.fixture(scope="module", params=STARTERS)
def collected(request, installed, tmp_path_factory):  # noqa: ARG001 - nothing starts before it is installed
    """Fill a server with lawful resources; give what it reads back, and its searches."""
    lawful = [*oracle_sources.corpus().values(), *synthetic.annotations(SYNTHETIC, SEED)]
    with STARTERS[request.param](tmp_path_factory.mktemp(request.param)) as base:
        singles = [returned(base, resource) for resource in lawful]
        types = sorted({resource["resourceType"] for resource in lawful})
        found = [asked("GET", f"{base}/{type_}?_count=1000") for type_ in types]
    assert {status for status, _ in found} == {200}
    assert len({(each["resourceType"], each["id"]) for each in singles}) == len(lawful) > SYNTHETIC
    assert sum(len(bundle.get("entry", ())) for _, bundle in found) >= len(lawful)
    return [*singles, *(bundle for _, bundle in found)]


def test_nothing_that_comes_back_is_called_invalid(collected, tmp_path):
    path = tmp_path / "returned.ndjson"
    path.write_text("\n".join(map(jsontext.dumps, collected)), encoding="utf-8")
    done = live_run.dermconf("validate", path, "--format", "json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    alarms = [f for line in lines for f in line["findings"] if f["severity"] == "error"]
    assert (alarms, done.returncode) == ([], 0), done.stderr
    assert len(lines) > 2 * SYNTHETIC  # each alone, and each as an entry


@contextmanager
def ours(_folder):
    """Start our own reference server."""
    command = live_run.command("serve", "--port", "0")
    with subprocess.Popen(command, cwd=live_run.ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(word for word in process.stdout.readline().split() if word.startswith("http://"))
        finally:
            process.terminate()


def second_opinion(base, path):
    done = live_run.dermconf("validate", path, "--also", "$validate", "--target", base, "--format", "json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done, [line for line in lines if "also" in line]


@pytest.fixture
def broken(tmp_path):
    prediction = dict(oracle_sources.corpus()["Observation/ExampleAIPrediction"])
    prediction |= {"status": "final", "effectiveDateTime": "soon", "foo": 1, "component": [{"id": "c"}]}
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(prediction), encoding="utf-8")
    return path


@pytest.mark.parametrize(("start", "rules"), [(ours, True), (live_start.sekmet, False)])
@pytest.mark.usefixtures("installed")
def test_a_server_that_judges_agrees_where_it_knows_the_rules(start, rules, broken, tmp_path):
    with start(tmp_path) as base:
        done, (compared,) = second_opinion(base, broken)
    assert (done.returncode, done.stderr) == (1, "")
    by_both = {place["at"] for place in compared["places"] if place["found_by"] == "both"}
    assert by_both >= STRUCTURAL
    assert ("Observation.status" in by_both) is rules
    assert compared["agrees"] is rules


@pytest.mark.usefixtures("installed")
def test_a_server_that_does_not_judge_is_told(broken, tmp_path):
    with live_start.medplum(tmp_path) as base:
        done, (compared,) = second_opinion(base, broken)
    assert done.returncode == 2
    assert compared["why_not"] == "it does not offer $validate (404)"
    assert "$validate gave no opinion: it does not offer $validate (404)" in done.stderr
