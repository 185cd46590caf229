"""Primitives, values, narratives, extensions, references, Bundles: each rule on its own."""

from decimal import Decimal

import pytest
from profiles_samples import errors, issues, over, profile

from conformance.problem import Problem
from conformance.profiles import UNKNOWN, Policy, Severity, judge, wants
from conformance.profiles.narrative import complaints
from conformance.profiles.primitives import fits

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
URL = "http://tests.example/StructureDefinition/p"
UUID = "urn:uuid:{}0000000-0000-4000-8000-000000000000"


def patient(**more):
    return {"resourceType": "Patient", "text": {"status": "generated", "div": DIV.format("x")}, **more}


# The examples and the rules of R4 datatypes.html: type, lawful values, unlawful values.
PRIMITIVES = {
    "boolean": ([True, False], ["true", 1, None]),
    "integer": ([0, -1, 2**31 - 1, -(2**31)], [2**31, -(2**31) - 1, 1.0, "1", True]),
    "unsignedInt": ([0, 2**31 - 1], [-1]),
    "positiveInt": ([1], [0, -1]),
    "decimal": ([0, 1.5, -2, Decimal("1.50"), 1e10], ["1", True, float("nan"), float("inf")]),
    "string": (["x", "a b", "line\nline", "\u00e4", "tab\t"], ["", 1, "\x00", "\x1f", "\ud800"]),
    "code": (["final", "a b"], ["", " a", "a ", "a  b", "a\tb\n"]),
    "id": (["a", "A-1.b", "x" * 64], ["", "x" * 65, "a_b", "a b", "a\n"]),
    "uri": (["urn:x", "http://a/b", "relative/path"], ["", "a b", "urn:uuid:7", "urn:oid:1.x"]),
    "oid": (["urn:oid:1.2.3", "urn:oid:2.16.840"], ["1.2.3", "urn:oid:3.1", "urn:oid:1.02"]),
    "uuid": (
        ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
        ["c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"],
    ),
    "date": (
        ["2018", "1973-06", "1905-08-23", "2020-02-29"],
        ["2019-02-29", "18", "2018-13", "2018-00-01", "2018-1", "0000", "0000-01-01"],
    ),
    "dateTime": (
        ["2018", "2015-02-07T13:28:17-05:00", "2017-01-01T00:00:00.000Z", "2016-12-31T23:59:60Z"],
        ["2017-01-01T00:00:00", "2017-01-01T24:00:00Z", "2017-01-01T10:00Z", "2017-04-31", "0000"],
    ),
    "instant": (["2015-02-07T13:28:17.239+02:00"], ["2015-02-07", "2015-02-07T13:28Z"]),
    "time": (["10:00:00", "23:59:59.999"], ["24:00:00", "10:00", "10:00:00Z"]),
    "base64Binary": (["YQ==", "YWJj", "YW\nJj"], ["", "YQ", "Y===", "YQ==YQ==", "Y\u00c4=="]),
}  # fmt: skip


@pytest.mark.parametrize("type_", PRIMITIVES)
def test_a_primitive_is_written_as_its_type_says(type_):
    lawful, unlawful = PRIMITIVES[type_]
    assert [value for value in lawful if not fits(type_)(value)] == []
    assert [value for value in unlawful if fits(type_)(value)] == []


def test_a_long_value_takes_no_longer_than_its_length():
    assert not fits("base64Binary")("YWJj " * 200_000 + "!")
    assert not fits("code")("a " * 200_000 + " ")
    assert not fits("oid")("urn:oid:1" + ".1" * 200_000 + ".")


def element(path, **more):
    return {"id": path, "path": path, **more}


def found(resource, *elements, **options):
    definitions = over(profile(resource["resourceType"], *elements))
    return errors(resource, URL, known=definitions, **options)


