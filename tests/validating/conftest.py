"""`dermconf validate` in this process, and resources of invented people to judge."""

import io
import json
import signal
import sys
from types import SimpleNamespace

import pytest
from opinions import PATIENT

from conformance import cli, packages

EXAMPLES = packages.folder("dermatology") / "example"


@pytest.fixture
def validate(capfd, monkeypatch):
    """Run the command and return exit code, output and complaints."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["dermconf", "validate", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err)

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def judged(validate):
    """Run the command for JSON lines and return what each says."""

    def run(*arguments, stdin=b""):
        told = validate(*arguments, "--format", "json", stdin=stdin)
        return [json.loads(line) for line in told.out.splitlines()]

    return run


@pytest.fixture
def compared(judged):
    """Run the command and return what the lines about the second opinion say."""
    return lambda *arguments: [line for line in judged(*arguments) if "also" in line]


@pytest.fixture
def fine(tmp_path):
    """Write a lawful patient and return the path."""
    path = tmp_path / "fine.json"
    path.write_text(json.dumps(PATIENT), encoding="utf-8")
    return path


@pytest.fixture
def prediction():
    return json.loads((EXAMPLES / "Observation-ExampleAIPrediction.json").read_text(encoding="utf-8"))


@pytest.fixture
def final(prediction, tmp_path):
    """Write a prediction that is final and return its path."""
    path = tmp_path / "final.json"
    path.write_text(json.dumps({**prediction, "status": "final"}, indent=2), encoding="utf-8")
    return path
