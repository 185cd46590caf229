"""Servers that others wrote, started when a test asks for one."""

from __future__ import annotations

import os

import live_install
import live_run
import live_start
import pytest

STARTERS = {
    "sekmet": live_start.sekmet,
    "medplum": live_start.medplum,
    "medplum-validating": live_start.medplum_validating,
    "medplum-profiled": live_start.medplum_profiled,
    "fhirsnake": live_start.fhirsnake,
    "hapi-jpa": live_start.hapi,
}
INSTALLERS = {
    "sekmet": lambda: live_install.environment("sekmet"),
    "medplum": live_install.medplum,
    "medplum-validating": live_install.medplum,
    "medplum-profiled": live_install.medplum,
    "fhirsnake": lambda: live_install.environment("fhirsnake"),
    "hapi-jpa": live_install.hapi,
    "orthanc": live_install.orthanc,
}


def had(name):
    """Install a server; one that cannot be had cannot be tested, which CI must not overlook."""
    try:
        return INSTALLERS[name]()
    except live_install.Unreachable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NOT TESTED against {name}, which cannot be had here: {error}")


@pytest.fixture(scope="session")
def installed():
    """Install every server that is quick to start."""
    return [had(name) for name in ("sekmet", "fhirsnake", "medplum")]


@pytest.fixture(scope="session")
def installed_hapi():
    """Install HAPI's JPA server."""
    return had("hapi-jpa")


@pytest.fixture(scope="session")
def installed_orthanc():
    """Install Orthanc."""
    return had("orthanc")


@pytest.fixture(scope="session")
def played(tmp_path_factory):
    """Return a function that plays the suite against a fresh server, once for each number of threads."""
    done = {}

    def play(name: str, threads: int = 1):
        if (name, threads) not in done:
            had(name)
            home = tmp_path_factory.mktemp(f"{name}-{threads}")
            with STARTERS[name](home) as base:
                done[name, threads] = live_run.suite(base, home / "report", "-n", threads)
        return done[name, threads]

    return play
