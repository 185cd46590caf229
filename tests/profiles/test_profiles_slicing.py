"""Slices are told apart, counted and judged as R4 profiling.html says."""

import pytest
from profiles_samples import errors, issues, over, profile

from conformance.profiles import UNKNOWN, wants

URL = "http://tests.example/StructureDefinition/p"
NARRATED = {"text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}}


def sliced(path, *discriminators, rules="open", ordered=False):
    stated = [{"type": kind, "path": where} for kind, where in discriminators]
    return {
        "id": path,
        "path": path,
        "slicing": {"discriminator": stated, "rules": rules, "ordered": ordered},
    }


def slice_(path, name, **more):
    return {"id": f"{path}:{name}", "path": path, "sliceName": name, **more}


def below(path, name, rest, **more):
    return {"id": f"{path}:{name}.{rest}", "path": f"{path}.{rest}", **more}


def patient(*identifiers, **more):
    return {"resourceType": "Patient", **NARRATED, "identifier": list(identifiers), **more}


def found(resource, *elements, others=(), **options):
    definitions = over(profile(resource["resourceType"], *elements), *others)
    return errors(resource, URL, known=definitions, **options)


MRN = {"system": "http://h.example/mrn", "value": "1"}
PASS = {"system": "http://h.example/pass", "value": "2"}
OTHER = {"system": "http://h.example/other", "value": "3"}
PATH = "Patient.identifier"


def by_system(rules="open", *, ordered=False, least=0):
    return (
        sliced(PATH, ("value", "system"), rules=rules, ordered=ordered),
        slice_(PATH, "mrn", min=least, max="1"),
        below(PATH, "mrn", "system", min=1, fixedUri=MRN["system"]),
        slice_(PATH, "pass", max="1"),
        below(PATH, "pass", "system", min=1, fixedUri=PASS["system"]),
        below(PATH, "pass", "period", min=1),
    )


@pytest.mark.parametrize(
    ("elements", "identifiers", "expected"),
    [
        (by_system(), [OTHER, MRN], []),
        (by_system(), [MRN, MRN], [("Patient", "structure")]),
        (by_system(least=1), [OTHER], [("Patient", "required")]),
        (by_system(), [MRN, PASS], [("Patient.identifier[1]", "required")]),
        (by_system("closed"), [MRN, OTHER], [("Patient.identifier[1]", "structure")]),
        (by_system("openAtEnd"), [MRN, OTHER], []),
        (by_system("openAtEnd"), [OTHER, MRN], [("Patient.identifier[0]", "structure")]),
        (by_system(ordered=True), [MRN, {**PASS, "period": {"start": "2020"}}], []),
        (
            by_system(ordered=True),
            [{**PASS, "period": {"start": "2020"}}, MRN],
            [("Patient.identifier[1]", "structure")],
        ),
    ],
)
def test_slices_by_value(elements, identifiers, expected):
    assert found(patient(*identifiers), *elements) == expected


def test_a_slice_is_missing_although_the_whole_array_is():
    assert found({"resourceType": "Patient", **NARRATED}, *by_system(least=1)) == [("Patient", "required")]


def test_slices_by_existence():
    elements = (
        sliced(PATH, ("exists", "period")),
        slice_(PATH, "dated"),
        below(PATH, "dated", "period", min=1),
        below(PATH, "dated", "system", min=1),
        slice_(PATH, "undated", max="1"),
        below(PATH, "undated", "period", max="0"),
    )
    dated = {"value": "x", "period": {"start": "2020"}}
    assert found(patient(dated, MRN, OTHER), *elements) == [
        ("Patient", "structure"),
        ("Patient.identifier[0]", "required"),
    ]


def test_slices_by_type_of_a_choice():
    path = "Observation.value[x]"
    elements = (
        sliced(path, ("type", "$this"), rules="closed"),
        slice_(path, "valueQuantity", type=[{"code": "Quantity"}]),
        below(path, "valueQuantity", "system", min=1),
    )
    base = {"resourceType": "Observation", **NARRATED, "status": "final", "code": {"text": "x"}}
    assert found({**base, "valueQuantity": {"value": 1}}, *elements) == [("Observation.value", "required")]
    assert found({**base, "valueString": "x"}, *elements) == [("Observation.value", "structure")]


def test_slices_by_type_of_what_a_reference_leads_to():
    path = "Observation.performer"
    elements = (
        sliced(path, ("type", "resolve()")),
        slice_(
            path,
            "organisation",
            min=1,
            type=[
                {
                    "code": "Reference",
                    "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"],
                }
            ],
        ),
    )
    base = {"resourceType": "Observation", **NARRATED, "status": "final", "code": {"text": "x"}}
    spelt = {**base, "performer": [{"reference": "Organization/1"}]}
    other = {**base, "performer": [{"reference": "Patient/1"}]}
    opaque = {**base, "performer": [{"reference": "urn:uuid:0b2d"}]}
    assert found(spelt, *elements) == []
    assert found(other, *elements) == [("Observation", "required")]
    assert found(opaque, *elements) == []
    assert found(opaque, *elements, resolve=lambda _: {"resourceType": "Organization"}) == []
    assert found(opaque, *elements, resolve=lambda _: {"resourceType": "Patient"}) == [
        ("Observation", "required")
    ]
    definitions = over(profile("Observation", *elements))
    assert wants(opaque, [URL], definitions) == ["urn:uuid:0b2d"]
    assert wants(spelt, [URL], definitions) == []


