from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest

from conformance.server.search import Searcher

BASE = "http://s/fhir"


@dataclass(frozen=True, slots=True)
class Stored:
    type: str
    id: str
    body: dict


@dataclass
class Memory:
    """A world in memory, and a searcher over it."""

    base: str = BASE
    stored: dict[str, dict[str, Stored]] = field(default_factory=dict)

    def __post_init__(self):
        self.searcher = Searcher(self)

    def types(self):
        return sorted(self.stored)

    def current(self, type_):
        return list(self.stored.get(type_, {}).values())

    def get(self, type_, id_):
        return self.stored.get(type_, {}).get(id_)

    def put(self, *bodies):
        for body in bodies:
            kept = Stored(body["resourceType"], body["id"], body)
            self.stored.setdefault(kept.type, {})[kept.id] = kept
        return self

    def bundle(self, search, *, strict=False):
        """Return the Bundle that answers `Type?parameters`, percent-encoded as in a URL."""
        type_, _, query = search.partition("?")
        return self.searcher.search(type_ or None, pairs(query), strict=strict)

    def ids(self, search, mode="match"):
        """Return the ids of the entries with one search mode, in their order."""
        entries = self.bundle(search).get("entry", [])
        return [e["resource"]["id"] for e in entries if e["search"]["mode"] == mode]


def pairs(query):
    return parse_qsl(query, keep_blank_values=True)


@pytest.fixture
def world():
    return Memory()


@pytest.fixture(scope="module")
def memory():
    """Return a world for generated examples, each of which puts its resource in the place of the last."""
    return Memory()
