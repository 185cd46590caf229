"""The TestReport of a run is valid FHIR: by our own engine, and by HAPI's validator."""

import subprocess
import sys

import pytest

from conformance.definitions.packages import parsed
from conformance.server.app import create
from conformance.server.behaviour import Behaviour
from conformance.server.messages import Refusal
from conformance.server.serving import running
from conformance.server.variations import VARIATIONS, Variation

pytestmark = pytest.mark.live


class Refusing(Behaviour):
    """A server that takes no Observation."""

    def hear(self, request):
        if request.method == "POST" and request.path[:1] == ("Observation",):
            raise Refusal(422, "business-rule", "No <Observation> today & no & never.")
        return super().hear(request)


@pytest.fixture(scope="module")
def root():
    with pytest.MonkeyPatch.context() as patch:
        refusing = Variation(name="refusing", rules=(), sentence="x", classes=(Refusing,))
        patch.setitem(VARIATIONS, "refusing", refusing)
        with running(create(seed=True)) as base:
            yield base.removesuffix("/fhir")


# Where a run goes, and what it comes to there: exit code, status and result of its report.
RUNS = {
    "the whole suite": ("{root}/fhir", 0, "completed", "pass"),
    "a run that fails": ("{root}/faults/prediction-final/fhir", 1, "completed", "fail"),
    "a run that is incomplete": ("{root}/variations/refusing/fhir", 3, "completed", "pending"),
    "a run that breaks": ("http://127.0.0.1:9/fhir", 4, "completed", "pending"),
}


@pytest.fixture(params=RUNS.values(), ids=RUNS)
def report(request, root, tmp_path):
    """The report of a run, which came to what it should."""
    target, code, status, result = request.param
    command = ["run", "--target", target.format(root=root), "--formats", "testreport"]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command, "--report-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    text = (tmp_path / "testreport.json").read_text(encoding="utf-8")
    told = parsed(text.encode(), "testreport.json")
    assert (told["status"], told["result"]) == (status, result)
    return text


def test_the_report_is_valid_by_both(report, hapi, engine):
    found = engine.errors(parsed(report.encode(), "testreport.json"))
    assert [f"{issue.at}: {issue.message}" for issue in found] == []
    judged = hapi.judge(report)
    assert judged.errors == ()
    assert judged.valid is True


def test_both_would_see_a_report_that_is_not(report, hapi, engine):
    broken = report.replace('"status": "completed"', '"status": "over"', 1)
    assert broken != report
    assert engine.errors(parsed(broken.encode(), "testreport.json"))
    assert hapi.judge(broken).errors
