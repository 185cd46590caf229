"""What the settings name is what the target answers for: an archive that leaks fails the run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import events
from conformance.model import Party, Target
from conformance.server.app import create
from conformance.server.imaging.claimed import claimed
from conformance.server.imaging.people import tokens
from conformance.server.serving import running

ROOT = Path(__file__).parents[2]
PATHS = [ROOT / f"testcases/imaging/{name}.yaml" for name in ("access/refused-retrievals", "pixels/nobody")]


def settings(base, **more):
    """Return settings as a person writes them of the reference server, without any `roles`."""
    known = claimed(Target(base=base))
    return {
        "base": base,
        "imaging": known.imaging,
        "imaging-generation": known.generation,
        "wado": list(known.wado),
        "known": dict(known.known),
        "credentials": {name: {"bearer": {"env": _variable(name)}} for name in tokens()},
        **more,
    }


def _variable(name):
    return f"T_{name.replace('-', '_')}"


@pytest.fixture
def leaking(tmp_path):
    """Give a function that calls a command beside settings of an archive that asks for no token."""
    with running(create(seed=True)) as base:
        host = base.removesuffix("/fhir")

        def call(*command, **more):
            target = settings(f"{host}/faults/studies-open-to-all/fhir", **more)
            (tmp_path / "dermconf.yaml").write_text(json.dumps({"targets": {"leaky": target}}))
            return subprocess.run(
                [sys.executable, "-m", *map(str, command), "--target", "leaky", "--report-dir", "reports"],
                cwd=tmp_path,
                env={_variable(name): token for name, token in tokens().items()} | {"PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

        yield call


def recorded(folder):
    return events.read(folder / "reports" / "run.jsonl").header["roles"]


@pytest.mark.parametrize(
    ("options", "more", "first"),
    [
        ((), {}, "repository"),
        ((), {"roles": ["producer"]}, "producer"),
        (("--role", "producer"), {"roles": ["repository"]}, "producer"),
    ],
    ids=["by themselves", "beside roles", "beside an option"],
)
def test_an_archive_that_leaks_fails_the_run_of_who_names_it(leaking, tmp_path, options, more, first):
    done = leaking("conformance", "run", *PATHS, *options, **more)
    assert done.returncode == 1, done.stdout + done.stderr
    assert recorded(tmp_path) == [first, "image-source", "authorisation"]


def test_plain_pytest_says_the_same(leaking, tmp_path):
    done = leaking("pytest", "-q", "-p", "no:cacheprovider", *PATHS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert recorded(tmp_path) == ["repository", "image-source", "authorisation"]


@pytest.mark.parametrize(
    ("more", "roles"),
    [
        ({}, ()),
        ({"imaging": "http://h/fhir"}, (Party.IMAGE_SOURCE,)),
        ({"imaging": "http://h/fhir", "generation": "G0"}, (Party.IMAGE_SOURCE, Party.AUTHORISATION)),
        ({"wado": ("http://h/wado",)}, (Party.IMAGE_SOURCE,)),
        ({"hub": "http://h/hub"}, ()),
    ],
)
def test_each_thing_that_settings_name_is_a_role(more, roles):
    assert Target(base="http://h/fhir", **more).roles_by_name == roles
