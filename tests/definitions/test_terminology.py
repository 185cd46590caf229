"""Yes and no are said only of what the definitions at hand decide; everything else is unknown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.definitions.answers import Answer, all_of, any_of, never_no, opposite, unanimous
from conformance.definitions.packages import Package
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
R4 = "http://hl7.org/fhir/ValueSet/"
THO = "http://terminology.hl7.org/CodeSystem/"
OWN = "http://example.org/fhir/ValueSet/"
SYSTEM = "http://example.org/fhir/CodeSystem/kinds"
SNOMED = "http://snomed.info/sct"
CORE = Terminology(Definitions())

KINDS = {
    "resourceType": "CodeSystem",
    "url": SYSTEM,
    "version": "2",
    "content": "complete",
    "caseSensitive": True,
    "concept": [
        {
            "code": "lesion",
            "display": "Lesion",
            "concept": [{"code": "naevus", "concept": [{"code": "halo"}]}, {"code": "wart"}],
        },
        {"code": "scar", "property": [{"code": "parent", "valueCode": "wart"}]},
        {"code": "hair"},
    ],
}


def terminology(*includes, system=KINDS, look_up=None, **more):
    resources = [r if "resourceType" in r else value_set("it", include=[r]) for r in includes]
    resources += [value_set("it", **more)] if more else []
    package = Package(name="own", version="1", sha256="", resources=(system, *resources))
    return Terminology(Definitions([package]), look_up)


def value_set(name, **compose):
    return {"resourceType": "ValueSet", "url": OWN + name, "compose": compose}


def which(terms, *codes, system=SYSTEM, name="it"):
    return {code: terms.validate(OWN + name, system, code) for code in codes}


def filtered(op, value, prop="concept"):
    return {"system": SYSTEM, "filter": [{"property": prop, "op": op, "value": value}]}


@pytest.mark.parametrize(
    ("value_set", "system", "code", "expected"),
    [
        ("observation-status|4.0.1", None, "final", YES),
        ("observation-status|4.0.1", None, "Final", NO),
        ("observation-status", "http://hl7.org/fhir/observation-status", "final", YES),
        ("observation-status", THO + "observation-category", "final", NO),
        ("observation-category", THO + "observation-category", "imaging", YES),
        ("observation-interpretation", THO + "v3-ObservationInterpretation", "H", YES),
        ("security-labels", THO + "v3-ObservationValue", "AIAST", YES),
        ("security-labels", THO + "v3-ObservationValue", "NOSUCH", NO),
        ("resource-types|4.0.1", None, "ImagingStudy", YES),
        ("resource-types|4.0.1", None, "ImagingSelection", NO),
        ("units-of-time|4.0.1", None, "mo", YES),
        ("mimetypes|4.0.1", None, "image/jpeg", YES),
        ("mimetypes|4.0.1", None, "application/fhir+json; charset=utf-8", YES),
        ("mimetypes|4.0.1", None, "jpeg", NO),
        ("mimetypes|4.0.1", None, "image/*", UNKNOWN),
        ("mimetypes|4.0.1", None, "*/*;q=0.8", UNKNOWN),
        ("mimetypes|4.0.1", None, "*/jpeg", NO),
        ("currencies|4.0.1", None, "EUR", UNKNOWN),
        ("currencies|4.0.1", None, "euro", NO),
        ("all-languages", "urn:ietf:bcp:47", "de-CH", UNKNOWN),
        ("all-languages", "urn:ietf:bcp:47", "de_CH", NO),
        ("ucum-units", None, "mg/dL", UNKNOWN),
        ("ucum-units", None, "m g", NO),
        ("body-site", SNOMED, "66071002", UNKNOWN),
        ("body-site", THO + "observation-category", "66071002", NO),
        ("no-such-value-set", SNOMED, "1", UNKNOWN),
        ("administrative-gender|9.9.9", None, "male", YES),
        ("administrative-gender|9.9.9", None, "manly", UNKNOWN),
    ],
)
def test_value_sets_of_the_core_are_judged(value_set, system, code, expected):
    assert CORE.validate(R4 + value_set, system, code) is expected


def test_r4_pins_some_value_sets_of_v3_to_its_own_version():
    assert CORE.validate("http://terminology.hl7.org/ValueSet/v3-NullFlavor|4.0.1", None, "NOPE") is NO


def test_a_code_that_no_system_lists_is_a_member_where_the_value_set_names_it():
    terms = terminology({"system": SNOMED, "concept": [{"code": "126485001"}]})
    assert which(terms, "126485001", "1", system=SNOMED) == {"126485001": YES, "1": NO}


def test_a_whole_system_has_its_codes_and_no_others():
    assert which(terminology({"system": SYSTEM}), "halo", "Halo", "x") == {"halo": YES, "Halo": NO, "x": NO}


@pytest.mark.parametrize("content", ["fragment", "example", "not-present"])
def test_what_an_incomplete_system_lacks_is_unknown(content):
    terms = terminology({"system": SYSTEM}, system={**KINDS, "content": content})
    assert which(terms, "halo", "x") == {"halo": YES, "x": UNKNOWN}
    assert (terms.defines(SYSTEM, "halo"), terms.defines(SYSTEM, "x")) == (YES, UNKNOWN)


def test_where_case_is_not_said_to_matter_it_does_not():
    lenient = {key: value for key, value in KINDS.items() if key != "caseSensitive"}
    assert which(terminology({"system": SYSTEM}, system=lenient), "HALO")["HALO"] is YES
    enumerated = {"system": SYSTEM, "concept": [{"code": "halo"}]}
    assert which(terminology(enumerated, system=lenient), "HALO", "WART") == {"HALO": YES, "WART": NO}


@pytest.mark.parametrize(
    ("op", "value", "prop", "members"),
    [
        ("is-a", "lesion", "concept", {"lesion", "naevus", "halo", "wart", "scar"}),
        ("descendent-of", "lesion", "concept", {"naevus", "halo", "wart", "scar"}),
        ("is-a", "naevus", "concept", {"naevus", "halo"}),
        ("is-not-a", "naevus", "concept", {"lesion", "wart", "scar", "hair"}),
        ("=", "lesion", "parent", {"naevus", "wart"}),
    ],
)
def test_a_filter_follows_the_hierarchy(op, value, prop, members):
    terms = terminology(filtered(op, value, prop))
    assert {code for _, code in terms.members(OWN + "it")} == members
    assert which(terms, "x")["x"] is NO


@pytest.mark.parametrize(
    "stated", [("regex", "h.*", "code"), ("is-a", "nothing", "concept"), ("=", "x", "colour")]
)
def test_a_filter_that_cannot_be_followed_is_unknown(stated):
    assert which(terminology(filtered(*stated)), "halo")["halo"] is UNKNOWN


def test_a_hierarchy_that_is_only_a_part_shows_what_is_below_but_not_what_is_not():
    terms = terminology(filtered("is-a", "lesion"), system={**KINDS, "content": "fragment"})
    assert which(terms, "halo", "hair", "x") == {"halo": YES, "hair": UNKNOWN, "x": UNKNOWN}


def test_a_filter_on_a_system_that_is_not_at_hand_knows_the_root_alone():
    stated = {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "404684003"}]}
    terms = terminology(stated)
    assert which(terms, "404684003", "1", system=SNOMED) == {"404684003": YES, "1": UNKNOWN}


def test_what_is_excluded_is_no_member():
    terms = terminology(include=[{"system": SYSTEM}], exclude=[filtered("is-a", "naevus")])
    assert which(terms, "halo", "wart") == {"halo": NO, "wart": YES}


def test_a_doubtful_exclusion_makes_a_member_doubtful():
    terms = terminology(include=[{"system": SYSTEM}], exclude=[filtered("regex", "h.*", "code")])
    assert which(terms, "halo", "x") == {"halo": UNKNOWN, "x": NO}


def test_value_sets_within_an_include_narrow_its_system():
    some = value_set("some", include=[{"system": SYSTEM, "concept": [{"code": "halo"}]}])
    terms = terminology(some, {"system": SYSTEM, "valueSet": [OWN + "some"]})
    assert which(terms, "halo", "wart") == {"halo": YES, "wart": NO}


def test_several_value_sets_in_one_include_are_decided_only_where_union_and_intersection_agree():
    one, two = (
        value_set(name, include=[{"system": SYSTEM, "concept": [{"code": c} for c in codes]}])
        for name, codes in (("one", ("halo", "wart")), ("two", ("halo",)))
    )
    terms = terminology(one, two, {"valueSet": [OWN + "one", OWN + "two"]})
    assert which(terms, "halo", "wart", "hair") == {"halo": YES, "wart": UNKNOWN, "hair": NO}


def test_a_value_set_that_includes_itself_is_unknown_and_ends():
    loop = [value_set(a, include=[{"valueSet": [OWN + b]}]) for a, b in (("a", "b"), ("b", "a"))]
    terms = terminology(*loop)
    assert which(terms, "halo", name="a")["halo"] is UNKNOWN
    assert terms.members(OWN + "a") is None


def test_value_sets_nested_without_end_are_unknown_and_asked_once_each():
    """Each includes the next one twice: asked naively, that is two to the power of their number."""
    chain = [
        value_set(str(n), include=[{"valueSet": [OWN + str(n + 1)]}, {"valueSet": [OWN + str(n + 1)]}])
        for n in range(200)
    ]
    assert which(terminology(*chain), "halo", name="0")["halo"] is UNKNOWN


def test_a_hierarchy_that_runs_in_a_circle_ends():
    circle = [
        {"code": a, "property": [{"code": "parent", "valueCode": b}]} for a, b in (("a", "b"), ("b", "a"))
    ]
    terms = terminology(filtered("is-a", "a"), system={**KINDS, "concept": circle})
    assert which(terms, "b")["b"] is YES


def test_another_version_of_a_system_may_have_what_ours_lacks():
    pinned = {"system": SYSTEM, "version": "1"}
    assert which(terminology(pinned), "halo", "x") == {"halo": YES, "x": UNKNOWN}
    assert which(terminology({**pinned, "version": "2"}), "x")["x"] is NO


def test_a_stored_expansion_decides_where_nothing_else_is_there():
    group = {"abstract": True, "display": "Both", "contains": [{"system": SNOMED, "code": "2"}]}
    expansion = {"contains": [{"system": SNOMED, "code": "1"}, group]}
    stored = {"resourceType": "ValueSet", "url": OWN + "it", "expansion": expansion}
    assert which(terminology(stored), "2", "3", system=SNOMED) == {"2": YES, "3": UNKNOWN}
    whole = {**stored, "expansion": {**expansion, "total": 2}}
    assert which(terminology(whole), "2", "3", system=SNOMED) == {"2": YES, "3": NO}


def test_a_look_up_is_asked_only_where_we_cannot_tell():
    asked = []

    def look_up(*question):
        asked.append(question)
        return NO

    terms = terminology({"system": SYSTEM}, {"system": SNOMED}, look_up=look_up)
    other = Terminology(Definitions(), look_up)
    assert which(terms, "halo")["halo"] is YES
    assert other.validate(R4 + "body-site", SNOMED, "1") is NO
    assert asked == [(R4 + "body-site", SNOMED, "1")]


def test_displays_are_those_of_the_code_system():
    assert CORE.display(THO + "v3-ObservationValue", "AIAST") == "Artificial Intelligence asserted"
    assert terminology({"system": SYSTEM}).display(SYSTEM, "lesion") == "Lesion"
    assert CORE.display(SNOMED, "66071002") is None
    assert CORE.display(THO + "v3-ObservationValue", "NOSUCH") is None


def test_members_come_in_the_order_of_the_definition():
    codes = [code for _, code in CORE.members(R4 + "observation-status")]
    assert codes[:3] == ["registered", "preliminary", "final"]
    assert CORE.members(R4 + "body-site") is None
    assert CORE.members(R4 + "no-such") is None


ANSWERS = st.lists(st.sampled_from(list(Answer)), min_size=1, max_size=5)
WORLDS = {YES: {True}, NO: {False}, UNKNOWN: {True, False}}


def certain(answers, combine):
    """Return what is so in every world that the answers leave open."""
    worlds = [()]
    for answer in answers:
        worlds = [(*world, truth) for world in worlds for truth in WORLDS[answer]]
    return {combine(world) for world in worlds}


@given(ANSWERS)
@settings(max_examples=200)
def test_answers_are_combined_as_in_every_world_that_they_leave_open(answers):
    tests = [lambda *_, answer=answer: answer for answer in answers]
    assert WORLDS[any_of(tests)(None, "")] == certain(answers, any)
    assert WORLDS[all_of(tests)(None, "")] == certain(answers, all)
    assert WORLDS[opposite(tests[0])(None, "")] == certain(answers[:1], lambda world: not world[0])
    assert never_no(tests[0])(None, "") is (YES if answers[0] is YES else UNKNOWN)
    assert unanimous(tests)(None, "") is (answers[0] if len(set(answers)) == 1 else UNKNOWN)
