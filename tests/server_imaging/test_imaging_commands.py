"""The images of the reference server, by the commands that start it and test it."""

import subprocess
import sys

import pytest
import requests
from imaging_client import STUDY_A, Images

from conformance.commands.run import _claimed
from conformance.model import Target

STARTED = "http://127.0.0.1:"


@pytest.mark.parametrize(("generation", "known"), [("G1", False), ("G2", True)])
def test_serve_gives_images_by_the_generation_that_is_named(generation, known):
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", "--imaging", generation]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        base = process.stdout.readline().strip()
        assert base.startswith(STARTED)
        with requests.Session() as session:
            session.trust_env = False
            told = session.get(f"{base}/.well-known/smart-configuration", timeout=10).json()
        process.terminate()
    assert ("client_credentials" in told["grant_types_supported"]) is known


def test_serve_knows_no_other_generation():
    command = [sys.executable, "-m", "conformance", "serve", "--imaging", "G4"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "'G0', 'G1', 'G2', 'G3'" in done.stderr


@pytest.mark.parametrize("generation", ["G1", "G2", "G3"])
def test_serve_leads_to_the_archive_that_is_named(generation):
    archive = "http://127.0.0.1:1/dicom-web"
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", "--imaging", generation]
    with subprocess.Popen([*command, "--wado", f"{archive}/"], stdout=subprocess.PIPE, text=True) as process:
        root = process.stdout.readline().strip().removesuffix("/fhir")
        with requests.Session() as session:
            session.trust_env = False
            found = Images(root, session).found("patient=imaging-patient-a&_include=ImagingStudy:endpoint")
            own = Images(root, session)(f"/wado/studies/{STUDY_A}/metadata").json()
        process.terminate()
    resources = [entry["resource"] for entry in found["entry"]]
    held = [one for resource in resources for one in (resource, *resource.get("contained", ()))]
    addresses = [one["address"] for one in held if one["resourceType"] == "Endpoint"]
    assert len(addresses) > 1
    assert set(addresses) == {archive}
    # What it still answers itself leads to itself.
    assert own[0]["7FE00010"]["BulkDataURI"].startswith(f"{root}/wado/")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("archive", "archive is no http or https address"),
        ("http://me:hunter22@h/wado", "--wado: the address holds a user name or password"),
        ("http://h/wado?token=hunter22", "--wado: a base URL has no query and no fragment"),
        ("http://[/hunter22", "is no http or https address"),
    ],
)
def test_serve_leads_to_addresses_alone(address, told):
    command = [sys.executable, "-m", "conformance", "serve", "--wado", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert told in done.stderr
    assert "hunter22@" not in done.stderr
    assert "token=" not in done.stderr


def test_a_run_without_a_target_knows_the_images_of_its_server():
    target = _claimed(Target(base="http://127.0.0.1:1/fhir", name="embedded"))
    assert (target.name, target.imaging) == ("embedded", "http://127.0.0.1:1/imaging/fhir")
    assert target.known["patient-a"] == "Patient/imaging-patient-a"


def test_pydicom_is_not_loaded_before_an_image_is_asked_for():
    code = "import sys, conformance.server.app as a; a.create(seed=True); print('pydicom' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert told.stdout == "False\n"
