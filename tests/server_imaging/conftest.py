"""A running reference server and its images, and the images of faulty servers without a socket."""

from types import SimpleNamespace

import pytest
import requests
from imaging_client import Images

from conformance.server.app import create
from conformance.server.behaviour import overridden
from conformance.server.imaging import images as places
from conformance.server.imaging.generations import GENERATIONS
from conformance.server.imaging.side import Side
from conformance.server.messages import Request
from conformance.server.serving import running

ROOT = "http://s"


@pytest.fixture(scope="session")
def images():
    with running(create(seed=True)) as base, requests.Session() as session:
        session.trust_env = False
        yield Images(base.removesuffix("/fhir"), session)


@pytest.fixture(scope="session")
def of_generation():
    """Give the images of a server of each generation."""
    started, sessions = {}, []

    def get(name):
        if name not in started:
            context = running(create(seed=True, imaging=name))
            session = requests.Session()
            session.trust_env = False
            sessions.append(session)
            started[name] = context, Images(context.__enter__().removesuffix("/fhir"), session)
        return started[name][1]

    yield get
    for session in sessions:
        session.close()
    for context, _ in started.values():
        context.__exit__(None, None, None)


@pytest.fixture
def faulty():
    """Give a function that asks a server with an overridden imaging side, without a socket."""

    def make(*classes, generation="G3"):
        side = Side(behaviour=overridden(classes).imaging, generation=GENERATIONS[generation])
        site = SimpleNamespace(side=side)

        def ask(place, path, who="demo-patient-a", *, query=(), method="GET", body=b"", **headers):
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if who:
                sent["authorization"] = f"Bearer {who}"
            request = Request(
                method=method,
                path=tuple(path.split("/")),
                query=tuple(query),
                headers=sent,
                body=body,
                base=f"{ROOT}/{place}",
            )
            if place == "fhir":
                return places.clinical(site, request, honest=None)
            return places.answer(site, place, request)

        return ask

    return make
