"""Every search expression of R4 compiles, and those in use find what another implementation finds."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

fhirpathpy = pytest.importorskip("fhirpathpy")
from fhirpathpy.models import models  # noqa: E402 - behind the skip

from conformance.definitions import r4  # noqa: E402
from conformance.fhirpath import compile  # noqa: A004, E402

SAMPLES = json.loads(
    (Path(__file__).parent / "samples.json").read_text(encoding="utf-8"), parse_float=Decimal
)
TYPES = sorted({sample["resourceType"] for sample in SAMPLES})


def expressions(name):
    return sorted({p.expression for p in r4.parameters(name).values() if p.expression})


@pytest.mark.parametrize("name", sorted(r4.resource_types()))
def test_every_search_expression_compiles(name):
    compiled = [compile(expression, name) for expression in expressions(name)]
    assert len(compiled) >= 6  # the parameters that all resources share
    for parameter in r4.parameters(name).values():
        for component in parameter.components:
            assert compile(parameter.expression, name).expression
            assert component.expression


@pytest.mark.parametrize("name", sorted(r4.resource_types()))
def test_every_component_compiles_from_what_its_composite_finds(name):
    composites = [p for p in r4.parameters(name).values() if p.components]
    for parameter in composites:
        bases = [part.strip() for part in parameter.expression.split("|")]
        for component in parameter.components:
            for base in bases:
                assert compile(component.expression, base).base == base


def for_them(expression, name):
    """Respell what fhirpathpy does not know: a path from `Resource`, and `as` on several items."""
    spelt = re.sub(r"\((\S+) as (\w+)\)", r"\1.ofType(\2)", expression)
    return re.sub(r"^Resource\.", f"{name}.", spelt)


@pytest.mark.parametrize("name", TYPES)
def test_another_implementation_finds_the_same(name):
    # fhirpathpy has no resolve(): the expressions with it are tested by hand below.
    wanted = [e for e in expressions(name) if "resolve()" not in e]
    for sample in (s for s in SAMPLES if s["resourceType"] == name):
        for expression in wanted:
            theirs = fhirpathpy.evaluate(sample, for_them(expression, name), {}, models["r4"])
            ours = [node.value for node in compile(expression, name)(sample)]
            assert ours == theirs, expression


def test_the_samples_reach_most_expressions():
    found = {
        (sample["resourceType"], expression)
        for sample in SAMPLES
        for expression in expressions(sample["resourceType"])
        if compile(expression, sample["resourceType"])(sample)
    }
    assert len(found) > 100


def values(expression, identifier, **given):
    sample = next(s for s in SAMPLES if s["id"] == identifier)
    return [node.value for node in compile(expression, sample["resourceType"])(sample, **given)]


def test_a_reference_is_a_patient_by_its_spelling():
    assert values("Observation.subject.where(resolve() is Patient)", "lesion-1") == [
        {"reference": "Patient/ada"}
    ]
    assert values("DocumentReference.subject.where(resolve() is Patient)", "doc") == [
        {"reference": "http://example.org/fhir/Patient/ada"}
    ]
    assert values("ImagingStudy.subject.where(resolve() is Patient)", "study") == []
    assert values("Provenance.target.where(resolve() is Patient)", "prov") == [{"reference": "Patient/ada"}]


def test_a_reference_without_spelling_is_a_patient_by_its_stated_type():
    assert [v["type"] for v in values("Media.subject.where(resolve() is Patient)", "photo")] == ["Patient"]
    assert values("Media.subject.where(resolve() is Group)", "photo") == []


def test_a_reference_that_says_nothing_is_resolved():
    urn = "urn:uuid:00000000-0000-4000-8000-000000000001"
    media = {"resourceType": "Media", "subject": {"reference": urn}}
    is_patient = compile("Media.subject.where(resolve() is Patient)", "Media")
    assert is_patient(media) == []
    assert len(is_patient(media, resolve={urn: {"resourceType": "Patient"}}.get)) == 1
    assert is_patient(media, resolve={urn: {"resourceType": "Group"}}.get) == []


def test_the_parts_of_a_composite_are_found_below_each_item():
    composite = r4.parameter("Observation", "combo-code-value-quantity")
    lesion = SAMPLES[0]
    code, quantity = composite.components
    found = [
        ([n.value["text"] for n in compile(code.expression, item.shape)(item)],
         [n.value["value"] for n in compile(quantity.expression, item.shape)(item)])
        for item in compile(composite.expression, "Observation")(lesion)
    ]  # fmt: skip
    assert found == [(["lesion"], []), (["diameter"], [4.5]), (["colour"], []), (["depth"], [])]
