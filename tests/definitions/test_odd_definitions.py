"""Whatever a package defines, it is a definition, a problem or nothing: never a crash, never without end."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from odd_definitions import DEFINITION, ELEMENT, URLS

from conformance.definitions.elements import flatten, parse
from conformance.definitions.packages import Package
from conformance.definitions.snapshots import with_snapshot
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology
from conformance.problem import Problem

CORE = Definitions()
BASE = {e["id"] for e in CORE.structure("Observation")["snapshot"]["element"]}


@given(st.lists(DEFINITION, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_definition_however_broken_does_more_than_raise_a_problem(resources):
    package = Package(name="x", version="", sha256="", resources=tuple(resources))
    definitions = Definitions([package])
    terms = Terminology(definitions)
    for url in URLS:
        with suppress(Problem):
            assert definitions.structure(url) is None or definitions.structure(url)["url"] == url
        assert terms.validate(url, "x:s", "c") in {"yes", "no", "unknown"}
        assert isinstance(terms.members(url), tuple | None)
        assert isinstance(terms.display(url, "c"), str | None)


@given(st.lists(ELEMENT, min_size=1, max_size=6), st.sampled_from(["constraint", "specialization"]))
@settings(max_examples=300, deadline=None)
def test_a_snapshot_keeps_its_base_names_each_element_once_and_reads_back_as_it_is(elements, derivation):
    profile = {
        "url": "http://example.org/p",
        "baseDefinition": "Observation",
        "derivation": derivation,
        "differential": {"element": [{"path": "Observation"}, *elements]},
    }
    with suppress(Problem):
        made = with_snapshot(profile, CORE.structure)["snapshot"]["element"]
        ids = [e["id"] for e in made]
        assert len(set(ids)) == len(ids)
        assert set(ids) >= BASE
        assert flatten(parse(made)) == made
