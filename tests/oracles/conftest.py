"""HAPI's validator beside our engine, over the same resources with the same things at hand."""

from __future__ import annotations

import os
from dataclasses import dataclass

import mutations
import oracle_hapi
import oracle_sources
import pytest

from conformance.jsontext import dumps


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What both say of one mutation; the verdicts are those of errors alone."""

    mutation: mutations.Mutation
    hapi: oracle_hapi.Judgement
    ours: tuple

    @property
    def agree(self) -> bool:
        return self.hapi.valid is (not self.ours)


@pytest.fixture(scope="session")
def hapi_home():
    """Build the validator; where it cannot be had nothing is compared, which CI must not overlook."""
    try:
        return oracle_hapi.built()
    except oracle_hapi.Unreachable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NOT COMPARED with HAPI's validator, which cannot be had here: {error}")


@pytest.fixture(scope="session")
def hapi(hapi_home):  # noqa: ARG001 - nothing runs before it is built
    with oracle_hapi.running(oracle_sources.definitions(), oracle_sources.corpus().values()) as running:
        yield running


@pytest.fixture(scope="session")
def engine():
    return oracle_sources.engine()


@pytest.fixture(scope="session")
def pairs(hapi, engine):
    sources = [r for r in oracle_sources.corpus().values() if r["resourceType"] == "Observation"]
    return [
        Pair(mutation=m, hapi=hapi.judge(dumps(m.resource)), ours=tuple(engine.errors(m.resource)))
        for m in mutations.sample(sources, mutations.SHARES, mutations.SEED)
    ]
