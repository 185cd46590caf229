"""What an expression returns: values with their types and places, whatever the data looks like."""

from decimal import Decimal

import pytest

from conformance.fhirpath import Node, compile  # noqa: A004

OBSERVATION = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "contained": [{"resourceType": "Patient", "id": "p", "gender": "other"}],
    "subject": {"reference": "#p"},
    "valueQuantity": {"value": 1.5, "unit": "mm", "system": "http://unitsofmeasure.org", "code": "mm"},
    "component": [
        {"code": {"text": "a"}, "valueString": "x"},
        {"code": {"text": "b"}, "valueQuantity": {"value": Decimal("2.50"), "unit": "mm"}},
    ],
}
URL = "http://example.org/StructureDefinition/note"
PATIENT = {
    "resourceType": "Patient",
    "_birthDate": {"id": "b", "extension": [{"url": URL, "valueDateTime": "1990-05-01T10:00:00Z"}]},
    "name": [
        {"given": ["Ada", None], "_given": [None, {"extension": [{"url": URL, "valueCode": "masked"}]}]}
    ],
}


def found(expression, resource=OBSERVATION, **given):
    return compile(expression, resource["resourceType"])(resource, **given)


def values(expression, resource=OBSERVATION, **given):
    return [node.value for node in found(expression, resource, **given)]


@pytest.mark.parametrize(
    ("expression", "kind", "path"),
    [
        ("Observation", "Observation", "Observation"),
        ("status", "code", "Observation.status"),
        ("Observation.value", "Quantity", "Observation.value"),
        ("Observation.value.value", "decimal", "Observation.value.value"),
        ("component[1].value", "Quantity", "Observation.component[1].value"),
        ("component[0].value", "string", "Observation.component[0].value"),
        ("component[0]", "BackboneElement", "Observation.component[0]"),
        ("component[1].code.text", "string", "Observation.component[1].code.text"),
        ("contained.gender", "code", "Observation.contained[0].gender"),
        ("subject.resolve()", "Patient", "Observation.contained[0]"),
        ("component.count()", "System.Integer", ""),
        ("id", "id", "Observation.id"),
    ],
)
def test_a_node_has_its_type_and_its_place(expression, kind, path):
    (node,) = found(expression)
    assert (node.type, node.path) == (kind, path)


def test_a_choice_is_found_by_its_stem_and_cut_by_type():
    assert values("component.value.ofType(string)") == ["x"]
    assert values("(component.value as Quantity).unit") == ["mm"]
    assert values("Observation.value is Quantity") == [True]
    assert values("Observation.value is string") == [False]
    assert values("Observation.value.as(string)") == []


def test_floats_and_decimals_are_exact_numbers():
    assert values("Observation.value.value = 1.5") == [True]
    assert values("component[1].value.value = 2.5") == [True]
    assert values("(Observation.value.value + 0.1) = 1.6") == [True]
    assert values("(0.1 + 0.2) = 0.3") == [True]
    assert values("component[1].value.value + 1") == [Decimal("3.50")]


def test_units_are_compared_by_what_they_mean():
    assert values("Observation.value = 0.15 'cm'") == [True]
    assert values("Observation.value < 1 'm'") == [True]
    assert values("Observation.value = 1.5 'kg'") == [False]
    assert values("Observation.value < 1 'kg'") == []
    assert values("1 'd' = 24 'h' and 2 weeks = 14 days and 1 year = 12 months") == [True]
    assert values("1 year = 1 'a'") == []


def test_a_quantity_without_ucum_counts_by_its_unit_and_one_with_comparator_is_none():
    assert values("component[1].value = 2.5 'mm'") == [True]
    below = {**OBSERVATION, "valueQuantity": {**OBSERVATION["valueQuantity"], "comparator": "<"}}
    assert values("Observation.value = 1.5 'mm'", below) == [False]


def test_extensions_of_primitives_are_reached():
    assert values("Patient.birthDate.exists()", PATIENT) == [True]
    assert values("Patient.birthDate.hasValue()", PATIENT) == [False]
    assert values(f"birthDate.extension('{URL}').value", PATIENT) == ["1990-05-01T10:00:00Z"]
    assert values("birthDate.id", PATIENT) == ["b"]
    assert values("name.given", PATIENT) == ["Ada", None]
    assert values("name.given[1].extension.value", PATIENT) == ["masked"]
    assert [n.path for n in found("name.given.extension", PATIENT)] == [
        "Patient.name[0].given[1].extension[0]"
    ]
    assert values("name.given.where(hasValue()).getValue()", PATIENT) == ["Ada"]