def test_a_fixed_value_is_nothing_more_and_a_pattern_nothing_less():
    fixed = element("Patient.maritalStatus", fixedCodeableConcept={"text": "M"})
    pattern = element("Patient.maritalStatus", patternCodeableConcept={"text": "M"})
    more = patient(maritalStatus={"text": "M", "coding": [{"code": "M", "system": "urn:x"}]})
    assert found(more, fixed) == [("Patient.maritalStatus.coding", "value")]
    assert found(more, pattern) == []
    assert found(patient(maritalStatus={"text": "S"}), pattern) == [("Patient.maritalStatus.text", "value")]


def test_an_item_of_a_pattern_may_stand_anywhere():
    pattern = element(
        "Patient.maritalStatus", patternCodeableConcept={"coding": [{"system": "urn:x", "code": "M"}]}
    )
    first = {"system": "urn:y", "code": "M"}
    assert found(patient(maritalStatus={"coding": [first, {"system": "urn:x", "code": "M"}]}), pattern) == []
    assert found(patient(maritalStatus={"coding": [first]}), pattern) == [
        ("Patient.maritalStatus.coding", "value")
    ]


@pytest.mark.parametrize(
    ("value", "code", "lawful"),
    [(1, "kg", True), (999, "g", False), (1000, "g", True), ("1.0", "kg", True), (1, "m", True)],
)
def test_a_least_quantity_holds_in_every_unit_and_says_nothing_of_others(value, code, lawful):
    ucum = "http://unitsofmeasure.org"
    least = element(
        "Observation.value[x]",
        type=[{"code": "Quantity"}],
        minValueQuantity={"value": 1, "system": ucum, "code": "kg"},
    )
    resource = {
        "resourceType": "Observation",
        "text": {"status": "generated", "div": DIV.format("x")},
        "status": "final",
        "code": {"text": "x"},
        "valueQuantity": {"value": Decimal(value), "system": ucum, "code": code},
    }
    assert (found(resource, least) == []) == lawful


def test_texts_and_dates_have_bounds_too():
    longest = element("Patient.language", maxLength=2)
    assert found(patient(language="en-GB"), longest) == [("Patient.language", "value")]
    latest = element("Patient.birthDate", maxValueDate="2020-01-01")
    assert found(patient(birthDate="2020-01-02"), latest) == [("Patient.birthDate", "value")]
    assert found(patient(birthDate="2020"), latest) == []


def test_what_a_profile_prohibits_is_found():
    none = element("Patient.photo", max="0")
    assert found(patient(photo=[{"title": "x"}]), none) == [("Patient.photo", "structure")]


def test_a_primitive_is_present_by_its_extension_alone():
    needed = element("Patient.birthDate", min=1)
    absent = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
        ]
    }
    assert found(patient(), needed) == [("Patient", "required")]
    assert found(patient(_birthDate=absent), needed) == []
    assert found(patient(_birthDate={"id": "x"}), needed) == [("Patient.birthDate", "invariant")]
    assert found(patient(_birthDate={"value": "x"}), needed) == [("Patient.birthDate", "structure")]


def test_a_choice_is_made_once_even_where_an_extension_makes_it():
    absent = {"extension": [{"url": "http://e.example/x", "valueCode": "y"}]}
    assert errors(patient(deceasedBoolean=True, _deceasedBoolean=absent)) == []
    assert errors(patient(deceasedBoolean=True, _deceasedDateTime=absent)) == [("Patient", "structure")]
    assert errors(patient(_deceasedBoolean=absent, _deceasedDateTime=absent)) == [("Patient", "structure")]


# R4 Period.end: "the high value includes any matching date/time".
PERIODS = [
    ("2020", "2020", True),
    ("2020-05-01T10:00:00Z", "2020-05-01", True),
    ("2020-05", "2020", True),
    ("2020", "2020-05", False),  # as HL7's validator has it
    ("2021", "2020-05", False),
    ("2020-05-02T10:00:00Z", "2020-05-01", False),
    ("2020-05-02T10:00:00Z", "2020-05-02T09:00:00Z", False),
]