def test_slices_by_profile():
    named = profile("Patient", {"id": "Patient.name", "path": "Patient.name", "min": 1}, name="named")
    path = "Bundle.entry"
    elements = (
        sliced(path, ("profile", "resource")),
        slice_(path, "named", min=1),
        below(path, "named", "resource", type=[{"code": "Patient", "profile": [named["url"]]}]),
    )

    def bundle(resource):
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]}

    assert found(bundle(patient(MRN, name=[{"text": "Ada"}])), *elements, others=[named]) == []
    assert found(bundle(patient(MRN)), *elements, others=[named]) == [("Bundle", "required")]


def test_slices_by_the_value_of_an_extension():
    path = "Patient.contact"
    rank = "http://tests.example/StructureDefinition/rank"
    elements = (
        sliced(path, ("value", f"extension('{rank}').value")),
        slice_(path, "first", max="1"),
        {
            "id": f"{path}:first.extension",
            "path": f"{path}.extension",
            "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"},
        },
        {
            "id": f"{path}:first.extension:rank",
            "path": f"{path}.extension",
            "sliceName": "rank",
            "min": 1,
            "type": [{"code": "Extension", "profile": [rank]}],
        },
        {
            "id": f"{path}:first.extension:rank.value[x]",
            "path": f"{path}.extension.value[x]",
            "fixedInteger": 1,
        },
    )
    extension = profile(
        "Extension",
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": rank},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "type": [{"code": "integer"}]},
        name="rank",
    )

    def contact(number):
        return {"name": {"text": "x"}, "extension": [{"url": rank, "valueInteger": number}]}

    one, two = patient(contact=[contact(1), contact(2)]), patient(contact=[contact(1), contact(1)])
    for each in (one, two):
        del each["identifier"]
    assert found(one, *elements, others=[extension]) == []
    assert found(two, *elements, others=[extension]) == [("Patient", "structure")]


def test_slices_of_slices():
    elements = (
        sliced(PATH, ("value", "use")),
        slice_(
            PATH,
            "official",
            slicing={"discriminator": [{"type": "value", "path": "system"}], "rules": "open"},
        ),
        below(PATH, "official", "use", min=1, fixedCode="official"),
        slice_(PATH, "official/mrn", max="1"),
        below(PATH, "official/mrn", "system", min=1, fixedUri=MRN["system"]),
        below(PATH, "official/mrn", "period", min=1),
    )
    official = {**MRN, "use": "official"}
    assert found(patient(MRN, MRN), *elements) == []
    assert found(patient(official), *elements) == [("Patient.identifier[0]", "required")]
    dated = {**official, "period": {"start": "2020"}}
    assert found(patient(dated, dated), *elements) == [("Patient", "structure")]


def test_the_default_slice_is_for_all_others():
    elements = (
        sliced(PATH, ("value", "system"), rules="closed"),
        slice_(PATH, "mrn"),
        below(PATH, "mrn", "system", min=1, fixedUri=MRN["system"]),
        slice_(PATH, "@default"),
        below(PATH, "@default", "period", min=1),
    )
    assert found(patient(MRN, OTHER), *elements) == [("Patient.identifier[1]", "required")]


def test_slices_that_cannot_be_told_apart_are_no_error():
    elements = (
        sliced("Patient.generalPractitioner", ("profile", "resolve()"), rules="closed"),
        slice_(
            "Patient.generalPractitioner",
            "known",
            min=1,
            type=[
                {
                    "code": "Reference",
                    "targetProfile": ["http://tests.example/StructureDefinition/not-at-hand"],
                }
            ],
        ),
    )
    resource = patient(MRN, generalPractitioner=[{"reference": "Practitioner/1"}])
    definitions = over(profile("Patient", *elements))
    judged = issues(resource, URL, known=definitions, resolve=lambda _: UNKNOWN)
    assert [issue for issue in judged if issue.severity == "error"] == []
    assert "not-supported" in {issue.code for issue in judged}
