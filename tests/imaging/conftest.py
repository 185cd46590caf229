"""The reference server with its images, and the suite against it, as `dermconf run` without a target."""

import sys
from pathlib import Path

import pytest

from conformance import shipped
from conformance.model import Target
from conformance.server.app import create
from conformance.server.faults import FAULTS
from conformance.server.faults.registry import Fault
from conformance.server.imaging import people
from conformance.server.imaging.claimed import claimed
from conformance.server.serving import running
from conformance.talk.client import Access
from conformance.talk.credentials import Fixed

sys.path.append(str(Path(__file__).parent.parent / "hostile"))
from playing import play

SPECS = ("smart-imaging", "wado")


@pytest.fixture
def played(tmp_path, monkeypatch):
    """Play shipped scenarios against the images of the reference server, perhaps with a fault."""

    def play_it(*names, fault="", overriding=None, generation="G3", tokens=None, **target):
        if overriding is not None:
            made = Fault(name="own", breaks="", sentence="", overriding=overriding, generation=generation)
            monkeypatch.setitem(FAULTS, "own", made)
            fault = "own"
        with running(create(seed=True, imaging=generation)) as root:
            base = root.replace("/fhir", f"/faults/{fault}/fhir") if fault else root
            held = claimed(Target(base=base), specs=SPECS, generation=generation)
            given = {**people.tokens(), **(tokens or {})}
            others = {name: Fixed(f"Bearer {token}", name) for name, token in given.items()}
            known = target.pop("known", {})
            stated = {
                "roles": held.roles,
                "gates": held.gates,
                "imaging": held.imaging,
                "wado": held.wado,
                "generation": held.generation,
                "credentials": held.credentials,
                "known": {**held.known, **known},
            } | target
            files = [shipped.testcases() / "imaging" / name for name in names]
            return play(base, tmp_path / "reports", *files, access=Access(others=others), **stated)

    return play_it
