"""Every type of parameter beyond the fifty cases: tokens, references, numbers, quantities, texts, uris."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conformance.search import Answer, World, answer, term

M, N, C = Answer.MUST, Answer.NOT, Answer.CHOICE
BASE = "http://s/fhir"
WORLD = World(base=BASE)
UCUM = "http://unitsofmeasure.org"


def said(resource, name, value, world=WORLD):
    return term(resource["resourceType"], name, value, resource, world).answer


def resource(type_, **elements):
    return {"resourceType": type_, "id": "r1", **elements}


def rows(table):
    return pytest.mark.parametrize(("name", "value", "expected"), table, ids=str)


CODED = resource(
    "Observation",
    status="final",
    code={
        "coding": [{"system": "http://a", "code": "x", "display": "Pigmented lesion"}],
        "text": "A dark spot",
    },
    identifier=[{"system": "http://ids", "value": "7", "type": {"coding": [{"system": "t", "code": "MR"}]}}],
)


@rows(
    [
        ("status", "final", M),
        ("status", "amended", N),
        ("status", "FINAL", C),
        ("status", "http://hl7.org/fhir/observation-status|final", C),
        ("status", "http://hl7.org/fhir/observation-status|amended", N),
        ("status", "|final", C),
        ("status", "amended,final", M),
        ("status:not", "final", N),
        ("status:not", "amended", M),
        ("status:missing", "false", M),
        ("status:missing", "true", N),
        ("status:missing", "maybe", C),
        ("code", "http://a|x", M),
        ("code", "http://a/|x", N),
        ("code", "https://a|x", N),
        ("code", "http://a|", M),
        ("code", "http://b|", N),
        ("code", "|", C),
        ("code", "a|b|c", C),
        ("code", r"x\x", C),
        ("code:text", "pigmented", M),
        ("code:text", "a dark", M),
        ("code:text", "lesion", C),
        ("code:text", "psoriasis", N),
        ("code:in", "http://valueset", C),
        ("code:below", "http://a|x", M),
        ("code:below", "http://a|y", C),
        ("code:above", "http://a|x", M),
        ("identifier", "http://ids|7", M),
        ("identifier", "7", M),
        ("identifier", "|7", N),
        ("identifier", "http://ids|8", N),
        ("identifier:of-type", "t|MR|7", M),
        ("identifier:of-type", "t|MR|8", N),
        ("identifier:of-type", "t|SS|7", N),
        ("identifier:of-type", "MR|7", C),
        ("_id", "r1", M),
        ("_id", "R1", N),
        ("_id", "r2,r1", M),
        ("_id", "|r1", C),
    ]
)
def test_tokens(name, value, expected):
    assert said(CODED, name, value) is expected


def test_an_absent_boolean_is_not_false():
    assert said(resource("Patient"), "active", "false") is N
    assert said(resource("Patient", active=False), "active", "false") is M
    assert said(resource("Patient", active=False), "active", "true") is N
    assert said(resource("Patient", active=False), "active", "0") is C


@rows(
    [
        ("phone", "555 12-34", M),
        ("phone", "5551234", C),
        ("phone", "1234", C),
        ("phone", "9999", N),
        ("email", "eva@example.org", M),
        ("email", "555 12-34", N),
        ("telecom", "eva@example.org", M),
    ]
)
def test_contact_points(name, value, expected):
    telecom = [{"system": "phone", "value": "555 12-34"}, {"system": "email", "value": "eva@example.org"}]
    assert said(resource("Patient", telecom=telecom), name, value) is expected


@pytest.mark.parametrize(
    ("elements", "value", "expected"),
    [
        ({"deceasedBoolean": True}, "true", M),
        ({"deceasedBoolean": False}, "false", M),
        ({"deceasedBoolean": False}, "true", N),
        ({"deceasedDateTime": "2020"}, "true", M),
        ({"deceasedDateTime": "2020"}, "false", N),
        ({}, "true", N),
        ({}, "false", C),
        ({"_deceasedDateTime": {"extension": [{"url": "http://e/why", "valueCode": "unknown"}]}}, "true", C),
        ({"_deceasedDateTime": {"extension": [{"url": "http://e/why", "valueCode": "unknown"}]}}, "false", C),
    ],
)
def test_deceased_is_true_for_a_date_and_open_for_nothing(elements, value, expected):
    assert said(resource("Patient", **elements), "deceased", value) is expected


STUDY = resource("ImagingStudy", series=[{"uid": "1.2.3", "instance": [{"uid": "1.2.3.4"}]}])


@rows(
    [("series", "1.2.3", M), ("series", "1.2", N), ("instance", "1.2.3.4", M), ("series", "urn:oid:1.2.3", C)]
)
def test_dicom_uids_are_plain_tokens(name, value, expected):
    assert said(STUDY, name, value) is expected


def test_a_value_with_an_extension_alone_is_missing():
    unknown = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason"}]}
    absent = resource("Patient", _gender=unknown)
    assert said(absent, "gender:missing", "true") is M
    assert said(absent, "gender", "female") is N


def test_a_text_in_the_place_of_a_date_may_count_as_missing():
    given = resource("Immunization", occurrenceString="in the spring")
    assert said(given, "date:missing", "true") is C
    assert said(given, "date:missing", "false") is C


def test_one_of_several_values_may_be_enough_to_differ():
    twice = resource("Immunization", reaction=[{"date": "2020-01-01"}, {"date": "2021-01-01"}])
    assert said(twice, "reaction-date", "ne2020") is C
    assert said(twice, "reaction-date", "ne2019") is M


def derived(*references, **more):
    return resource("Observation", derivedFrom=[{"reference": one} for one in references], **more)


@pytest.mark.parametrize(
    ("stored", "value", "expected"),
    [
        ("Media/5", "Media/5,Media/6", M),
        ("Media/5", "Media/6", N),
        ("Media/5", "DocumentReference/5", N),
        ("Media/5", "https://s/fhir/Media/5", C),  # the schemes differ
        ("Media/5", "http://s:8080/fhir/Media/5", N),
        ("https://other/fhir/Media/5", "https://other/fhir/Media/5", M),
        ("https://other/fhir/Media/5", "http://other/fhir/Media/5", C),
        ("https://other/fhir/Media/5", "5", N),
        ("Media/5/_history/3", "Media/5", C),
        ("Media/5/_history/3", "5", C),
        ("Media/5", "Media/5/_history/3", C),
        ("Media/5/_history/3", "Media/6", N),
        ("https://pictures.example.org/5.jpg", "https://pictures.example.org/5.jpg", M),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", C),
        ("#p1", "p1", C),
        ("#p1", "#p1", C),
        ("#p1", "Media/6", N),
        ("Media/5", "media 5", C),
        ("Media?identifier=x", "Media/5", C),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "Media/5", C),  # resolved in a transaction?
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "5", C),
    ],
)
def test_references(stored, value, expected):
    assert said(derived(stored), "derived-from", value) is expected


@given(st.sampled_from(["Media/5", f"{BASE}/Media/5"]), st.sampled_from(["Media/5", f"{BASE}/Media/5", "5"]))
def test_relative_and_absolute_spellings_match_alike(stored, value):
    assert said(derived(stored), "derived-from", value) is M


@rows(
    [
        ("derived-from:Media", "5", M),
        ("derived-from:DocumentReference", "5", N),
        ("derived-from:Patient", "5", C),
        ("derived-from:Media", "Media/5", C),
        ("derived-from:identifier", "s|v", C),  # the target is unknown
        ("derived-from:missing", "false", M),
        ("derived-from:nosuch", "5", C),
    ]
)
def test_modifiers_of_references(name, value, expected):
    assert said(derived("Media/5"), name, value) is expected


def test_identifier_is_not_asked_of_a_known_target_without_it():
    world = World(base=BASE, resources={"Media/5": resource("Media")})
    assert said(derived("Media/5"), "derived-from:identifier", "s|v", world) is N


def test_patient_is_open_where_the_subject_has_no_type():
    typeless = resource("Observation", subject={"identifier": {"system": "s", "value": "v"}})
    typed = resource("Observation", subject={"type": "Group", "identifier": {"system": "s", "value": "v"}})
    assert said(typeless, "patient:identifier", "s|v") is C
    assert said(typed, "patient:identifier", "s|v") is N
    assert said(typeless, "subject:identifier", "s|v") is M


def quantity(value, **unit):
    return resource("Observation", valueQuantity={"value": Decimal(value), **unit})


MG = {"unit": "mg", "system": UCUM, "code": "mg"}


@pytest.mark.parametrize(
    ("stored", "value", "expected"),
    [
        (quantity("5.4", **MG), f"5.4|{UCUM}|mg", M),
        (quantity("5.4", **MG), "5.4||mg", M),
        (quantity("5.4", **MG), f"5.4|{UCUM}|%", N),
        (quantity("5.4", **MG), f"5.4|{UCUM}|ug", N),  # 5400 ug even after conversion
        (quantity("5400", system=UCUM, code="ug"), "5.4||mg", C),
        (quantity("5.4", **MG), f"5.4|{UCUM}|[arb'U]", C),
        (quantity("5.4", **MG), "5.4|http://other|mg", N),
        (quantity("5.4", **MG), f"6|{UCUM}|mg", N),
        (quantity("5.4", **MG), f"gt5|{UCUM}|mg", M),
        (quantity("5.4", **MG), f"lt5|{UCUM}|mg", N),
        (quantity("5.4", **MG), "5.4|mg", C),
        (quantity("5.4", **MG), f"5.4|{UCUM}|", C),
        (quantity("5.4", comparator="<", **MG), "5.4", C),
        (quantity("5.4", **MG), "five", C),
        (quantity("5.4", **MG), f"ne5.4|{UCUM}|%", C),
        (quantity("5.4", **MG), "ap5.4", M),
        (quantity("5.4", **MG), "ap6", C),
        (resource("Observation", valueQuantity=MG), "5.4", N),
        (resource("Observation", valueString="5.4"), "5.4", N),
        (resource("Observation", valueSampledData={"origin": {"value": 5}}), "5.4", C),
    ],
)
def test_quantities(stored, value, expected):
    assert said(stored, "value-quantity", value) is expected


numbers = st.decimals(-1000, 1000, places=2)


@given(numbers, numbers)
def test_numbers_are_ordered_as_points_or_left_open(stored, value):
    """The point reading is always admissible: no answer may contradict plain arithmetic."""
    plain = {"gt": stored > value, "lt": stored < value, "ge": stored >= value, "le": stored <= value}
    for prefix, holds in plain.items():
        assert said(quantity(stored), "value-quantity", f"{prefix}{value:f}") in {M if holds else N, C}


@given(numbers, numbers)
def test_far_numbers_are_never_left_open(stored, value):
    assume(abs(stored - value) > 1)
    for prefix in ("", "ne", "gt", "lt", "ge", "le", "sa", "eb"):
        assert said(quantity(stored), "value-quantity", f"{prefix}{value:f}") is not C


@given(numbers, numbers)
def test_greater_implies_at_least_and_sides_exclude_each_other(stored, value):
    answers = {
        prefix: said(quantity(stored), "value-quantity", f"{prefix}{value:f}")
        for prefix in ("gt", "ge", "lt")
    }
    if answers["gt"] is M:
        assert answers["ge"] is M
        assert answers["lt"] is not M
    if answers["ge"] is N:
        assert answers["gt"] is N


@pytest.mark.parametrize(
    ("value", "expected"),
    [("100", M), ("100.00", C), ("gt99", M), ("1e2", M), ("9e1", N), ("+100", C), (".5", C)],
)
def test_decimals_by_their_digits(value, expected):
    assert said(quantity("100"), "value-quantity", value) is expected


def test_a_float_is_read_by_its_digits():
    stored = resource("Observation", valueQuantity={"value": 0.92})
    assert said(stored, "value-quantity", "0.92") is M
    assert said(stored, "value-quantity", "0.93") is N


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", M),
        ("3.0", M),
        ("3.5", N),
        ("4", N),
        ("gt3", N),
        ("ge3", M),
        ("sa2", C),
        ("3e0", M),
        ("4e0", N),
        ("ne4", M),
    ],
)
def test_integers_are_compared_exactly(value, expected):
    sequence = resource(
        "MolecularSequence", referenceSeq={"windowStart": 3, "windowEnd": 9}, coordinateSystem=0
    )
    assert said(sequence, "window-start", value) is expected


RISK = resource(
    "RiskAssessment", prediction=[{"probabilityRange": {"low": {"value": 10}, "high": {"value": 20}}}]
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("gt5", M), ("lt5", N), ("gt30", N), ("1e1", N), ("sa5", M), ("eb30", M), ("eb15", N)],
)
def test_ranges_are_explicit(value, expected):
    assert said(RISK, "probability", value) is expected


EVA = resource(
    "Patient",
    name=[{"family": "Straße-Ørsted", "given": ["Eva", "Maria"], "use": "official"}],
    address=[{"city": "São Paulo", "postalCode": "01000-000"}],
)


@rows(
    [
        ("given", "eva", M),
        ("given", "MAR", M),
        ("given", "ria", C),
        ("given", "peter", N),
        ("name", "maria", M),
        ("name", "eva maria", C),
        ("name", "official", N),
        ("family", "strasse", C),
        ("family", "orsted", C),
        ("given:exact", "Eva", M),
        ("given:exact", "eva", N),
        ("given:contains", "VA", M),
        ("address", "sao", M),
        ("address-city", "são paulo", M),
        ("address-postalcode", "01000000", C),
        ("address-city", "-", C),
        ("phonetic", "eva", C),
        ("given:missing", "false", M),
    ]
)
def test_names_and_addresses(name, value, expected):
    assert said(EVA, name, value) is expected


DESCRIBED = resource("DocumentReference", description="Skin lesion, left arm")


@rows(
    [
        ("description", "skin LESION", M),
        ("description", "skin lesion left", C),
        ("description", "lesion", N),
        ("description:contains", "lesion", M),
        ("description:contains", "right", N),
        ("description:exact", "Skin lesion", N),
        ("description:exact", r"Skin lesion\, left arm", M),
        ("description", "leg,skin", M),
    ]
)
def test_other_texts(name, value, expected):
    assert said(DESCRIBED, name, value) is expected


def test_canonically_equal_code_points_are_left_open():
    assert said(resource("Patient", name=[{"family": "Muñoz"}]), "family:exact", "Mun\u0303oz") is C


LOCATED = resource("DocumentReference", content=[{"attachment": {"url": "http://files/a/b.jpg"}}])


@rows(
    [
        ("location", "http://files/a/b.jpg", M),
        ("location", "http://files/a/B.jpg", N),
        ("location", "http://files/a", N),
        ("location:below", "http://files/a", M),
        ("location:below", "http://files/a/", M),
        ("location:below", "http://files/a/b", C),
        ("location:below", "http://files/c", N),
        ("location:above", "http://files/a/b.jpg/c", M),
        ("location:contains", "files", C),
    ]
)
def test_uris(name, value, expected):
    assert said(LOCATED, name, value) is expected


META = resource(
    "Observation",
    meta={
        "source": "http://source#req1",
        "profile": ["http://example.org/P"],
        "tag": [{"system": "http://t", "code": "run"}],
        "lastUpdated": "2020-05-20T10:00:00Z",
    },
)


@rows(
    [
        ("_source", "http://source#req1", M),
        ("_source", "http://source", C),
        ("_source", "http://other", N),
        ("_profile", "http://example.org/P", M),
        ("_profile", "http://example.org/Q", N),
        ("_profile", "http://example.org", C),
        ("_tag", "http://t|run", M),
        ("_tag", "http://t|other", N),
        ("_tag:not", "http://t|other", M),
        ("_security", "run", N),
        ("_lastUpdated", "ge2020-05-19", M),
        ("_lastUpdated", "sa2020-05-25", N),
        ("_text", "anything", C),
        ("_content", "anything", C),
        ("_list", "42", C),
        ("_filter", "status eq final", C),
    ]
)
def test_parameters_of_every_resource(name, value, expected):
    assert said(META, name, value) is expected


ROOT_AND_PARTS = resource(
    "Observation",
    code={"coding": [{"system": "s", "code": "root"}]},
    valueQuantity={"value": 1},
    component=[{"code": {"coding": [{"system": "s", "code": "part"}]}, "valueQuantity": {"value": 2}}],
)


@rows(
    [
        ("combo-code-value-quantity", "root$1", M),
        ("combo-code-value-quantity", "part$2", M),
        ("combo-code-value-quantity", "root$2", N),
        ("combo-code-value-quantity", "s|part$gt1", M),
        ("combo-code-value-quantity", "part", C),
        ("combo-code-value-quantity", "root$1,part$9", C),
        ("combo-code-value-quantity:not", "root$1", C),
        ("code-value-quantity", "root$1", M),
        ("code-value-quantity", "part$2", N),
        ("code-value-concept", "root$x", N),
        ("combo-code", "part", M),
        ("component-code", "root", N),
    ]
)
def test_composites_hold_within_one_element(name, value, expected):
    assert said(ROOT_AND_PARTS, name, value) is expected


DOCUMENT = {"reference": "DocumentReference/2"}


def test_a_composite_that_contradicts_itself_is_left_open():
    related = resource(
        "DocumentReference", relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/2"}}]
    )
    assert said(related, "relationship", "DocumentReference/2$replaces") is C
    assert said(related, "relatesto", "DocumentReference/2") is M
    assert said(related, "relation", "replaces") is M


def test_a_provenance_answers_for_its_own_targets_only():
    record = resource("Provenance", target=[{"reference": "Observation/1"}], occurredPeriod={"start": "2020"})
    assert said(record, "target", "Observation/1") is M
    assert said(record, "patient", "Patient/1") is N
    assert said(record, "when:missing", "true") is M


def test_the_reason_names_what_stands_there_and_what_is_asked():
    verdict = answer(
        "Observation", [("derived-from", "DocumentReference/5")], derived("DocumentReference/7"), WORLD
    )
    assert verdict.parameter == "derived-from"
    assert (
        verdict.reason == "Observation.derivedFrom is DocumentReference/7; the query asks DocumentReference/5"
    )


def test_the_reason_says_that_nothing_stands_there():
    verdict = answer("Observation", [("code", "x")], resource("Observation"), WORLD)
    assert verdict.reason == "Observation has no value for 'code'; the query asks x"