@pytest.mark.parametrize(("start", "end", "fine"), PERIODS)
def test_a_period_ends_with_all_that_its_end_covers(start, end, fine):
    found = errors(patient(address=[{"city": "X", "period": {"start": start, "end": end}}]))
    assert found == ([] if fine else [("Patient.address[0].period", "invariant")])


def test_nulls_keep_the_places_of_primitives_that_have_extensions():
    note = {"extension": [{"url": "http://e.example/x", "valueCode": "y"}]}
    assert errors(patient(name=[{"given": ["Ada", None], "_given": [None, note]}])) == []
    assert errors(patient(name=[{"given": ["Ada", None]}])) == [("Patient.name[0]", "structure")]
    assert errors(patient(name=[{"_given": [note]}])) == []


@pytest.mark.parametrize(
    ("div", "fine"),
    [
        (DIV.format("text"), True),
        (DIV.format('<p style="color: red">x<br/><img src="#a"/></p>'), True),
        (DIV.format('<a href="https://x.example">x</a>'), True),
        (DIV.format("&amp; &#160; &lt;"), True),
        (DIV.format("<!-- fine --> x"), True),
        (DIV.format("&nbsp;"), False),
        (DIV.format(" "), False),
        (DIV.format("<script>x</script>"), False),
        (DIV.format('<p onclick="x()">x</p>'), False),
        (DIV.format('<a href="JavaScript:x()">x</a>'), False),
        (DIV.format("<form>x</form>"), False),
        (DIV.format("<p>x"), False),
        ("<p xmlns='http://www.w3.org/1999/xhtml'>x</p>", False),
        ("<div>x</div>", False),
        ('<!DOCTYPE div [<!ENTITY e "x">]>' + DIV.format("&e;"), False),
        (DIV.format("<?php x ?>x"), False),
        ("text", False),
    ],
)
def test_a_narrative_is_safe_and_says_something(div, fine):
    assert (complaints(div) == []) == fine


BIRTH_TIME = {
    "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
    "valueDateTime": "1980-01-01T10:00:00Z",
}


def test_a_known_extension_is_judged_by_its_definition_and_where_it_stands():
    assert errors(patient(birthDate="1980-01-01", _birthDate={"extension": [BIRTH_TIME]})) == []
    wrong = {**BIRTH_TIME, "valueDateTime": "morning"}
    assert errors(patient(_birthDate={"extension": [wrong]})) == [
        ("Patient.birthDate.extension[0].value", "value")
    ]
    of_type = {"url": BIRTH_TIME["url"], "valueString": "10:00"}
    assert ("Patient.birthDate.extension[0].value", "structure") in errors(
        patient(_birthDate={"extension": [of_type]})
    )
    assert errors(patient(extension=[BIRTH_TIME])) == [("Patient.extension[0]", "extension")]
    assert errors(patient(modifierExtension=[BIRTH_TIME])) == [
        ("Patient.modifierExtension[0]", "extension"),
        ("Patient.modifierExtension[0]", "extension"),
    ]


def test_an_unknown_extension_is_lawful_unless_it_is_said_otherwise():
    resource = patient(extension=[{"url": "http://e.example/x", "valueCode": "y"}])
    (issue,) = issues(resource)
    assert (issue.severity, issue.code, issue.at) == ("information", "extension", "Patient.extension[0]")
    strict = Policy(unknown_extension=Severity.ERROR)
    assert errors(resource, policy=strict) == [("Patient.extension[0]", "extension")]
    (modifier,) = issues(patient(modifierExtension=resource["extension"]))
    assert modifier.severity == "warning"
    assert errors(patient(extension=[{"url": "x", "valueCode": "y"}])) == [("Patient.extension[0]", "value")]


