"""What the scenarios of these tests stand on: a few fixtures and a small catalogue of their own."""

from pathlib import Path

import pytest

from conformance.model import Evidence, Gate, Level, Party, Requirement, State
from conformance.read.fixtures import Fixtures
from conformance.read.loading import Surroundings

HERE = Path(__file__).parent


def _requirement(id_, level, binds):
    return Requirement(
        id=id_,
        spec="test",
        level=level,
        evidence=Evidence.EXPLICIT,
        gate=Gate.ALWAYS,
        binds=binds,
        statement="A rule for the tests.",
        source="https://example.org/rules",
        state=State.TESTED,
    )


@pytest.fixture(scope="session")
def around():
    rules = (
        _requirement("R-01", Level.SHALL, Party.REPOSITORY),
        _requirement("R-02", Level.SHOULD, Party.REPOSITORY),
        _requirement("P-01", Level.SHALL, Party.PRODUCER),
    )
    return Surroundings(Fixtures((HERE / "bodies",)), {rule.id: rule for rule in rules})
