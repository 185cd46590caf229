"""From the differentials of R4's own profiles (CC0) come the snapshots that HL7 published with them."""

import json
from pathlib import Path

import pytest
from snapshot_rows import rows

from conformance.definitions.snapshots import with_snapshot
from conformance.definitions.structures import Definitions

DIFFERENTIALS = json.loads((Path(__file__).parent / "core_differentials.json").read_text(encoding="utf-8"))
CORE = Definitions()
# Where the published snapshot is not what its differential says, or says the same in another way.
OTHERWISE = {
    "bp": "component.valueQuantity: published as value[x] narrowed to Quantity, ours as its only slice",
    "elementdefinition-de": "published with the children of two extensions that it says nothing about",
    "familymemberhistory-genetic": "published without the elements behind the last one that it speaks of",
    "catalog": "published without Composition.date, which its differential does not speak of",
    "cholesterol": "published with a constraint of the type of referenceRange.high",
    "hdlcholesterol": "published with a constraint of the type of referenceRange.low",
    "ldlcholesterol": "published with a constraint of the type of referenceRange.high",
    "provenance-relevant-history": "published with a binding from before the final R4",
}


def compared(name):
    definition = {"resourceType": "StructureDefinition", **DIFFERENTIALS[name]}
    made = rows(with_snapshot(definition, CORE.structure)["snapshot"]["element"])
    published = rows(CORE.structure(definition["url"])["snapshot"]["element"])
    return made, published


@pytest.mark.parametrize("name", sorted(DIFFERENTIALS.keys() - OTHERWISE.keys()))
def test_a_snapshot_is_the_published_one(name):
    made, published = compared(name)
    assert {key: row for key, row in made.items() if row != published.get(key)} == {}
    assert made.keys() == published.keys()


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_known_difference_is_still_one(name):
    made, published = compared(name)
    assert made != published
