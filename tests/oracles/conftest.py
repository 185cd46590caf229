"""HAPI's validator beside our engine, over the same resources with the same things at hand."""

from __future__ import annotations

import os

import mutations
import oracle_hapi
import oracle_sources
import pytest
from oracle_pairs import annotations, judged


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
    drawn = mutations.sample(annotations(), mutations.SHARES, mutations.SEED)
    return [judged(mutation, hapi, engine) for mutation in drawn]
