"""Definitions are found by URL, version or name, in packages before the core."""

import pytest

from conformance.definitions.packages import Package
from conformance.definitions.structures import Definitions
from conformance.problem import Problem

HL7 = "http://hl7.org/fhir/StructureDefinition/"
OWN = "http://example.org/fhir/StructureDefinition/"
CORE = Definitions()


def profile(name, base, *elements, **more):
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "name": name.title(),
        "url": OWN + name,
        "type": "Observation",
        "kind": "resource",
        "derivation": "constraint",
        "baseDefinition": base,
        "differential": {"element": list(elements)},
        **more,
    }


def defined(*resources):
    return Definitions([Package(name="own", version="1", sha256="", resources=resources)])


def at(definition, path):
    return next(e for e in definition["snapshot"]["element"] if e["id"] == path)


@pytest.mark.parametrize(
    "asked", ["Observation", HL7 + "Observation", HL7 + "Observation|4.0.1", HL7 + "Observation|4.0"]
)
def test_the_core_is_found_by_name_url_and_version(asked):
    assert CORE.structure(asked)["url"] == HL7 + "Observation"


@pytest.mark.parametrize(
    "asked", ["Observatoin", HL7 + "Observation|5.0.0", "http://example.org/none", "", "|", ":"]
)
def test_what_is_not_at_hand_is_none(asked):
    assert CORE.structure(asked) is None


def test_every_type_and_every_published_profile_and_extension_is_there():
    found = [CORE.structure(url) for url in CORE.structures()]
    assert sum(d["kind"] == "resource" and d.get("derivation") != "constraint" for d in found) == 148
    assert sum(d["kind"] == "primitive-type" for d in found) == 20
    assert sum(d["type"] == "Extension" for d in found) == 394
    assert all(d["snapshot"]["element"] for d in found)


def test_the_rules_of_an_element_stand_as_published():
    status = at(CORE.structure("Observation"), "Observation.status")
    assert status["binding"]["strength"] == "required"
    assert status["binding"]["valueSet"] == "http://hl7.org/fhir/ValueSet/observation-status|4.0.1"
    assert status["isModifier"] is True
    constraints = {c["key"]: c for c in at(CORE.structure("Observation"), "Observation")["constraint"]}
    assert constraints["obs-6"]["expression"] == "dataAbsentReason.empty() or value.empty()"
    assert constraints["dom-6"]["severity"] == "warning"
    assert at(CORE.structure("Narrative"), "Narrative.div")["type"] == [{"code": "xhtml"}]


def test_a_package_is_laid_over_the_core_and_a_later_one_over_an_earlier():
    first, second = (
        Package(name=v, version=v, sha256="", resources=(profile("p", HL7 + "Observation", version=v),))
        for v in ("1", "2")
    )
    both = Definitions([first, second])
    assert both.structure(OWN + "p")["version"] == "2"
    assert both.structure(OWN + "p|1")["version"] == "1"
    assert both.structure(OWN + "p|3") is None
    assert both.structures()[0] == OWN + "p"


def test_a_profile_is_found_by_its_id_and_its_name_but_a_type_keeps_its_name():
    definitions = defined(profile("photo", HL7 + "Observation"), profile("Media", HL7 + "Observation"))
    assert definitions.structure("photo")["url"] == definitions.structure("Photo")["url"] == OWN + "photo"
    assert definitions.structure("Media")["url"] == HL7 + "Media"


def test_a_snapshot_is_made_once():
    definitions = defined(profile("photo", HL7 + "Observation"))
    assert definitions.structure("photo") is definitions.structure("photo")


@pytest.mark.parametrize("bases", [("a",), ("b", "a"), ("b", "c", "a")])
def test_profiles_that_rest_on_each_other_are_a_problem(bases):
    names = ["a", *[b for b in bases if b != "a"]]
    definitions = defined(*(profile(n, OWN + base) for n, base in zip(names, bases, strict=True)))
    with pytest.raises(Problem, match="is not at hand, or rests on this profile itself"):
        definitions.structure("a")


def test_a_missing_base_is_a_problem_that_names_it():
    with pytest.raises(Problem, match="/none is not at hand") as caught:
        defined(profile("a", "http://example.org/none")).structure("a")
    assert OWN + "a" in caught.value.message


def test_a_misspelt_element_is_a_problem_with_a_suggestion():
    with pytest.raises(Problem, match="no element 'stauts'") as caught:
        defined(
            profile("a", HL7 + "Observation", {"id": "Observation.stauts", "path": "Observation.stauts"})
        ).structure("a")
    assert caught.value.hint == "did you mean 'status'?"


def test_elements_without_ids_are_placed_by_path_and_slice_name():
    elements = [
        {"path": "Observation"},
        {"path": "Observation.component", "slicing": {"rules": "open"}},
        {"path": "Observation.component", "sliceName": "width", "min": 1},
        {"path": "Observation.component.value[x]", "min": 1},
        {"path": "Observation.component", "sliceName": "height"},
        {"path": "Observation.component.value[x]", "max": "0"},
    ]
    made = defined(profile("a", HL7 + "Observation", *elements)).structure("a")
    assert at(made, "Observation.component:width.value[x]")["min"] == 1
    assert at(made, "Observation.component:height.value[x]")["max"] == "0"
    assert (
        at(made, "Observation.component.value[x]")["min"],
        at(made, "Observation.component:width")["min"],
    ) == (0, 1)


def test_a_type_that_is_unfolded_with_a_profile_that_rests_on_this_one_falls_back_to_the_type():
    self_reference = {
        "id": "Observation.contained",
        "path": "Observation.contained",
        "type": [{"code": "Observation", "profile": [OWN + "a"]}],
    }
    below = {"id": "Observation.contained.status", "path": "Observation.contained.status", "max": "1"}
    made = defined(profile("a", HL7 + "Observation", self_reference, below)).structure("a")
    assert at(made, "Observation.contained.status")["min"] == 1


def test_a_new_type_has_what_it_inherits_and_what_it_adds():
    new = profile(
        "Lesion",
        HL7 + "DomainResource",
        {"id": "Lesion", "path": "Lesion"},
        {
            "id": "Lesion.size",
            "path": "Lesion.size",
            "min": 1,
            "max": "1",
            "type": [{"code": "BackboneElement"}],
        },
        {
            "id": "Lesion.size.width",
            "path": "Lesion.size.width",
            "min": 0,
            "max": "1",
            "type": [{"code": "Quantity"}],
        },
        derivation="specialization",
        type="Lesion",
    )
    ids = [e["id"] for e in defined(new).structure(OWN + "Lesion")["snapshot"]["element"]]
    assert {"Lesion", "Lesion.meta", "Lesion.size.modifierExtension", "Lesion.size.width"} <= set(ids)


def test_paths_without_end_are_refused():
    path = "Observation" + ".extension" * 200
    with pytest.raises(Problem, match="is not the path of an element"):
        defined(profile("a", HL7 + "Observation", {"id": path, "path": path})).structure("a")


def test_slices_that_multiply_are_refused():
    """Each slice copies its children with all their slices, so nesting them multiplies."""
    elements, path, ident = [], "Observation", "Observation"
    for _ in range(6):
        path, ident = f"{path}.extension", f"{ident}.extension"
        elements += [{"id": f"{ident}:s{n}.extension", "path": f"{path}.extension"} for n in range(40)]
    with pytest.raises(Problem, match="more than"):
        defined(profile("a", HL7 + "Observation", *elements)).structure("a")