def observation(**more):
    return {
        "resourceType": "Observation",
        "text": {"status": "generated", "div": DIV.format("x")},
        "status": "final",
        "code": {"text": "x"},
        **more,
    }


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"resourceType": "Patient"}, []),
        ({"resourceType": "Organization"}, [("Observation.subject", "structure")]),
        (None, []),
        (UNKNOWN, []),
    ],
)
def test_what_an_opaque_reference_leads_to_is_known_by_reading_it(target, expected):
    resource = observation(subject={"reference": "urn:uuid:9b2c"})
    assert wants(resource, [], over()) == ["urn:uuid:9b2c"]
    assert errors(resource, resolve=lambda _: target) == expected


def test_a_reference_may_state_its_type():
    assert errors(observation(subject={"type": "Patient", "identifier": {"value": "1"}})) == []
    assert errors(observation(subject={"type": "Organization", "identifier": {"value": "1"}})) == [
        ("Observation.subject", "structure")
    ]
    assert errors(observation(subject={"type": "patient", "display": "Ada"})) == [
        ("Observation.subject", "structure")
    ]


def bundle(type_, *entries, **more):
    made = [{"fullUrl": url, "resource": resource} for url, resource in entries]
    return {"resourceType": "Bundle", "type": type_, "entry": made, **more}


def test_a_reference_in_a_bundle_leads_to_an_entry():
    base = "http://s.example/fhir"
    group = {"resourceType": "Practitioner", "id": "1", "text": patient()["text"]}
    opaque = bundle(
        "collection",
        (UUID.format("a"), observation(subject={"reference": UUID.format("b")})),
        (UUID.format("b"), group),
    )
    assert errors(opaque) == [("Bundle.entry[0].resource.subject", "structure")]
    relative = bundle(
        "collection",
        (f"{base}/Observation/o", observation(id="o", subject={"reference": "Patient/1"})),
    )
    strict = Policy(missing_target=Severity.ERROR)
    assert errors(relative) == []
    assert errors(relative, policy=strict) == [("Bundle.entry[0].resource.subject", "not-found")]


def test_a_target_has_to_fit_the_profile_that_a_reference_asks_for():
    named = profile("Patient", element("Patient.name", min=1), name="named")
    asking = profile(
        "Observation",
        element("Observation.subject", type=[{"code": "Reference", "targetProfile": [named["url"]]}]),
    )
    definitions = over(named, asking)
    resource = observation(subject={"reference": "Patient/1"})
    assert wants(resource, [URL], definitions) == ["Patient/1"]

    def errors_with(target):
        return errors(resource, URL, known=definitions, resolve=lambda _: target)

    assert errors_with(patient(name=[{"text": "Ada"}])) == []
    assert errors_with(patient()) == [("Observation.subject", "structure")]
    assert errors_with(UNKNOWN) == []


def test_profiles_that_lead_to_each_other_come_to_an_end():
    person = profile(
        "Patient",
        element("Patient.link", min=1),
        element("Patient.link.other", type=[{"code": "Reference", "targetProfile": [URL]}]),
    )
    one = patient(id="1", link=[{"other": {"reference": "Patient/2"}, "type": "seealso"}])
    two = patient(id="2", link=[{"other": {"reference": "Patient/1"}, "type": "seealso"}])
    both = {"Patient/1": one, "Patient/2": two}
    assert errors(one, URL, known=over(person), resolve=both.get) == []


def test_bundles_name_their_entries_and_link_once():
    base = "http://s.example/fhir/Patient"
    assert errors(bundle("collection", (f"{base}/1", patient(id="1")))) == []
    assert errors(bundle("collection", (f"{base}/2", patient(id="1")))) == [("Bundle.entry[0]", "value")]
    assert errors(bundle("collection", ("Patient/1", patient(id="1")))) == [("Bundle.entry[0]", "value")]
    link = {"relation": "self", "url": "http://s.example/fhir/Patient"}
    assert errors(bundle("searchset", link=[link, link])) == [
        ("Bundle.entry", "structure"),
        ("Bundle.link[1]", "structure"),
    ]


