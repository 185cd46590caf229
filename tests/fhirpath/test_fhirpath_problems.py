"""What an author mistypes is found when it is compiled, with a hint; nothing is answered silently."""

import pytest

from conformance.fhirpath import compile  # noqa: A004
from conformance.problem import Problem


@pytest.mark.parametrize(
    ("expression", "base", "message", "hint"),
    [
        (
            "Observation.stauts",
            "Observation",
            "Observation has no element 'stauts'",
            "did you mean 'status'?",
        ),
        (
            "Observation.valueQuantity.unit",
            "Observation",
            "no element 'valueQuantity'",
            "'value as Quantity'",
        ),
        ("component.code.coding.sytem", "Observation", "Coding has no element 'sytem'", "'system'"),
        ("Bundle.entry.resource.stauts", "Bundle", "no element of FHIR R4 is called 'stauts'", "'status'"),
        ("subject.resolve().nmae", "Observation", "no element of FHIR R4 is called 'nmae'", "'name'"),
        ("value.as(Quantity).low", "Observation", "Quantity has no element 'low'", ""),
        ("value.ofType(Quantiy)", "Observation", "there is no type 'Quantiy'", "'Quantity'"),
        ("value is FHIR.Strin", "Observation", "there is no type 'FHIR.Strin'", "'String'"),
        ("Patient.name", "Observation", "starts from Observation, never from Patient", ""),
        ("where(name.given1 = 'x')", "Patient", "HumanName has no element 'given1'", "'given'"),
        ("name.wher(use = 'x')", "Patient", "there is no function 'wher()'", "'where'"),
        ("name.where()", "Patient", "where() takes 1 argument(s), there are 0", ""),
        ("name.first(1)", "Patient", "first() takes 0 argument(s), there are 1", ""),
        ("code.memberOf('x')", "Observation", "memberOf() is not supported: it needs a terminology", ""),
        ("conformsTo('x')", "Observation", "conformsTo() is not supported: it needs profiles", ""),
        ("value.is(1)", "Observation", "is() takes the name of one type", ""),
        ("status =", "Observation", "something is missing at the end", ""),
        ("status = 'final", "Observation", "nothing in FHIRPath begins with", ""),
        ("(status", "Observation", "expected ')', found the end", ""),
        ("status final", "Observation", "'final' does not belong here", ""),
        ("code..text", "Observation", "expected a name", ""),
        ("", "Observation", "something is missing at the end", ""),
        ("'\\q'", "Observation", "no escape '\\q'", ""),
        ("status", "Observatoin", "no 'Observatoin' to start from", "'Observation'"),
    ],
)
def test_a_mistake_is_refused_when_it_is_compiled(expression, base, message, hint):
    with pytest.raises(Problem) as caught:
        compile(expression, base)
    assert caught.value.code == "fhirpath"
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_the_message_shows_the_expression_and_the_place():
    with pytest.raises(Problem, match=r"FHIRPath `status \| stauts`, character 10: "):
        compile("status | stauts", "Observation")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("name.given.single()", "single() needs one item, there are 2"),
        ("name.exists() and name.given", "'and' needs one item, there are 2"),
        ("birthDate > '1990'", "a date and a System.String have no order"),
        ("gender > 1", "a code and a System.Integer have no order"),
        ("1 + 'a'", "'+' does not apply to an integer and a string"),
        ("birthDate + 1 'mg'", "a date cannot be moved by 'mg'"),
        ("%nothing", "there is no variable '%nothing'"),
        ("%rescource", "there is no variable '%rescource'"),
        ("name.family.matches('(')", "'(' is not a regular expression"),
        ("active.length()", "length() needs a string, there is a boolean"),
        ("name.given.as(string)", "'as' needs one item, there are 2"),
        ("1.0 / 1e", "'e' does not belong here"),
    ],
)
def test_an_error_of_the_evaluation_is_a_problem_that_names_the_expression(expression, message):
    patient = {
        "resourceType": "Patient",
        "active": True,
        "gender": "female",
        "birthDate": "1990-05",
        "name": [{"family": "Example", "given": ["Ada", "Bea"]}],
    }
    with pytest.raises(Problem) as caught:
        compile(expression, "Patient")(patient)
    assert message in caught.value.message
    assert f"FHIRPath `{expression}`" in caught.value.message


def test_a_variable_nearly_named_right_gets_a_hint():
    with pytest.raises(Problem) as caught:
        compile("%rescource", "Patient")({"resourceType": "Patient"})
    assert caught.value.hint == "did you mean 'resource'?"


def test_too_deep_a_nesting_is_refused():
    with pytest.raises(Problem, match="nested too deeply"):
        compile("(" * 5000 + "1" + ")" * 5000, "Patient")


def test_too_large_a_number_is_refused():
    with pytest.raises(Problem, match="beyond what can be computed"):
        compile("value.value.round(3)", "Observation")(
            {"resourceType": "Observation", "valueQuantity": {"value": 1e300}}
        )
