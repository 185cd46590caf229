"""A real archive, Orthanc, holds the pixels of the reference server's studies: what the suite says of it."""

from __future__ import annotations

from pathlib import Path

import live_archive
import live_expected
import live_run
import pytest

from conformance.server.imaging import people, studies

pytestmark = pytest.mark.live
IMAGING = Path("testcases/imaging")
# The scenarios that ask an archive for anything; the others are the reference server's own affair.
RETRIEVING = sorted(
    str(path) for path in IMAGING.rglob("*.yaml") if "retrieve:" in (live_run.ROOT / path).read_text()
)
# As an archive alone, and as one that also claims SMART Imaging Access.
CLAIMS = {"orthanc": "", "orthanc-smart": "G3"}
PIXELS, STUDY = IMAGING / "pixels", IMAGING / "pipeline/from-study.yaml"
_TOLD = frozenset({"fail", "warn", "untested"})
# What it says of a media type that it cannot give.
REFUSAL = {("WADO-11", "warn", 1)}


def run(archive, folder, *paths):
    """Run scenarios against the target whose pixels the archive holds."""
    options = ("--config", archive.settings, *paths)
    return live_run.suite("orthanc", folder, *options, **live_archive.secrets())


@pytest.fixture(scope="session")
def ran(installed_orthanc, tmp_path_factory):  # noqa: ARG001 - nothing runs before it is installed
    """Return a function that runs what retrieves against a fresh Orthanc, once for each claim."""
    done = {}

    def play(name):
        if name not in done:
            home = tmp_path_factory.mktemp(name)
            with live_archive.orthanc(home, generation=CLAIMS[name]) as archive:
                done[name] = run(archive, home / "report", *RETRIEVING)
        return done[name]

    return play


@pytest.mark.parametrize("name", CLAIMS)
def test_every_finding_is_a_departure_that_is_known(ran, name):
    wanted, found = live_expected.expected(name), ran(name)
    rows = live_expected.without_reasons(wanted["rows"])
    assert live_expected.differences(rows, live_expected.observed(found.summary)) == []
    assert (found.summary["verdict"], found.exit) == (wanted["verdict"], wanted["exit"])
    assert "Traceback" not in found.said


@pytest.mark.parametrize("name", CLAIMS)
def test_the_record_is_judged_again_to_the_same_findings(ran, name):
    done = live_run.dermconf("judge", ran(name).record)
    assert done.stdout.splitlines()[-1].endswith(", 0 judged otherwise")


def test_no_password_is_in_the_record(ran):
    text = ran("orthanc").record.read_text()
    assert not [secret for secret in live_archive.secrets().values() if secret in text]


@pytest.fixture
def altered(installed_orthanc, tmp_path):  # noqa: ARG001 - nothing runs before it is installed
    """Run scenarios after something was done to the archive; return the findings that are no pass."""

    def play(alter, *paths, **configured):
        with live_archive.orthanc(tmp_path, **configured) as archive:
            alter(archive)
            found = run(archive, tmp_path / "report", *paths)
        findings = [f for row in found.summary["scenarios"] for f in row["findings"]]
        assert "Traceback" not in found.said
        return {(f["requirement"], f["verdict"], f["step"]) for f in findings if f["verdict"] in _TOLD}

    return play


def test_an_image_that_is_gone_from_the_archive_is_missed_where_it_is_retrieved(altered):
    found = altered(lambda archive: archive.forget(studies.uid("imaging-study-a")), STUDY)
    assert {(rule, step) for rule, verdict, step in found if verdict in {"warn", "fail"}} == {
        ("SIA-WAD-02", 2)
    }


def test_an_image_that_is_filed_under_another_patient_is_noticed_by_its_bytes(altered):
    def file(archive):
        archive.forget(studies.uid("imaging-study-a"))
        for located in studies.named("imaging-study-a").located():
            archive.store(located, PatientID=people.MRN[people.PATIENT_B])

    found = altered(file, STUDY)
    assert {(rule, step) for rule, verdict, step in found if verdict in {"warn", "fail"}} == {
        ("SIA-TOK-03", 2),
        ("WADO-06", 2),
    }


def test_a_ct_is_judged_as_a_photograph_but_for_its_modality(altered):
    found = altered(lambda archive: archive.know(studies.named("imaging-study-ct")), PIXELS, STUDY)
    assert found == {*REFUSAL, ("WADO-19", "warn", 2)}


def test_an_image_of_several_frames_is_judged_as_one_of_one(altered):
    assert (
        altered(lambda archive: archive.know(studies.named("imaging-study-frames")), PIXELS, STUDY) == REFUSAL
    )


def test_an_image_that_is_stored_as_jpeg_is_judged_as_any_other(altered):
    """Orthanc tells no place of its bulk data, which no rule demands."""

    def file(archive):
        study = studies.named("imaging-study-a")
        archive.forget(study.uid)
        for located in study.located():
            archive.send(live_archive.as_jpeg(located))

    assert altered(file, PIXELS, STUDY) == REFUSAL


def test_an_archive_that_asks_for_no_credential_is_not_failed_for_it(altered):
    found = altered(lambda _archive: None, PIXELS, AuthenticationEnabled=False)
    assert found == REFUSAL


def test_doctor_finds_nothing_amiss_with_it(installed_orthanc, tmp_path):  # noqa: ARG001 - as above
    with live_archive.orthanc(tmp_path) as archive:
        options = ("--target", "orthanc", "--config", archive.settings)
        done = live_run.dermconf("doctor", *options, **live_archive.secrets())
        assert f"{archive.wado} answers 401 to a request without a credential" in done.stdout
    assert done.returncode == 0
    assert "except in scenarios that name patient-a, patient-b, system" in done.stdout