def test_a_contained_resource_is_resolved_within_its_own_entry():
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "http://example.org/fhir/Observation/o", "resource": OBSERVATION},
            {
                "fullUrl": "http://example.org/fhir/Patient/q",
                "resource": {"resourceType": "Patient", "id": "q"},
            },
            {"resource": {"resourceType": "Media", "id": "m", "subject": {"reference": "Patient/q"}}},
        ],
    }
    assert values("entry.resource.ofType(Observation).subject.resolve().gender", bundle) == ["other"]
    assert values("entry.resource.ofType(Media).subject.resolve().id", bundle) == ["q"]


def test_resolve_asks_what_it_is_given():
    asked = []

    def resolve(reference):
        asked.append(reference)
        return {"resourceType": "Patient", "id": "9", "active": True}

    media = {"resourceType": "Media", "subject": {"reference": "Patient/9"}}
    assert values("subject.resolve().active", media, resolve=resolve) == [True]
    assert asked == ["Patient/9"]
    assert values("subject.resolve()", media) == []
    assert values("subject.resolve() is Patient", media) == [True]


def test_variables_come_from_outside_and_from_the_resource():
    assert values("%limit > 1 and %names contains 'b'", variables={"limit": 2, "names": ["a", "b"]}) == [True]
    assert values("%resource.id | %context.id | %rootResource.id") == ["o"]
    assert values("%`vs-x` | %ucum") == ["http://hl7.org/fhir/ValueSet/x", "http://unitsofmeasure.org"]
    assert values(
        "%patient.gender", variables={"patient": {"resourceType": "Patient", "gender": "male"}}
    ) == ["male"]
    (gender,) = found("contained.gender")
    assert [n.value["id"] for n in compile("%resource", "code")(gender)] == ["p"]
    assert [n.value["id"] for n in compile("%rootResource", "code")(gender)] == ["o"]
    assert [
        n.value for n in compile("%rootResource.id", "Patient")(OBSERVATION["contained"][0], root=OBSERVATION)
    ] == ["o"]


def test_an_expression_is_evaluated_on_a_node_that_another_one_found():
    component = found("component")[1]
    assert [n.value for n in compile("value.unit", "Observation.component")(component)] == ["mm"]
    assert compile("code.text", component.shape)(component)[0].path == "Observation.component[1].code.text"
    assert (
        compile("$this", "code")(Node("final", "code", "Observation.status"))[0].path == "Observation.status"
    )


def test_a_resource_of_another_type_has_nothing_there():
    assert (
        compile("Observation.status", "Observation")({"resourceType": "Media", "status": "completed"}) == []
    )
    assert compile("Resource.id", "Observation")({"resourceType": "Observation", "id": "o"})[0].value == "o"


def test_a_result_may_be_changed_without_changing_the_next():
    compile("{}", "Observation")(OBSERVATION).append("x")
    compile("1", "Observation")(OBSERVATION).append("x")
    assert values("{}") == []
    assert values("1") == [1]


def test_the_same_expression_is_compiled_once():
    assert compile("Observation.status", "Observation") is compile("Observation.status", "Observation")


@pytest.mark.parametrize(
    "wrong", ["text", 5, True, None, [], [[]], [None, 3], {}, {"value": "x"}, {"extension": 1}]
)
@pytest.mark.parametrize(
    "name", ["valueQuantity", "component", "code", "status", "subject", "contained", "effectiveDateTime"]
)
def test_malformed_data_is_no_crash(name, wrong):
    broken = {"resourceType": "Observation", name: wrong, f"_{name}": wrong}
    for expression in (
        "Observation.value | Observation.component.value",
        "Observation.value = 1 'mm'",
        "Observation.value.value",
        "Observation.code.coding.code",
        "Observation.component.where(code.coding.exists()).value",
        "Observation.subject.where(resolve() is Patient)",
        "Observation.subject.resolve()",
        "Observation.descendants().count()",
        "Observation.effective = @2020",
        "Observation.status.extension",
        "Observation.contained.id",
    ):
        assert isinstance(found(expression, broken), list)