def test_a_document_leads_to_each_of_its_entries():
    composition = {
        "resourceType": "Composition",
        "text": patient()["text"],
        "status": "final",
        "type": {"text": "x"},
        "subject": {"reference": UUID.format("b")},
        "date": "2026-01-01",
        "author": [{"display": "x"}],
        "title": "x",
    }
    entries = [(UUID.format("a"), composition), (UUID.format("b"), patient()), (UUID.format("c"), patient())]
    named = {"identifier": {"system": "urn:x", "value": "1"}, "timestamp": "2026-01-01T10:00:00Z"}
    assert errors(bundle("document", *entries[:2], **named)) == []
    assert errors(bundle("document", *entries, **named)) == [("Bundle.entry[2]", "structure")]


def test_an_attachment_states_the_size_of_its_data():
    photo = {"contentType": "text/plain", "data": "YWJj", "size": 3}
    assert errors(patient(photo=[photo])) == []
    assert errors(patient(photo=[{**photo, "size": 4}])) == [("Patient.photo[0]", "structure")]


def test_a_coding_names_a_code_system():
    def coded(system):
        return patient(maritalStatus={"coding": [{"system": system, "code": "x"}]})

    assert errors(coded("http://e.example/codes")) == []
    assert errors(coded("codes")) == [("Patient.maritalStatus.coding[0].system", "value")]
    assert errors(coded("http://hl7.org/fhir/ValueSet/marital-status")) == [
        ("Patient.maritalStatus.coding[0].system", "value")
    ]


def test_bindings_differ_in_strength():
    system = "http://e.example/codes"
    resource = patient(gender="male", maritalStatus={"coding": [{"system": system, "code": "x"}]})
    graded = {(i.at, i.severity) for i in issues(resource) if i.code == "code-invalid"}
    assert graded == {("Patient.maritalStatus", "warning")}
    assert errors(patient(gender="m")) == [("Patient.gender", "code-invalid")]


@pytest.mark.parametrize(
    ("format_", "lawful"), [("application/fhir+json", True), ("json", True), ("JSON!", False)]
)
def test_a_format_may_be_named_in_short(format_, lawful):
    statement = {
        "resourceType": "CapabilityStatement",
        "text": patient()["text"],
        "status": "active",
        "date": "2026-01-01",
        "kind": "requirements",
        "description": "x",
        "rest": [{"mode": "server"}],
        "fhirVersion": "4.0.1",
        "format": [format_],
    }
    assert errors(statement) == ([] if lawful else [("CapabilityStatement.format[0]", "code-invalid")])


@pytest.mark.parametrize(
    ("ways", "reference", "lawful"),
    [
        (["contained"], "#o", True),
        (["contained"], "Organization/1", False),
        (["referenced"], "Organization/1", True),
        (["referenced", "bundled"], "#o", False),
    ],
)
def test_a_target_may_have_to_be_contained_or_not(ways, reference, lawful):
    target = {"code": "Reference", "aggregation": ways}
    rule = element("Patient.managingOrganization", type=[target])
    contained = [{"resourceType": "Organization", "id": "o", "name": "O"}]
    more = {"generalPractitioner": [{"reference": "#o"}], "managingOrganization": {"reference": reference}}
    resource = patient(contained=contained, **more)
    assert found(resource, rule) == ([] if lawful else [("Patient.managingOrganization", "structure")])


def test_a_profile_that_nobody_has_is_the_callers_mistake_or_a_claim_that_cannot_be_judged():
    with pytest.raises(Problem, match="not at hand"):
        judge(patient(), ["http://e.example/none"], over())
    (issue,) = issues(patient(meta={"profile": ["http://e.example/none"]}))
    assert (issue.severity, issue.code) == ("warning", "not-found")


def test_a_profile_is_about_its_own_type():
    other = profile("Observation")
    assert errors(patient(), URL, known=over(other)) == [("Patient", "structure")]
