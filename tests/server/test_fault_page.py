"""The page about faults: its module can be taken as it stands."""

import re
from pathlib import Path

from server_steps import ask

from conformance.server.behaviour import overridden
from conformance.server.faults import registry
from conformance.server.sample import fill
from conformance.server.site import Site
from conformance.server.store import Store

PAGE = Path(__file__).parents[2] / "docs/writing-a-fault.md"


def test_the_module_of_the_page_makes_two_faults_that_a_client_sees(monkeypatch):
    made = {}
    monkeypatch.setattr(registry, "FAULTS", made)
    (module,) = re.findall(r'```python\n(""".*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(module, str(PAGE), "exec"), {"__name__": "page"})  # noqa: S102 - the page of this checkout
    assert list(made) == ["location-forgotten", "status-ignored"]
    behaviour, searcher, *_ = overridden(fault.overriding for fault in made.values())
    store = Store(deterministic=True)
    fill(store)
    site = Site(base="http://s/fhir", store=store, behaviour=behaviour, searcher=searcher, seeded=True)
    created = ask(site, "POST", "Patient", {"resourceType": "Patient"})
    found = ask(site, "GET", "Observation?status=cancelled")
    store.close()
    assert created.status == 201
    assert "location" not in {name.lower() for name in created.headers}
    assert found.resource["total"] == 6
