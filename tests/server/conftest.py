"""A running reference server, and a client that speaks FHIR JSON to it."""

from __future__ import annotations

import json

import pytest
import requests

from conformance.server.app import create
from conformance.server.faults import faulty
from conformance.server.imaging.capability import Mint
from conformance.server.imaging.generations import GENERATIONS, NEWEST
from conformance.server.imaging.side import Side
from conformance.server.sample import fill
from conformance.server.serving import running
from conformance.server.site import Site
from conformance.server.store import Store

FHIR_JSON = "application/fhir+json"


class Client:
    """Requests below one base URL."""

    def __init__(self, base: str, session: requests.Session) -> None:
        self.base = base
        self.session = session

    def __call__(self, method, path="", body=None, /, **headers):
        sent = {"Content-Type": FHIR_JSON} if body is not None else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        url = path if path.startswith("http") else f"{self.base}/{path}".rstrip("/")
        return self.session.request(method, url, data=data, headers=sent, allow_redirects=False, timeout=10)

    def made(self, resource):
        """Return the resource as the server created it."""
        answer = self("POST", resource["resourceType"], resource)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def fhir():
    with running(create(seed=True)) as base, requests.Session() as session:
        session.trust_env = False
        yield Client(base, session)


@pytest.fixture
def site():
    """Make a base without a socket, honest or with faults."""
    made = []

    def make(*faults, seeded=True, generation=NEWEST):
        behaviour, searcher, imaging, _ = faulty(faults)
        # Whatever is told of the time or sealed is the same in each.
        side = Side(
            behaviour=imaging,
            generation=GENERATIONS[generation],
            mint=Mint(key=bytes(32)),
            clock=lambda: 1_800_000_000.0,
        )
        store = Store(deterministic=True)
        made.append(store)
        if seeded:
            fill(store)
        return Site(
            base="http://s/fhir",
            store=store,
            behaviour=behaviour,
            searcher=searcher,
            side=side,
            seeded=seeded,
        )

    yield make
    for store in made:
        store.close()
