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
    "fhirsnake": live_start.fhirsnake,
}


@pytest.fixture(scope="session")
def installed():
    """Install every server; without a package registry nothing can be tested, which CI must not overlook."""
    try:
        return [
            live_install.environment("sekmet"),
            live_install.environment("fhirsnake"),
            live_install.medplum(),
        ]
    except live_install.Unreachable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NOT TESTED against real servers: the package registry cannot be reached ({error})")


@pytest.fixture(scope="session")
def played(installed, tmp_path_factory):  # noqa: ARG001 - nothing starts before it is installed
    """Return a function that plays the suite against a fresh server, once for each number of threads."""
    done = {}

    def play(name: str, threads: int = 1):
        if (name, threads) not in done:
            home = tmp_path_factory.mktemp(f"{name}-{threads}")
            with STARTERS[name](home) as base:
                done[name, threads] = live_run.suite(base, home / "report", "-n", threads)
        return done[name, threads]

    return play
